//! Jobs under way: an executor does them, the progress follows, and what comes of each is kept at once.

use std::ops::ControlFlow;

use super::error::RunError;
use super::progress::Tracker;
use super::workspace::Workspace;
use crate::store::StoreError;
use crate::trial::{Ended, Executor, Failure, Job, JobEvent};

/// Attempts at a job whose worker dies or reports nothing: two beside others, the last one alone on the machine, since
/// what is wanting most often is memory.
pub(super) const ATTEMPTS: u32 = 3;

/// Gets what came of the job at this place.
pub(super) type Keep<'a> = dyn FnMut(usize, Ended) -> Result<(), RunError> + 'a;

/// A job with what the progress shows of it.
pub(super) struct Task {
    pub(super) job: Job,
    /// The candidate that it is about.
    pub(super) name: String,
    /// Its share of the work, in the plan's own unit.
    pub(super) work: f64,
}

/// An executor at work in a folder, and how many jobs it does side by side this time.
pub(super) struct Crew<'a> {
    workspace: &'a Workspace,
    executor: &'a dyn Executor,
    workers: usize,
}

impl<'a> Crew<'a> {
    /// For an attempt at a job: the last one has the machine to itself.
    pub(super) fn of(workspace: &'a Workspace, executor: &'a dyn Executor, attempt: u32) -> Self {
        let workers = if attempt < ATTEMPTS { executor.workers() } else { 1 };
        Self { workspace, executor, workers }
    }

    /// One job at a time, for timing.
    pub(super) fn alone(workspace: &'a Workspace, executor: &'a dyn Executor) -> Self {
        Self { workspace, executor, workers: 1 }
    }

    /// Runs the tasks and keeps the progress up to date; `keep` gets each end.
    pub(super) fn run(&self, tasks: Vec<Task>, tracker: &mut Tracker<'_>, keep: &mut Keep<'_>) -> Result<(), RunError> {
        self.workspace.guard.check()?;
        tracker.progress.work_total += tasks.iter().map(|task| task.work).sum::<f64>();
        tracker.tell();
        let (mut jobs, mut shown) = (Vec::new(), Vec::new());
        for Task { job, name, work } in tasks {
            jobs.push(job);
            shown.push((name, work));
        }
        let mut heard = |event: JobEvent| -> Result<(), RunError> {
            self.workspace.guard.check()?;
            match event {
                JobEvent::Started(at) => tracker.progress.running.push(shown[at].0.clone()),
                JobEvent::Ended(at, ended) => {
                    let (name, work) = &shown[at];
                    let progress = &mut tracker.progress;
                    if let Some(place) = progress.running.iter().position(|other| other == name) {
                        progress.running.remove(place);
                    }
                    progress.done += 1;
                    progress.failed += usize::from(ended.is_err());
                    progress.work_done += work;
                    keep(at, *ended)?;
                }
                JobEvent::Idle => {}
            }
            tracker.tell();
            Ok(())
        };
        let mut fault = None;
        let ended = self.executor.run(&jobs, self.workers, &mut |event| match heard(event) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        });
        fault.map_or_else(|| Ok(ended?), Err)
    }
}

/// A report that can't be read.
pub(super) fn garbled(message: String) -> Failure {
    Failure::Crashed { code: 0, message }
}

/// A failure, unless it is one of the run: a full disk, or a file of the folder that went away.
pub(super) fn of_a_candidate(failure: Failure) -> Result<Failure, RunError> {
    match failure {
        Failure::DiskFull { path } => Err(StoreError::Full { path }.into()),
        Failure::Folder { path, detail } => Err(RunError::Lost { path, detail }),
        failure => Ok(failure),
    }
}
