//! How the tested differences grow with the rows: the trainings on half of them that a verdict needs.

use super::error::SessionError;
use super::outcome::Outcome;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::search::SearchResult;
use crate::trial::{Executor, Request, half_trials};
use crate::verdict::{Analysis, Basis, CandidateResults, Stair, Terms, Test, Untested};

/// A step of the staircase is worth its trainings where by the estimate it lies within so many margins.
const REACH: f64 = 3.0;

impl Session {
    /// Trains the two of every test that would decide on half of their rows, in every repeat, as far as the store does
    /// not have it, and those of the steps of the staircase that may be of use; until nothing waits for it.
    ///
    /// Which tests that are follows from the sealed outcomes. That costs nothing of the tests' error rate: one passes if
    /// every one of its bounds holds, so that where one fails without the growth that one is not needed.
    ///
    /// # Errors
    /// As [`Session::train`].
    pub fn measure_growth(
        &self,
        ascent: &SearchResult,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let mut progress = Progress::new(Stage::Growth, 0, 0);
        // What an earlier run could not train keeps the verdict back until it is tried again.
        let failed = self.failed_halves()?;
        if !failed.is_empty() {
            self.trials(failed, (Stage::Growth, executor), &mut progress, listener)?;
        }
        let mut done: Vec<String> = Vec::new();
        loop {
            let (analysis, _) = self.conclude(ascent)?;
            let new: Vec<String> =
                awaited(&analysis, &self.prepared.terms).into_iter().filter(|name| !done.contains(name)).collect();
            if new.is_empty() {
                return Ok(());
            }
            let requests = new.iter().flat_map(|name| self.half_requests(name)).collect();
            self.trials(requests, (Stage::Growth, executor), &mut progress, listener)?;
            // What failed is not tried again: its test stays open.
            done.extend(new);
        }
    }

    /// The trainings on half of the rows that failed as they might not another time.
    fn failed_halves(&self) -> Result<Vec<Request>, SessionError> {
        let mut failed = Vec::new();
        for candidate in &self.prepared.plan.candidates {
            for request in self.half_requests(&candidate.name) {
                if matches!(self.outcome(&request)?, Outcome::Failed(failure) if failure.worth_retrying()) {
                    failed.push(request);
                }
            }
        }
        Ok(failed)
    }

    /// The trainings on half of the rows of one candidate.
    fn half_requests(&self, name: &str) -> Vec<Request> {
        let Some(candidate) = self.prepared.plan.candidates.iter().find(|one| one.name == name) else {
            return Vec::new();
        };
        let prepared = &self.prepared;
        let trials = half_trials(&prepared.study, &prepared.loaded.dataset, &prepared.digest, candidate);
        trials.iter().map(|spec| self.request(spec, None)).collect()
    }

    /// Adds how many rows the model handed over is trained on, and what is known of the trainings on half of the rows if it is one
    /// of those whose growth is asked for.
    ///
    /// Where any of them failed the growth is not known: the repeats that are left are no fair sample, and a verdict that hangs on
    /// the candidate is kept back with the cause.
    pub(super) fn handed_over(
        &self,
        entry: CandidateResults,
        grown: &[String],
    ) -> Result<CandidateResults, SessionError> {
        let mut entry = CandidateResults { handed_over_on: Some(self.handed_over_on()), ..entry };
        if !grown.contains(&entry.candidate.name) {
            return Ok(entry);
        }
        let requests = self.half_requests(&entry.candidate.name);
        let found = self.entry(&entry.candidate, &requests)?;
        if found.unmeasured.is_none() && found.repeats.len() == requests.len() {
            entry.halves = found.repeats;
        }
        entry.unmeasured = entry.unmeasured.or(found.unmeasured);
        Ok(entry)
    }
}

/// The candidates of the tests that would decide, were it known how they grow, and of the steps that lack it.
pub(super) fn awaited(analysis: &Analysis, terms: &Terms) -> Vec<String> {
    let waiting = |test: &&Test| test.counted && test.carried.as_ref().is_some_and(|carried| carried.awaits_growth);
    let tests = analysis.tests.iter().filter(waiting).map(|test| (&test.candidate, &test.against));
    let far = |found: f64| terms.margin().is_some_and(|margin| found < -REACH * margin);
    let open = |step: &&Stair| {
        step.basis == Basis::Untested(Untested::Growth) && step.difference.as_ref().is_some_and(|one| !far(one.point))
    };
    let steps = analysis.staircase.steps.iter().filter(open).map(|step| (&step.candidate, &step.against));
    let mut names: Vec<String> =
        tests.chain(steps).flat_map(|(one, other)| std::iter::once(one).chain(other)).cloned().collect();
    names.sort();
    names.dedup();
    names
}
