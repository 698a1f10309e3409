//! Trials: the plan, the worker that does one, and the executor that runs several side by side.
//!
//! ```text
//! Study, Dataset -> plan -> TrialSpec -> executor -> [worker process: perform] -> Measurement | Failure
//! ```
//!
//! A trial is a process: seeds hold whatever runs beside it, peak memory is the kernel's own figure,
//! and a crash is a recorded failure. A worker reads one job as a JSON line, writes one report as a
//! JSON line, and ends when its standard input closes, so none outlives its parent.

mod calibration;
mod executors;
mod failure;
mod job;
mod measurement;
mod perform;
mod plan;
mod spec;

pub use calibration::Calibration;
pub use executors::{Ended, Executor, ExecutorError, Here, JobEvent, Listener, Local, Mock, Pretend, ThisProgram};
pub use failure::Failure;
pub use job::{Job, ProbeJob, RefitReport, RefitSpec, Report, TrialReport};
pub use measurement::{Measurement, Stopped, TrialStats};
pub use perform::perform;
pub use plan::{Labels, Plan, curve_trials, full_trials, half_trials, label_trials, plan};
pub use spec::{Request, TrialSpec};
