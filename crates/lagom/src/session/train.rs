//! Running trials and timing models: the stages that start worker processes.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::error::SessionError;
use super::outcome::Outcome;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::store::StoreError;
use crate::trial::{Ended, Executor, Failure, Job, JobEvent, Report, Request, curve_trials};
use crate::verdict::Verdict;

/// Gets the progress at every change, and the end of a job where that is the change.
pub(super) type Tell<'a> = dyn FnMut(&Progress, Option<(usize, Ended)>) -> Result<(), SessionError> + 'a;

/// Attempts at a job whose worker dies or reports nothing: two beside others, the last one alone on the machine, since
/// what is wanting most often is memory.
pub(super) const ATTEMPTS: u32 = 3;

impl Session {
    /// Trains the choice (or the reference) on smaller shares of the training rows.
    ///
    /// # Errors
    /// As [`Session::train`].
    pub fn learning_curve(
        &self,
        verdict: &Verdict,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let requests = self.curve_of(verdict);
        let mut progress = Progress::new(Stage::LearningCurve, 0, 0);
        self.trials(requests, (Stage::LearningCurve, executor), &mut progress, listener)
    }

    /// The trials of the learning curve that a verdict asks for: that of the choice, or of the reference.
    pub(super) fn curve_of(&self, verdict: &Verdict) -> Vec<Request> {
        let name = verdict.choice.as_ref().or(verdict.reference.as_ref()).filter(|_| verdict.unmeasured.is_empty());
        let candidates = &self.prepared.plan.candidates;
        let Some(candidate) = candidates.iter().find(|candidate| Some(&candidate.name) == name) else {
            return Vec::new();
        };
        let trials =
            curve_trials(&self.prepared.study, &self.prepared.loaded.dataset, &self.prepared.digest, candidate);
        trials.iter().map(|spec| self.request(spec, None)).collect()
    }

    /// Runs the trials that the store lacks, and adds them to the progress.
    pub(super) fn trials(
        &self,
        wanted: Vec<Request>,
        (stage, executor): (Stage, &dyn Executor),
        progress: &mut Progress,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let count = wanted.len();
        let mut missing = Vec::new();
        for request in wanted {
            if self.is_missing(&request, stage)? {
                missing.push(request);
            }
        }
        progress.add(missing.len(), count - missing.len());
        listener(progress);
        for attempt in 1..=ATTEMPTS {
            if missing.is_empty() {
                break;
            }
            missing = self.attempt(missing, (stage, &Crew::of(executor, attempt)), progress, listener)?;
            if attempt < ATTEMPTS {
                progress.again(missing.len());
            }
        }
        Ok(())
    }

    /// Runs trials once. Hands back those that failed as they might not another time.
    fn attempt(
        &self,
        wanted: Vec<Request>,
        (stage, crew): (Stage, &Crew<'_>),
        progress: &mut Progress,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<Vec<Request>, SessionError> {
        let work = self.work();
        let works: Vec<f64> = wanted
            .iter()
            .map(|Request { spec, .. }| work.get(&spec.candidate.name).copied().unwrap_or(1.0) * spec.split.fraction)
            .collect();
        let jobs: Vec<Job> = wanted.iter().map(|request| self.job(request, stage)).collect();
        let names: Vec<&str> = wanted.iter().map(|request| request.spec.candidate.name.as_str()).collect();
        let mut failed = Vec::new();
        self.follow(crew, &jobs, (&names, &works), progress, &mut |progress, ended| {
            if let Some((at, ended)) = ended
                && self.keep(&wanted[at], ended)?
            {
                failed.push(at);
            }
            listener(progress);
            Ok(())
        })?;
        // In the order of the plan, whichever ended first.
        failed.sort_unstable();
        Ok(failed.into_iter().map(|at| wanted[at].clone()).collect())
    }

    /// Whether a trial still has to be run: it has no measurement, and no failure that would only come again.
    fn is_missing(&self, request: &Request, stage: Stage) -> Result<bool, SessionError> {
        Ok(match self.outcome(request)? {
            Outcome::Finished(_) => {
                // Its bundle is needed until the costs in use are measured.
                let key = request.spec.key();
                let first = stage == Stage::Train && request.spec.split.repeat == 0;
                if first {
                    self.first.borrow_mut().insert(key.clone());
                }
                first && self.store.deployment(&key)?.is_none() && !self.model(&key).is_file()
            }
            Outcome::Stopped(_) => false,
            Outcome::Failed(failure) => failure.worth_retrying(),
            Outcome::Missing => true,
        })
    }

    fn job(&self, request: &Request, stage: Stage) -> Job {
        let spec = &request.spec;
        let wanted = stage == Stage::Train && spec.split.repeat == 0;
        Job::Trial {
            request: request.clone(),
            data: self.data(),
            schema: self.prepared.loaded.schema.clone(),
            bundle: wanted.then(|| self.model(&spec.key())),
        }
    }

    /// Writes down what came of a trial; whether it failed as it might not another time.
    fn keep(&self, request: &Request, ended: Ended) -> Result<bool, SessionError> {
        let spec = &request.spec;
        let found = match ended {
            Ok(Report::Stopped(found)) => {
                self.store.add_stopped(request, &found)?;
                return Ok(false);
            }
            Ok(Report::Trial(report)) => report.measurement().map_err(garbled),
            Ok(_) => Err(garbled("the worker answered another question".to_owned())),
            Err(failure) => Err(failure),
        };
        match found {
            Ok(measurement) => {
                self.store.add_trial(spec, &measurement)?;
                if spec.split.repeat == 0 {
                    self.first.borrow_mut().insert(spec.key());
                }
            }
            Err(failure) => {
                let failure = of_a_candidate(failure)?;
                self.store.add_failure(spec, &failure)?;
                return Ok(failure.worth_retrying());
            }
        }
        Ok(false)
    }

    /// Runs jobs and keeps `progress` up to date; `tell` gets each end.
    pub(super) fn follow(
        &self,
        crew: &Crew<'_>,
        jobs: &[Job],
        (names, works): (&[&str], &[f64]),
        progress: &mut Progress,
        tell: &mut Tell<'_>,
    ) -> Result<(), SessionError> {
        self.guard.check()?;
        progress.work_total += works.iter().sum::<f64>();
        tell(progress, None)?;
        let mut heard = |event: JobEvent| {
            self.guard.check()?;
            match event {
                JobEvent::Started(at) => {
                    progress.running.push(names[at].to_owned());
                    tell(progress, None)
                }
                JobEvent::Ended(at, ended) => {
                    if let Some(place) = progress.running.iter().position(|name| name == names[at]) {
                        progress.running.remove(place);
                    }
                    progress.done += 1;
                    progress.failed += usize::from(ended.is_err());
                    progress.work_done += works[at];
                    tell(progress, Some((at, *ended)))
                }
                JobEvent::Idle => tell(progress, None),
            }
        };
        let mut fault = None;
        let ended = crew.executor.run(jobs, crew.workers, &mut |event| match heard(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        });
        fault.map_or_else(|| Ok(ended?), Err)
    }

    /// Estimated work of one trial of each candidate.
    fn work(&self) -> BTreeMap<String, f64> {
        self.estimates().iter().map(|estimate| (estimate.name.clone(), estimate.seconds)).collect()
    }
}

/// An executor, and how many jobs it does side by side this time.
pub(super) struct Crew<'a> {
    executor: &'a dyn Executor,
    workers: usize,
}

impl<'a> Crew<'a> {
    /// For an attempt at a job: the last one has the machine to itself.
    pub(super) fn of(executor: &'a dyn Executor, attempt: u32) -> Self {
        let workers = if attempt < ATTEMPTS { executor.workers() } else { 1 };
        Self { executor, workers }
    }

    /// One job at a time, for timing.
    pub(super) fn alone(executor: &'a dyn Executor) -> Self {
        Self { executor, workers: 1 }
    }
}

/// A report that can't be read.
pub(super) fn garbled(message: String) -> Failure {
    Failure::Crashed { code: 0, message }
}

/// A failure, unless it is one of the run: a full disk, or a file of the folder that went away.
pub(super) fn of_a_candidate(failure: Failure) -> Result<Failure, SessionError> {
    match failure {
        Failure::DiskFull { path } => Err(StoreError::Full { path }.into()),
        Failure::Folder { path, detail } => Err(SessionError::Lost { path, detail }),
        failure => Ok(failure),
    }
}
