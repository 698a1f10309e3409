//! From the store to the verdict.

use super::error::SessionError;
use super::start::Session;
use crate::candidate::Candidate;
use crate::climb::Ascent;
use crate::trial::TrialSpec;
use crate::verdict::{Analysis, Entry, RepeatOutcomes, Verdict, confirm, decide, look, screen};

impl Session {
    /// Screens on validation scores, writes down the look, reads the holdout for the fixed sequence, decides;
    /// on the trials that the climb asked for.
    ///
    /// # Errors
    /// The store can't be read, or lacks answers of a model that these terms would have to ask.
    pub fn conclude(&self, ascent: &Ascent) -> Result<(Analysis, Verdict), SessionError> {
        if self.has_calls() {
            return self.conclude_answered(ascent);
        }
        let terms = &self.prepared.terms;
        let trials = self.trials_of(ascent);
        let entries = self.entries(&trials)?;
        let sizes = self.sizes(&entries);
        let screening = screen(&entries, terms, sizes);
        let look = match look(&screening) {
            None => None,
            Some((look, names)) => Some((look, self.note_look(&names, &screening.sequence, &trials)?)),
        };
        let look = look.as_ref().map(|(look, number)| (look, *number));
        let mut analysis = confirm(&entries, screening, terms, look, sizes);
        let verdict = decide(&mut analysis, terms);
        Ok((analysis, verdict))
    }

    /// Every candidate that was tried with its finished repeats.
    pub(super) fn entries(&self, trials: &[TrialSpec]) -> Result<Vec<Entry>, SessionError> {
        let of_one = trials.chunk_by(|a, b| a.candidate.name == b.candidate.name);
        of_one.map(|trials| self.entry(&trials[0].candidate, trials)).collect()
    }

    /// The trials that were asked for, by candidate and repeat.
    pub(super) fn trials_of(&self, ascent: &Ascent) -> Vec<TrialSpec> {
        let plan = &self.prepared.plan;
        let asked = plan.candidates.iter().zip(&ascent.repeats);
        asked.flat_map(|(candidate, &repeats)| plan.first(&candidate.name, repeats).cloned()).collect()
    }

    /// The finished repeats of one candidate's trials, and why others failed.
    pub(super) fn entry(&self, candidate: &Candidate, trials: &[TrialSpec]) -> Result<Entry, SessionError> {
        let mut entry = Entry::bare(candidate.clone());
        for spec in trials {
            let key = spec.key();
            if spec.split.repeat == 0 {
                entry.deployment = self.store.deployment(&key)?;
            }
            if let Some(found) = self.store.trial(&key)? {
                entry.repeats.push(RepeatOutcomes {
                    repeat: spec.split.repeat,
                    facts: found.facts,
                    rows: found.rows,
                    validation: found.validation,
                    train: found.train,
                    sealed: found.sealed,
                });
            } else if let Some(failure) = self.store.failure(&key)? {
                entry.failures.push(failure.to_string());
            }
        }
        Ok(entry)
    }

    /// Validation examples of a repeat, and holdout examples.
    pub(super) fn sizes(&self, entries: &[Entry]) -> (u64, u64) {
        let validation = entries.iter().flat_map(|entry| &entry.repeats).map(|one| one.rows.len()).max().unwrap_or(0);
        (validation as u64, self.prepared.loaded.dataset.tested_rows() as u64)
    }

    /// Counts a look before it is taken; the same terms over the same trials are the same look.
    pub(super) fn note_look(
        &self,
        names: &[String],
        sequence: &[String],
        trials: &[TrialSpec],
    ) -> Result<u32, SessionError> {
        let terms = serde_json::to_string(&self.prepared.terms).unwrap_or_default();
        let trials: Vec<String> = trials.iter().map(TrialSpec::key).collect();
        let trials = blake3::hash(trials.join(",").as_bytes()).to_hex();
        let rule = format!("{terms} {} {} {trials}", sequence.join(","), names.join(","));
        Ok(self.store.add_look(&self.prepared.digest, &rule, names)?)
    }
}
