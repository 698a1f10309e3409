//! From the store to the verdict.

use super::error::SessionError;
use super::growth::awaited;
use super::outcome::Outcome;
use super::start::Session;
use crate::candidate::Candidate;
use crate::search::{SearchResult, Target, Why};
use crate::trial::{Request, Stopped, TrialSpec};
use crate::verdict::{
    Analysis, CandidateResults, RepeatOutcomes, Terms, Unmeasured, Verdict, confirm, decide, look, screen,
};

impl Session {
    /// Screens on validation scores, writes down the look, reads the holdout of what was looked at, decides;
    /// on the trials that the climb asked for.
    ///
    /// # Errors
    /// The store can't be read, or lacks answers of a model that these terms would have to ask.
    pub fn conclude(&self, ascent: &SearchResult) -> Result<(Analysis, Verdict), SessionError> {
        if self.has_calls() {
            return self.conclude_answered(ascent);
        }
        let mut grown: Vec<String> = Vec::new();
        loop {
            let (analysis, verdict) = self.conclude_trained(ascent, &grown)?;
            let awaited = awaited(&analysis, &self.prepared.terms);
            let before = grown.len();
            grown.extend(awaited.into_iter().filter(|name| !grown.contains(name)).collect::<Vec<String>>());
            if grown.len() == before {
                return Ok((analysis, verdict));
            }
        }
    }

    /// The same with the trainings on half of the rows of these candidates alone. The store may have others, which the learning
    /// curve asked for later: a verdict does not hang on when it is given.
    fn conclude_trained(&self, ascent: &SearchResult, grown: &[String]) -> Result<(Analysis, Verdict), SessionError> {
        let terms = &self.prepared.terms;
        let requests = self.requests_of(ascent);
        let entries = self.entries(&requests)?;
        let mut entries: Vec<CandidateResults> =
            entries.into_iter().map(|entry| self.handed_over(entry, grown)).collect::<Result<_, _>>()?;
        entries.extend(self.beyond_failures(ascent));
        let sizes = self.sizes(&entries);
        let screening = screen(&entries, terms, sizes);
        let look = match look(&screening) {
            None => None,
            Some((look, names)) => Some((look, self.note_look(&names, &screening.sequence, &requests)?)),
        };
        let look = look.as_ref().map(|(look, number)| (look, *number));
        let mut analysis = confirm(&entries, screening, terms, look, sizes);
        let verdict = decide(&mut analysis, terms);
        Ok((analysis, verdict))
    }

    /// Every candidate that was tried with its finished repeats.
    pub(super) fn entries(&self, requests: &[Request]) -> Result<Vec<CandidateResults>, SessionError> {
        let of_one = requests.chunk_by(|a, b| a.spec.candidate.name == b.spec.candidate.name);
        let entry = |requests: &[Request]| {
            self.timed(self.entry(&requests[0].spec.candidate, requests)?, requests, &self.prepared.terms)
        };
        of_one.map(entry).collect()
    }

    /// The trials that were asked for, by candidate and repeat.
    pub(super) fn requests_of(&self, ascent: &SearchResult) -> Vec<Request> {
        let plan = &self.prepared.plan;
        let asked = plan.candidates.iter().zip(&ascent.repeats).enumerate();
        let request = |rung: usize, spec: &TrialSpec| {
            let own = |target: &&Target| target.rung == rung && target.repeat == spec.split.repeat;
            self.request(spec, ascent.stopped.iter().find(own).map(|target| target.quality))
        };
        let of = |(rung, (candidate, &repeats)): (usize, (&Candidate, &u32))| {
            plan.first(&candidate.name, repeats).map(move |spec| request(rung, spec)).collect::<Vec<Request>>()
        };
        asked.flat_map(of).collect()
    }

    /// A trial to be trained in full, or, with a target, only as long as it can still reach that.
    pub(super) fn request(&self, spec: &TrialSpec, target: Option<f64>) -> Request {
        Request { spec: spec.clone(), metric: self.asked_under.metric, target }
    }

    /// What came of one candidate's trials.
    pub(super) fn entry(&self, candidate: &Candidate, requests: &[Request]) -> Result<CandidateResults, SessionError> {
        let units = self.prepared.loaded.dataset.units().cloned();
        let mut entry = CandidateResults { units, ..CandidateResults::bare(candidate.clone()) };
        let mut failed = Vec::new();
        for request in requests {
            let repeat = request.spec.split.repeat;
            match self.outcome(request)? {
                Outcome::Finished(found) => {
                    if repeat == 0 {
                        entry.deployment = self.store.deployment(&request.spec.key())?;
                    }
                    entry.repeats.push(RepeatOutcomes {
                        repeat,
                        facts: found.facts,
                        rows: found.rows,
                        validation: found.validation,
                        gaps: None,
                        train: found.train,
                        sealed: found.sealed,
                    });
                }
                Outcome::Stopped(found) => entry.stopped.push((repeat, *found)),
                Outcome::Failed(failure) => failed.push(failure),
                Outcome::Missing => {}
            }
        }
        entry.failures = failed.iter().map(ToString::to_string).collect();
        entry.unmeasured = Unmeasured::by_failures(&failed, requests.len());
        Ok(entry)
    }

    /// An entry that can't be judged under these terms where its costs in use decide and could not be measured.
    pub(super) fn timed(
        &self,
        mut entry: CandidateResults,
        requests: &[Request],
        terms: &Terms,
    ) -> Result<CandidateResults, SessionError> {
        let wanted = terms.needs_times() && entry.unmeasured.is_none() && !entry.repeats.is_empty();
        if wanted && entry.deployment.is_none() {
            let first = requests.iter().find(|request| request.spec.split.repeat == 0);
            let failure = first.map(|first| self.store.untimed(&first.spec.key())).transpose()?.flatten();
            entry.unmeasured = Some(Unmeasured::untimed(failure.as_ref()));
        }
        Ok(entry)
    }

    /// The rungs that were not tried since a smaller one of their family could not be trained: nobody knows what they would
    /// come to.
    pub(super) fn beyond_failures(&self, ascent: &SearchResult) -> Vec<CandidateResults> {
        let candidates = &self.prepared.plan.candidates;
        let left = ascent.untried.iter().filter(|one| one.why == Why::SmallerFailed);
        let entry = |one: &Candidate| CandidateResults {
            unmeasured: Some(Unmeasured::untried()),
            ..CandidateResults::bare(one.clone())
        };
        left.filter_map(|one| candidates.get(one.rung)).map(entry).collect()
    }

    /// What the store has of a trial that was asked for.
    ///
    /// A full training that the store holds for another reason ends where this request would have ended it, so
    /// that a climb decides the same whatever was measured before. Its curve has to be in this study's metric; else
    /// the whole training counts, since it is there.
    pub(super) fn outcome(&self, request: &Request) -> Result<Outcome, SessionError> {
        if let Some(found) = self.store.stopped(request)? {
            return Ok(Outcome::Stopped(Box::new(found)));
        }
        let key = request.spec.key();
        if let Some(found) = self.store.trial(&key)? {
            let target = request.target.filter(|_| found.facts.watched == Some(request.metric));
            let ended = target.and_then(|target| Stopped::within(&found.facts, target));
            return Ok(
                ended.map_or_else(|| Outcome::Finished(Box::new(found)), |ended| Outcome::Stopped(Box::new(ended)))
            );
        }
        Ok(self.store.failure(&key)?.map_or(Outcome::Missing, Outcome::Failed))
    }

    /// Validation examples of a repeat, and holdout examples.
    pub(super) fn sizes(&self, entries: &[CandidateResults]) -> (u64, u64) {
        let validation = entries.iter().flat_map(|entry| &entry.repeats).map(|one| one.rows.len()).max().unwrap_or(0);
        (validation as u64, self.prepared.loaded.dataset.tested_rows() as u64)
    }

    /// Counts a look before it is taken; the same terms over the same trials are the same look.
    pub(super) fn note_look(
        &self,
        names: &[String],
        sequence: &[String],
        requests: &[Request],
    ) -> Result<u32, SessionError> {
        let terms = serde_json::to_string(&self.prepared.terms).unwrap_or_default();
        let trials: Vec<String> =
            requests.iter().map(|request| request.stopped_key().unwrap_or_else(|| request.spec.key())).collect();
        let trials = blake3::hash(trials.join(",").as_bytes()).to_hex();
        let rule = format!("{terms} {} {} {trials}", sequence.join(","), names.join(","));
        Ok(self.store.add_look(&self.prepared.digest, &rule, names)?)
    }
}
