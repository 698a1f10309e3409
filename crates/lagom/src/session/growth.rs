//! How the tested differences grow with the rows: the trainings on half of them that a verdict needs.

use super::error::SessionError;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::climb::Ascent;
use crate::trial::{Executor, Request, half_trials};
use crate::verdict::{Analysis, Entry, Test};

impl Session {
    /// Trains the two of every test that would decide on half of their rows, in every repeat, as far as the store does
    /// not have it; until no test waits for it.
    ///
    /// Which tests that are follows from the sealed outcomes. That costs nothing of the tests' error rate: one passes if it
    /// holds as measured and as carried, so that where the first fails the second is not needed.
    ///
    /// # Errors
    /// As [`Session::train`].
    pub fn measure_growth(
        &self,
        ascent: &Ascent,
        executor: &Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let mut progress = Progress::new(Stage::Growth, 0, 0);
        let mut done: Vec<String> = Vec::new();
        loop {
            let (analysis, _) = self.conclude(ascent)?;
            let new: Vec<String> = awaited(&analysis).into_iter().filter(|name| !done.contains(name)).collect();
            if new.is_empty() {
                return Ok(());
            }
            let requests = new.iter().flat_map(|name| self.half_requests(name)).collect();
            self.trials(requests, (Stage::Growth, executor), &mut progress, listener)?;
            // What failed is not tried again: its test stays open.
            done.extend(new);
        }
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

    /// Adds what is known of the trainings on half of the rows, and how many rows the model handed over is trained on.
    pub(super) fn with_halves(&self, mut entry: Entry) -> Result<Entry, SessionError> {
        let requests = self.half_requests(&entry.candidate.name);
        entry.halves = self.entry(&entry.candidate, &requests)?.repeats;
        entry.handed_over_on = Some(self.handed_over_on());
        Ok(entry)
    }
}

/// The candidates of the tests that would decide, were it known how they grow.
fn awaited(analysis: &Analysis) -> Vec<String> {
    let waiting = |test: &&Test| test.counted && test.carried.as_ref().is_some_and(|carried| carried.awaits_growth);
    let waits = analysis.tests.iter().filter(waiting);
    let mut names: Vec<String> =
        waits.flat_map(|test| std::iter::once(&test.candidate).chain(&test.against)).cloned().collect();
    names.sort();
    names.dedup();
    names
}
