//! Where jobs are done: in processes of this machine, in this very process, or nowhere but in a test.
//!
//! A new way is one file here: it does every [`Job`] by [`perform`](super::perform), wherever that is, and tells how each ended. Jobs and reports
//! are lines of JSON, so they can be carried anywhere.

mod here;
mod local;
mod mock;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Failure, Job, Report};

pub use here::Here;
pub use local::Local;
pub use mock::{Mock, Pretend};

/// Does jobs.
pub trait Executor {
    /// The program that runs, and whether it was told to stop.
    fn this(&self) -> &ThisProgram;

    /// How many jobs it does side by side, at least 1.
    fn workers(&self) -> usize;

    /// Whether latency and memory of a model mean something where it does its jobs.
    fn can_time(&self) -> bool;

    /// Does all jobs, in the order given, at most `workers` of them side by side, and tells of every start and end. A trial that fails is an
    /// event, not an error.
    ///
    /// # Errors
    /// It was told to stop, nothing can be started, or the listener refuses to go on. No job is left running in any case.
    fn run(&self, jobs: &[Job], workers: usize, listener: &mut Listener<'_>) -> Result<(), ExecutorError>;
}

/// Is told what happens; a break ends the run.
pub type Listener<'a> = dyn FnMut(JobEvent) -> ControlFlow<()> + 'a;

/// lagom itself.
#[derive(Clone, Debug, Default)]
pub struct ThisProgram {
    /// Where it is: it is started again as a worker.
    pub path: PathBuf,
    /// Set from outside (Ctrl-C) to stop.
    pub stop: Arc<AtomicBool>,
}

/// What an executor tells while it runs; the number is the job's position.
#[derive(Debug)]
pub enum JobEvent {
    /// A job was started.
    Started(usize),
    /// A job has ended: its report, or how it failed.
    Ended(usize, Box<Ended>),
    /// Nothing happened for a moment; time to redraw a clock.
    Idle,
}

/// How a job ended.
pub type Ended = Result<Report, Failure>;

/// Why an executor stopped before all jobs were done.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// It was told to.
    #[error("stopped")]
    Stopped,
    /// No worker could be started.
    #[error("cannot start a worker process: {0}")]
    Start(std::io::Error),
    /// The listener broke off: it knows why.
    #[error("broken off")]
    Refused,
}
