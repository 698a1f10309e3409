//! What the store has of the trials: which were asked for, what came of each, and of all trials of a candidate.

use super::Workspace;
use super::outcome::Outcome;
use crate::candidate::Candidate;
use crate::run::error::RunError;
use crate::search::{SearchResult, Target, Why};
use crate::study::Source;
use crate::trial::{Request, Stopped, TrialSpec, curve_trials, full_trials, half_trials};
use crate::verdict::{CandidateResults, RepeatOutcomes, Terms, Unmeasured, Verdict};

impl Workspace {
    /// A trial to be trained in full, or, with a target, only as long as it can still reach that.
    pub(crate) fn request(&self, spec: &TrialSpec, target: Option<f64>) -> Request {
        Request { spec: spec.clone(), metric: self.asked_under.metric, target }
    }

    /// The trials that were asked for, by candidate and repeat.
    pub(crate) fn requests_of(&self, found: &SearchResult) -> Vec<Request> {
        let plan = &self.prepared.plan;
        let asked = plan.candidates.iter().zip(&found.repeats).enumerate();
        let request = |rung: usize, spec: &TrialSpec| {
            let own = |target: &&Target| target.rung == rung && target.repeat == spec.split.repeat;
            self.request(spec, found.stopped.iter().find(own).map(|target| target.quality))
        };
        let of = |(rung, (candidate, &repeats)): (usize, (&Candidate, &u32))| {
            plan.first(&candidate.name, repeats).map(move |spec| request(rung, spec)).collect::<Vec<Request>>()
        };
        asked.flat_map(of).collect()
    }

    /// The trainings on half of the rows of one candidate.
    pub(crate) fn half_requests(&self, name: &str) -> Vec<Request> {
        let Some(candidate) = self.prepared.plan.candidates.iter().find(|one| one.name == name) else {
            return Vec::new();
        };
        self.half_requests_of(candidate)
    }

    /// The same of one that need not be a size of the ladder.
    pub(crate) fn half_requests_of(&self, candidate: &Candidate) -> Vec<Request> {
        let prepared = &self.prepared;
        let trials = half_trials(&prepared.study, &prepared.loaded.dataset, &prepared.digest, candidate);
        trials.iter().map(|spec| self.request(spec, None)).collect()
    }

    /// The first so many repeats of one that need not be a size of the ladder, each trained in full.
    pub(crate) fn full_requests_of(&self, candidate: &Candidate, repeats: u32) -> Vec<Request> {
        let prepared = &self.prepared;
        let trials = full_trials(&prepared.study, &prepared.loaded.dataset, &prepared.digest, candidate);
        let wanted = trials.iter().filter(|spec| spec.split.repeat < repeats);
        wanted.map(|spec| self.request(spec, None)).collect()
    }

    /// The trials of the learning curve that a verdict asks for: that of the choice, or of the reference.
    pub(crate) fn curve_requests(&self, verdict: &Verdict) -> Vec<Request> {
        let name = verdict.choice.as_ref().or(verdict.reference.as_ref()).filter(|_| verdict.unmeasured.is_empty());
        let candidates = &self.prepared.plan.candidates;
        let Some(candidate) = candidates.iter().find(|candidate| Some(&candidate.name) == name) else {
            return Vec::new();
        };
        let trials =
            curve_trials(&self.prepared.study, &self.prepared.loaded.dataset, &self.prepared.digest, candidate);
        trials.iter().map(|spec| self.request(spec, None)).collect()
    }

    /// What the store has of a trial that was asked for.
    ///
    /// A full training that the store holds for another reason ends where this request would have ended it, so
    /// that a climb decides the same whatever was measured before. Its curve has to be in this study's metric; else
    /// the whole training counts, since it is there.
    pub(crate) fn outcome(&self, request: &Request) -> Result<Outcome, RunError> {
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

    /// What came of one candidate's trials.
    pub(crate) fn entry(&self, candidate: &Candidate, requests: &[Request]) -> Result<CandidateResults, RunError> {
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

    /// As [`entry`](Self::entry); one whose costs in use decide under these terms and could not be measured can't be judged.
    pub(crate) fn timed_entry(
        &self,
        candidate: &Candidate,
        requests: &[Request],
        terms: &Terms,
    ) -> Result<CandidateResults, RunError> {
        let mut entry = self.entry(candidate, requests)?;
        let wanted = terms.needs_times() && entry.unmeasured.is_none() && !entry.repeats.is_empty();
        if wanted && entry.deployment.is_none() {
            let first = requests.iter().find(|request| request.spec.split.repeat == 0);
            let failure = first.map(|first| self.store.untimed(&first.spec.key())).transpose()?.flatten();
            entry.unmeasured = Some(Unmeasured::untimed(failure.as_ref()));
        }
        Ok(entry)
    }

    /// Every candidate that was tried with its finished repeats.
    pub(crate) fn entries(&self, requests: &[Request]) -> Result<Vec<CandidateResults>, RunError> {
        let of_one = requests.chunk_by(|a, b| a.spec.candidate.name == b.spec.candidate.name);
        let entry = |own: &[Request]| self.timed_entry(&own[0].spec.candidate, own, &self.prepared.terms);
        of_one.map(entry).collect()
    }

    /// The rungs that were not tried since a smaller one of their family could not be trained: nobody knows what they would
    /// come to.
    pub(crate) fn beyond_failures(&self, found: &SearchResult) -> Vec<CandidateResults> {
        let candidates = &self.prepared.plan.candidates;
        let left = found.untried.iter().filter(|one| one.why == Why::SmallerFailed);
        let entry = |one: &Candidate| CandidateResults {
            unmeasured: Some(Unmeasured::untried()),
            ..CandidateResults::bare(one.clone())
        };
        left.filter_map(|one| candidates.get(one.rung)).map(entry).collect()
    }

    /// Validation examples of a repeat, and holdout examples.
    pub(crate) fn sizes(&self, entries: &[CandidateResults]) -> (u64, u64) {
        let validation = entries.iter().flat_map(|entry| &entry.repeats).map(|one| one.rows.len()).max().unwrap_or(0);
        (validation as u64, self.prepared.loaded.dataset.tested_rows() as u64)
    }

    /// Whether the sealed rows are given back to the refit: those that lagom sealed are, a holdout that the user gave as
    /// a file of its own stays out of every training.
    pub(crate) fn gives_back(&self) -> bool {
        matches!(self.prepared.study.task.source, Source::Split(_))
    }

    /// The development rows that the model handed over is trained on.
    pub(crate) fn handed_over_rows(&self) -> Vec<u32> {
        self.prepared.loaded.dataset.handed_over_rows(self.gives_back())
    }
}
