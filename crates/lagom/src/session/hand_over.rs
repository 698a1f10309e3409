//! The model that is handed over: the choice, refitted on everything but the holdout.

use serde::{Deserialize, Serialize};

use super::error::SessionError;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::candidate::{Candidate, Settled, fingerprint};
use crate::data::{Look, Sealed, seed};
use crate::metric::score;
use crate::report::Handover;
use crate::trial::{Executor, Facts, Failure, Job, Report};
use crate::verdict::Verdict;

/// File name of the bundle within the study's folder.
pub(super) const FILE: &str = "model.lagom";

/// What is kept of a refit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refit {
    /// The candidate.
    candidate: String,
    facts: Facts,
    sealed: Sealed,
}

impl Session {
    /// Refits the choice with what its repeats settled on and writes the bundle, unless it is there.
    ///
    /// With no choice there is nothing to hand over, and an older bundle is removed.
    ///
    /// # Errors
    /// As [`Session::train`]; the refit fails.
    pub fn hand_over(
        &self,
        verdict: &Verdict,
        executor: &Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let path = self.folder.join(FILE);
        let Some((candidate, settled)) = self.choice(verdict)? else {
            // An older run's bundle must not pass for this verdict's.
            let _ = std::fs::remove_file(path);
            return Ok(());
        };
        let key = self.refit_key(&candidate, settled);
        if path.is_file() && self.store.refit::<Refit>(&key)?.is_some() && self.is_current(&candidate) {
            return Ok(());
        }
        let job = Job::Refit {
            candidate: candidate.clone(),
            settled,
            seed: seed::derive(self.prepared.study.trials.seed, "refit", 0),
            data: self.data(),
            schema: self.prepared.loaded.schema.clone(),
            bundle: std::path::absolute(&path).unwrap_or(path),
        };
        let mut progress = Progress::new(Stage::Refit, 1, 0);
        let mut failed = None;
        self.follow(executor, &[job], (&[candidate.name.as_str()], &[1.0]), &mut progress, &mut |progress, ended| {
            match ended {
                Some((_, Ok(Report::Refit(facts, sealed)))) => {
                    self.store.add_refit(&key, &Refit { candidate: candidate.name.clone(), facts: *facts, sealed })?;
                }
                Some((_, Err(failure))) => failed = Some(failure),
                _ => {}
            }
            listener(progress);
            Ok(())
        })?;
        failed.map_or(Ok(()), |failure: Failure| {
            Err(SessionError::Unfit {
                message: format!("the refit of `{}` on all development rows failed: {failure}", candidate.name),
                hint: "the verdict stands; run the same command again to try the refit once more".to_owned(),
            })
        })
    }

    /// The model that was handed over for this verdict, if it was.
    pub(super) fn handover(&self, verdict: &Verdict) -> Result<Option<Handover>, SessionError> {
        let Some((candidate, settled)) = self.choice(verdict)? else { return Ok(None) };
        let Some(refit) = self.store.refit::<Refit>(&self.refit_key(&candidate, settled))? else { return Ok(None) };
        if !self.is_current(&candidate) {
            return Ok(None);
        }
        // The choice is a member of the sequence that was looked at: this opens nothing new.
        let outcomes = refit.sealed.open(&Look::at(std::slice::from_ref(&candidate.name)), &candidate.name);
        let quality = outcomes.and_then(|outcomes| score(self.prepared.terms.metric, &outcomes).ok());
        Ok(Some(Handover {
            candidate: candidate.name,
            file: FILE.to_owned(),
            parameters: refit.facts.parameters,
            bytes: refit.facts.bytes,
            rows: refit.facts.train_rows,
            holdout_quality: quality.map(|scored| scored.value),
        }))
    }

    /// Whether the bundle in the folder is this candidate's.
    fn is_current(&self, candidate: &Candidate) -> bool {
        crate::bundle::Bundle::read(&self.folder.join(FILE)).is_ok_and(|bundle| bundle.origin.candidate == candidate.name)
    }

    /// The candidate to hand over and what its repeats settled on.
    fn choice(&self, verdict: &Verdict) -> Result<Option<(Candidate, Settled)>, SessionError> {
        let plan = &self.prepared.plan;
        let Some(candidate) = plan.candidates.iter().find(|one| Some(&one.name) == verdict.choice.as_ref()) else {
            return Ok(None);
        };
        let trials: Vec<_> = plan.of(&candidate.name).cloned().collect();
        let settled: Vec<Settled> = self.entry(candidate, &trials)?.repeats.iter().map(|one| one.facts.settled).collect();
        Ok(Some((candidate.clone(), Settled::median(&settled))))
    }

    fn refit_key(&self, candidate: &Candidate, settled: Settled) -> String {
        let settled = serde_json::to_string(&settled).unwrap_or_default();
        let seed = self.prepared.study.trials.seed;
        let text = format!("refit\n{}\n{settled}\n{seed}\n{}", fingerprint(&candidate.spec), self.prepared.digest);
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }
}
