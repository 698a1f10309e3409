//! Latency and memory in use, of every candidate that was trained.

use super::error::SessionError;
use super::progress::{Progress, Stage};
use super::start::Session;
use super::train::{ATTEMPTS, Crew, garbled, of_a_candidate};
use crate::trial::{Ended, Executor, Failure, Job, Report, TrialSpec};

/// Rows that latency is measured on, in turn.
const TIMED_ROWS: usize = 500;

impl Session {
    /// Measures latency and memory of every candidate that has a model, one at a time and nothing beside.
    ///
    /// A model that went away, or can't be read, is trained once more from the same seed. What can't be timed after every
    /// attempt is a record in the store, not an error. Where the executor can't time anything nothing is: it stays unknown.
    ///
    /// # Errors
    /// As [`Session::train`].
    pub fn time(&self, executor: &dyn Executor, listener: &mut dyn FnMut(&Progress)) -> Result<(), SessionError> {
        if !executor.can_time() {
            return Ok(());
        }
        let (untimed, timed) = self.untimed()?;
        let mut progress = Progress::new(Stage::Time, untimed.len(), timed);
        let mut left = untimed;
        for attempt in 1..=ATTEMPTS {
            if left.is_empty() {
                break;
            }
            self.restore(&left, executor, listener)?;
            left = self.time_once(left, executor, &mut progress, listener)?;
            if attempt < ATTEMPTS {
                progress.again(left.len());
            }
        }
        listener(&progress);
        Ok(())
    }

    /// The first trials of the candidates that were trained and not timed yet, and how many were timed before.
    fn untimed(&self) -> Result<(Vec<TrialSpec>, usize), SessionError> {
        let (mut untimed, mut timed) = (Vec::new(), 0);
        for spec in self.prepared.plan.trials.iter().filter(|spec| spec.split.repeat == 0) {
            if self.store.deployment(&spec.key())?.is_some() {
                timed += 1;
            } else if self.model(&spec.key()).is_file() || self.first.borrow().contains(&spec.key()) {
                untimed.push(spec.clone());
            }
        }
        Ok((untimed, timed))
    }

    /// Trains the models anew that are not in their place.
    fn restore(
        &self,
        wanted: &[TrialSpec],
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        let gone = wanted.iter().filter(|spec| !self.model(&spec.key()).is_file());
        let gone: Vec<_> = gone.map(|spec| self.request(spec, None)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let mut progress = Progress::new(Stage::Train, 0, 0);
        self.trials(gone, (Stage::Train, executor), &mut progress, listener)
    }

    /// Times models once. Hands back those that were not.
    fn time_once(
        &self,
        wanted: Vec<TrialSpec>,
        executor: &dyn Executor,
        progress: &mut Progress,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<Vec<TrialSpec>, SessionError> {
        let dataset = &self.prepared.loaded.dataset;
        let rows: Vec<_> = dataset.development.iter().take(TIMED_ROWS).map(|&row| dataset.raw_row(row)).collect();
        let job = |spec: &TrialSpec| Job::Deploy { bundle: self.model(&spec.key()), rows: rows.clone() };
        let jobs: Vec<Job> = wanted.iter().map(job).collect();
        let names: Vec<&str> = wanted.iter().map(|spec| spec.candidate.name.as_str()).collect();
        let works = vec![1.0; jobs.len()];
        let alone = Crew::alone(executor);
        let mut failed = Vec::new();
        self.follow(&alone, &jobs, (&names, &works), progress, &mut |progress, ended| {
            if let Some((at, ended)) = ended
                && !self.keep_timing(&wanted[at], ended)?
            {
                failed.push(at);
            }
            listener(progress);
            Ok(())
        })?;
        Ok(failed.into_iter().map(|at| wanted[at].clone()).collect())
    }

    /// Writes down what came of timing a model; whether it was timed.
    fn keep_timing(&self, spec: &TrialSpec, ended: Ended) -> Result<bool, SessionError> {
        let model = self.model(&spec.key());
        let failure = match ended {
            Ok(Report::Deploy(found)) => {
                self.store.add_deployment(&spec.key(), &found)?;
                // The model has done its duty; a leftover file would only take room.
                let _ = std::fs::remove_file(model);
                return Ok(true);
            }
            Ok(_) => garbled("the worker answered another question".to_owned()),
            Err(failure) => of_a_candidate(failure)?,
        };
        if matches!(failure, Failure::Crashed { .. }) {
            // It may be the file: the next attempt is at a new one.
            let _ = std::fs::remove_file(model);
        }
        self.store.add_untimed(spec, &failure)?;
        Ok(false)
    }
}
