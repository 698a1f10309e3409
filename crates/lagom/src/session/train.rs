//! Running trials and timing models: the stages that start worker processes.

use std::collections::BTreeMap;

use super::conclude::Outcome;
use super::error::SessionError;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::store::StoreError;
use crate::trial::{Ended, Executor, Failure, Flow, Job, Report, Request, curve_trials};
use crate::verdict::Verdict;

/// Gets the progress at every change, and the end of a job where that is the change.
pub(super) type Tell<'a> = dyn FnMut(&Progress, Option<(usize, Ended)>) -> Result<(), SessionError> + 'a;

/// Rows that latency is measured on, in turn.
const TIMED_ROWS: usize = 500;

impl Session {
    /// Trains the choice (or the reference) on smaller shares of the training rows.
    ///
    /// # Errors
    /// As [`Session::train`].
    pub fn learning_curve(
        &self,
        verdict: &Verdict,
        executor: &Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let requests = self.curve_of(verdict);
        let mut progress = Progress::new(Stage::LearningCurve, 0, 0);
        self.trials(requests, (Stage::LearningCurve, executor), &mut progress, listener)
    }

    /// The trials of the learning curve that a verdict asks for: that of the choice, or of the reference.
    pub(super) fn curve_of(&self, verdict: &Verdict) -> Vec<Request> {
        let name = verdict.choice.as_ref().or(verdict.reference.as_ref());
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
        (stage, executor): (Stage, &Executor),
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
        let work = self.work();
        let works: Vec<f64> = missing
            .iter()
            .map(|Request { spec, .. }| work.get(&spec.candidate.name).copied().unwrap_or(1.0) * spec.split.fraction)
            .collect();
        let jobs: Vec<Job> = missing.iter().map(|request| self.job(request, stage)).collect();
        let names: Vec<&str> = missing.iter().map(|request| request.spec.candidate.name.as_str()).collect();
        progress.add(jobs.len(), count - jobs.len());
        self.follow(executor, &jobs, (&names, &works), progress, &mut |progress, ended| {
            if let Some((at, ended)) = ended {
                self.keep(&missing[at], ended)?;
            }
            listener(progress);
            Ok(())
        })
    }

    /// Whether a trial still has to be run: it has no measurement, and no failure that would only come again.
    fn is_missing(&self, request: &Request, stage: Stage) -> Result<bool, SessionError> {
        Ok(match self.outcome(request)? {
            Outcome::Finished(_) => {
                // Its bundle is needed until the costs in use are measured.
                let key = request.spec.key();
                let first = stage == Stage::Train && request.spec.split.repeat == 0;
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

    fn keep(&self, request: &Request, ended: Ended) -> Result<(), SessionError> {
        let spec = &request.spec;
        if let Ok(Report::Stopped(found)) = &ended {
            return Ok(self.store.add_stopped(request, found)?);
        }
        let found = match ended {
            Ok(Report::Trial(report)) => report.measurement().map_err(|message| Failure::Crashed { code: 0, message }),
            Ok(_) => Err(Failure::Crashed { code: 0, message: "the worker answered another question".to_owned() }),
            Err(failure) => Err(failure),
        };
        match found {
            Ok(measurement) => self.store.add_trial(spec, &measurement)?,
            Err(Failure::DiskFull { path }) => return Err(StoreError::Full { path }.into()),
            Err(failure) => self.store.add_failure(spec, &failure)?,
        }
        Ok(())
    }

    /// Measures latency and memory of every candidate that has a model, one at a time and nothing beside.
    ///
    /// # Errors
    /// As [`Session::train`].
    pub fn time(&self, executor: &Executor, listener: &mut dyn FnMut(&Progress)) -> Result<(), SessionError> {
        let mut keys: Vec<(String, &str)> = Vec::new();
        let mut reused = 0;
        for spec in self.prepared.plan.trials.iter().filter(|spec| spec.split.repeat == 0) {
            let key = spec.key();
            if self.store.deployment(&key)?.is_some() {
                reused += 1;
            } else if self.model(&key).is_file() {
                keys.push((key, &spec.candidate.name));
            }
        }
        let dataset = &self.prepared.loaded.dataset;
        let rows: Vec<_> = dataset.development.iter().take(TIMED_ROWS).map(|&row| dataset.raw_row(row)).collect();
        let jobs: Vec<Job> =
            keys.iter().map(|(key, _)| Job::Deploy { bundle: self.model(key), rows: rows.clone() }).collect();
        let names: Vec<&str> = keys.iter().map(|(_, name)| *name).collect();
        let works = vec![1.0; jobs.len()];
        let alone = Executor { workers: 1, ..executor.clone() };
        let mut progress = Progress::new(Stage::Time, jobs.len(), reused);
        self.follow(&alone, &jobs, (&names, &works), &mut progress, &mut |progress, ended| {
            if let Some((at, Ok(Report::Deploy(found)))) = ended {
                self.store.add_deployment(&keys[at].0, &found)?;
                // The model has done its duty; a leftover file would only take room.
                let _ = std::fs::remove_file(self.model(&keys[at].0));
            }
            listener(progress);
            Ok(())
        })
    }

    /// Runs jobs and keeps `progress` up to date; `tell` gets each end.
    pub(super) fn follow(
        &self,
        executor: &Executor,
        jobs: &[Job],
        (names, works): (&[&str], &[f64]),
        progress: &mut Progress,
        tell: &mut Tell<'_>,
    ) -> Result<(), SessionError> {
        progress.work_total += works.iter().sum::<f64>();
        tell(progress, None)?;
        let mut listener = |flow: Flow| match flow {
            Flow::Started(at) => {
                progress.running.push(names[at].to_owned());
                tell(progress, None)
            }
            Flow::Ended(at, ended) => {
                if let Some(place) = progress.running.iter().position(|name| name == names[at]) {
                    progress.running.remove(place);
                }
                progress.done += 1;
                progress.failed += usize::from(ended.is_err());
                progress.work_done += works[at];
                tell(progress, Some((at, *ended)))
            }
            Flow::Idle => tell(progress, None),
        };
        Ok(executor.run(jobs, &mut listener)?)
    }

    /// Estimated work of one trial of each candidate.
    fn work(&self) -> BTreeMap<String, f64> {
        self.estimates().iter().map(|estimate| (estimate.name.clone(), estimate.seconds)).collect()
    }
}
