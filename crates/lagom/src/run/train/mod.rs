//! Training: what the policy asks for, what the verdict and its learning curve need beside that, and timing.

mod probing;
#[cfg(test)]
mod tests;
mod timing;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::crew::{ATTEMPTS, Crew, Task, garbled, of_a_candidate};
use super::error::RunError;
use super::prepare::Once;
use super::probes::kept_repeats;
use super::progress::{Progress, Stage, Tracker};
use super::search::Search;
use super::workspace::{Outcome, Workspace};
use crate::candidate::Candidate;
use crate::search::{Decision, SearchResult};
use crate::trial::{Ended, Executor, Job, Report, Request};
use crate::verdict::Verdict;

/// Trains and times what the store of a workspace lacks, and keeps there what came of it. Decides nothing.
pub(super) struct Trainer<'a> {
    workspace: &'a Workspace,
    executor: &'a dyn Executor,
    /// Addresses of the first trials that this run has measurements of: each is to be timed.
    first: RefCell<BTreeSet<String>>,
}

impl<'a> Trainer<'a> {
    /// One in this workspace, whose jobs the executor does.
    pub(super) fn new(workspace: &'a Workspace, executor: &'a dyn Executor) -> Self {
        Self { workspace, executor, first: RefCell::default() }
    }

    /// Trains what the policy asks for, step by step, as far as the store does not have it.
    ///
    /// # Errors
    /// It was stopped, the store can't be written, or no worker can be started. A failed trial is a
    /// record in the store, not an error.
    pub(super) fn train(&self, listener: &mut dyn FnMut(&Progress)) -> Result<SearchResult, RunError> {
        let mut search = Search::start(self.workspace);
        let mut tracker = Tracker::new(Stage::Train, listener);
        loop {
            let wanted = match search.next() {
                Decision::Done(found) => return Ok(found),
                Decision::Measure(wanted) => wanted,
            };
            let new = search.ask(&wanted);
            tracker.progress.work_beyond = search.beyond();
            self.trials(new, &mut tracker)?;
            if self.workspace.asked_under.needs_times() {
                self.time(tracker.listener())?;
            }
            search.read(&wanted)?;
        }
    }

    /// Trains these candidates on half of their rows, in every repeat.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(super) fn halves(&self, names: &[String], tracker: &mut Tracker<'_>) -> Result<(), RunError> {
        self.trials(names.iter().flat_map(|name| self.workspace.half_requests(name)).collect(), tracker)
    }

    /// Tries those trainings on half of the rows again that failed as they might not another time.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(super) fn failed_halves(&self, tracker: &mut Tracker<'_>) -> Result<(), RunError> {
        let mut failed = Vec::new();
        for candidate in &self.workspace.prepared.plan.candidates {
            for request in self.workspace.half_requests(&candidate.name) {
                if matches!(self.workspace.outcome(&request)?, Outcome::Failed(failure) if failure.worth_retrying()) {
                    failed.push(request);
                }
            }
        }
        if failed.is_empty() { Ok(()) } else { self.trials(failed, tracker) }
    }

    /// Trains the choice (or the reference) on smaller shares of the training rows.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(super) fn learning_curve(
        &self,
        verdict: &Verdict,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        let requests = self.workspace.curve_requests(verdict);
        self.trials(requests, &mut Tracker::new(Stage::LearningCurve, listener))
    }

    /// Trains what a stage after the verdict asks for.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(super) fn requested(&self, requests: Vec<Request>, tracker: &mut Tracker<'_>) -> Result<(), RunError> {
        self.trials(requests, tracker)
    }

    /// Runs the trials that the store lacks, and adds them to the progress.
    fn trials(&self, wanted: Vec<Request>, tracker: &mut Tracker<'_>) -> Result<(), RunError> {
        let count = wanted.len();
        let mut missing = Vec::new();
        for request in wanted {
            if self.is_missing(&request, tracker.progress.stage)? {
                missing.push(request);
            }
        }
        tracker.progress.add(missing.len(), count - missing.len());
        tracker.tell();
        for attempt in 1..=ATTEMPTS {
            if missing.is_empty() {
                break;
            }
            missing = self.attempt(missing, attempt, tracker)?;
            if attempt < ATTEMPTS {
                tracker.progress.again(missing.len());
            }
        }
        Ok(())
    }

    /// Runs trials once. Hands back those that failed as they might not another time.
    fn attempt(&self, wanted: Vec<Request>, attempt: u32, tracker: &mut Tracker<'_>) -> Result<Vec<Request>, RunError> {
        let work = self.work(&wanted);
        let stage = tracker.progress.stage;
        let task = |request: &Request| {
            let spec = &request.spec;
            let name = spec.candidate.name.clone();
            let work = work.get(&name).copied().unwrap_or(1.0) * spec.split.fraction;
            Task { job: self.job(request, stage), name, work }
        };
        let tasks = wanted.iter().map(task).collect();
        let mut failed = Vec::new();
        Crew::of(self.workspace, self.executor, attempt).run(tasks, tracker, &mut |at, ended| {
            if self.keep(&wanted[at], ended)? {
                failed.push(at);
            }
            Ok(())
        })?;
        // In the order of the plan, whichever ended first.
        failed.sort_unstable();
        Ok(failed.into_iter().map(|at| wanted[at].clone()).collect())
    }

    /// Core-seconds that a trial on all rows is planned to take, by candidate.
    fn work(&self, wanted: &[Request]) -> BTreeMap<String, f64> {
        let known = self.workspace.estimates();
        let mut others: Vec<&Candidate> = Vec::new();
        for request in wanted {
            let candidate = &request.spec.candidate;
            let is_own = |name: &str| name == candidate.name;
            if !known.iter().any(|one| is_own(&one.name)) && !others.iter().any(|one| is_own(&one.name)) {
                others.push(candidate);
            }
        }
        let others = if others.is_empty() { Vec::new() } else { self.workspace.prepared.estimates_of(others) };
        let all = || known.iter().chain(&others);
        let is_on = |request: &&Request, weights: &str| {
            all().any(|one| one.name == request.spec.candidate.name && one.weights() == Some(weights))
        };
        // What is worked out once for several of them is shared among these.
        let spared = |once: &Once| {
            let trials = wanted.iter().filter(|request| is_on(request, &once.weights)).count();
            once.work.seconds * (1.0 - 1.0 / trials.max(1) as f64)
        };
        all().map(|one| (one.name.clone(), one.seconds - one.once.as_ref().map_or(0.0, spared))).collect()
    }

    /// Whether a trial still has to be run: it has no measurement, and no failure that would only come again.
    fn is_missing(&self, request: &Request, stage: Stage) -> Result<bool, RunError> {
        Ok(match self.workspace.outcome(request)? {
            Outcome::Finished(_) => {
                // Its bundle is needed until the costs in use are measured.
                let key = request.spec.key();
                if stage == Stage::Models {
                    return Ok(!self.workspace.model(&key).is_file());
                }
                let first = stage == Stage::Train && request.spec.split.repeat == 0;
                if first {
                    self.first.borrow_mut().insert(key.clone());
                }
                first && self.workspace.store.deployment(&key)?.is_none() && !self.workspace.model(&key).is_file()
            }
            Outcome::Stopped(_) => false,
            Outcome::Failed(failure) => failure.worth_retrying(),
            Outcome::Missing => true,
        })
    }

    fn job(&self, request: &Request, stage: Stage) -> Job {
        let spec = &request.spec;
        let timed = stage == Stage::Train || (stage == Stage::Levers && spec.split.fraction == 1.0);
        let kept = stage == Stage::Train && spec.split.repeat < kept_repeats(self.workspace);
        let wanted = stage == Stage::Models || kept || (timed && spec.split.repeat == 0);
        Job::Trial {
            request: request.clone(),
            data: self.workspace.data(),
            schema: self.workspace.prepared.loaded.schema.clone(),
            bundle: wanted.then(|| self.workspace.model(&spec.key())),
        }
    }

    /// Writes down what came of a trial; whether it failed as it might not another time.
    fn keep(&self, request: &Request, ended: Ended) -> Result<bool, RunError> {
        let spec = &request.spec;
        let found = match ended {
            Ok(Report::Stopped(found)) => {
                self.workspace.store.add_stopped(request, &found)?;
                return Ok(false);
            }
            Ok(Report::Trial(report)) => report.measurement().map_err(garbled),
            Ok(_) => Err(garbled("the worker answered another question".to_owned())),
            Err(failure) => Err(failure),
        };
        match found {
            Ok(measurement) => {
                self.workspace.store.add_trial(spec, &measurement)?;
                if spec.split.repeat == 0 {
                    self.first.borrow_mut().insert(spec.key());
                }
            }
            Err(failure) => {
                let failure = of_a_candidate(failure)?;
                self.workspace.store.add_failure(spec, &failure)?;
                return Ok(failure.worth_retrying());
            }
        }
        Ok(false)
    }
}
