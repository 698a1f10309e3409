//! Latency and memory in use, of every candidate that was trained.

use super::Trainer;
use crate::bundle::Row;
use crate::measure::{LOADINGS, Loading};
use crate::run::crew::{ATTEMPTS, Crew, Task, garbled, of_a_candidate};
use crate::run::error::RunError;
use crate::run::probes::kept_repeats;
use crate::run::progress::{Progress, Stage, Tracker};
use crate::trial::{Ended, Failure, Job, Report, TrialSpec};

/// Rows that latency is measured on, in turn.
const TIMED_ROWS: usize = 500;

impl Trainer<'_> {
    /// Measures latency and memory of every candidate that has a model, one at a time and nothing beside.
    ///
    /// A model that went away, or can't be read, is trained once more from the same seed. What can't be timed after every
    /// attempt is a record in the store, not an error. Where the executor can't time anything nothing is: it stays unknown.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(crate) fn time(&self, listener: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        if !self.executor.can_time() {
            return Ok(());
        }
        let (untimed, timed) = self.untimed()?;
        self.time_all(untimed, timed, listener)
    }

    /// The same of the models of these trials, and of no others: models that were trained beside them are taken away.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(crate) fn time_levers(
        &self,
        wanted: &[TrialSpec],
        others: &[TrialSpec],
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        for spec in others.iter().filter(|spec| !wanted.contains(spec)) {
            // It would only take room.
            let _ = std::fs::remove_file(self.workspace.model(&spec.key()));
        }
        if !self.executor.can_time() {
            return Ok(());
        }
        let mut untimed = Vec::new();
        for spec in wanted {
            if self.workspace.store.deployment(&spec.key())?.is_none() {
                untimed.push(spec.clone());
            }
        }
        let timed = wanted.len() - untimed.len();
        self.time_all(untimed, timed, listener)
    }

    fn time_all(
        &self,
        untimed: Vec<TrialSpec>,
        timed: usize,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        let mut tracker = Tracker::new(Stage::Time, listener);
        tracker.progress.add(untimed.len(), timed);
        let mut left = untimed;
        for attempt in 1..=ATTEMPTS {
            if left.is_empty() {
                break;
            }
            self.restore(&left, tracker.listener())?;
            left = self.time_once(left, &mut tracker)?;
            if attempt < ATTEMPTS {
                tracker.progress.again(left.len());
            }
        }
        tracker.tell();
        Ok(())
    }

    /// The first trials of the candidates that were trained and not timed yet, and how many were timed before.
    fn untimed(&self) -> Result<(Vec<TrialSpec>, usize), RunError> {
        let (mut untimed, mut timed) = (Vec::new(), 0);
        for spec in self.workspace.prepared.plan.trials.iter().filter(|spec| spec.split.repeat == 0) {
            if self.workspace.store.deployment(&spec.key())?.is_some() {
                timed += 1;
            } else if self.workspace.model(&spec.key()).is_file() || self.first.borrow().contains(&spec.key()) {
                untimed.push(spec.clone());
            }
        }
        Ok((untimed, timed))
    }

    /// Trains the models anew that are not in their place.
    fn restore(&self, wanted: &[TrialSpec], listener: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        let gone = wanted.iter().filter(|spec| !self.workspace.model(&spec.key()).is_file());
        let gone: Vec<_> = gone.map(|spec| self.workspace.request(spec, None)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        self.trials(gone, &mut Tracker::new(Stage::Train, listener))
    }

    /// Times models once. Hands back those that were not.
    fn time_once(&self, wanted: Vec<TrialSpec>, tracker: &mut Tracker<'_>) -> Result<Vec<TrialSpec>, RunError> {
        let dataset = &self.workspace.prepared.loaded.dataset;
        let rows: Vec<_> = dataset.development.iter().take(TIMED_ROWS).map(|&row| dataset.raw_row(row)).collect();
        let loadings = self.loadings(&wanted, &rows)?;
        let task = |spec: &TrialSpec| {
            let job = Job::Deploy { bundle: self.workspace.model(&spec.key()), rows: rows.clone() };
            Task { job, name: spec.candidate.name.clone(), work: 1.0 }
        };
        let tasks = wanted.iter().map(task).collect();
        let mut failed = Vec::new();
        Crew::alone(self.workspace, self.executor).run(tasks, tracker, &mut |at, ended| {
            if !self.keep_timing(&wanted[at], ended, &loadings[at])? {
                failed.push(at);
            }
            Ok(())
        })?;
        Ok(failed.into_iter().map(|at| wanted[at].clone()).collect())
    }

    /// How long each model takes to be ready, in fresh processes of their own. One that fails tells nothing here: the timing itself says why.
    fn loadings(&self, wanted: &[TrialSpec], rows: &[Row]) -> Result<Vec<Vec<Loading>>, RunError> {
        let task = |at: usize| {
            let spec = &wanted[at / LOADINGS];
            let rows = rows.iter().take(1).cloned().collect();
            let job = Job::Load { bundle: self.workspace.model(&spec.key()), rows };
            Task { job, name: spec.candidate.name.clone(), work: 0.0 }
        };
        let tasks = (0..wanted.len() * LOADINGS).map(task).collect();
        let mut found = vec![Vec::new(); wanted.len()];
        let mut silent = |_: &Progress| {};
        let mut keep = |at: usize, ended: Ended| {
            if let Ok(Report::Load(loading)) = ended {
                found[at / LOADINGS].push(loading);
            }
            Ok(())
        };
        Crew::alone(self.workspace, self.executor).run(
            tasks,
            &mut Tracker::new(Stage::Time, &mut silent),
            &mut keep,
        )?;
        Ok(found)
    }

    /// Writes down what came of timing a model; whether it was timed.
    fn keep_timing(&self, spec: &TrialSpec, ended: Ended, loadings: &[Loading]) -> Result<bool, RunError> {
        let model = self.workspace.model(&spec.key());
        let failure = match ended {
            Ok(Report::Deploy(found)) => {
                self.workspace.store.add_deployment(&spec.key(), &found.with_loadings(loadings))?;
                // The model has done its duty, unless a probe is to look at it; a leftover file would only take room.
                let looked_at = kept_repeats(self.workspace) > 0 && self.workspace.prepared.plan.trials.contains(spec);
                if !looked_at {
                    let _ = std::fs::remove_file(model);
                }
                return Ok(true);
            }
            Ok(_) => garbled("the worker answered another question".to_owned()),
            Err(failure) => of_a_candidate(failure)?,
        };
        if matches!(failure, Failure::Crashed { .. }) {
            // It may be the file: the next attempt is at a new one.
            let _ = std::fs::remove_file(model);
        }
        self.workspace.store.add_untimed(spec, &failure)?;
        Ok(false)
    }
}
