//! Jobs in this very process, one after the other: for programs that use lagom as a library and are not `lagom` themselves.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use super::{Executor, ExecutorError, JobEvent, Listener, ThisProgram};
use crate::measure::cpu_seconds;
use crate::trial::{Failure, Job, perform};

/// Does jobs on the calling thread. What the kernel counts for a process is then not a trial's own: peak memory is unknown (0),
/// and nothing is timed. A panic of a training is a failed trial; a process that runs out of memory ends as a whole.
#[derive(Clone, Debug, Default)]
pub struct Here {
    /// Its `stop` ends the run before the next job.
    pub this: ThisProgram,
}

impl Executor for Here {
    fn this(&self) -> &ThisProgram {
        &self.this
    }

    fn workers(&self) -> usize {
        1
    }

    fn can_time(&self) -> bool {
        false
    }

    fn run(&self, jobs: &[Job], _workers: usize, listener: &mut Listener<'_>) -> Result<(), ExecutorError> {
        let mut tell = |event| match listener(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ExecutorError::Refused),
        };
        for (at, job) in jobs.iter().enumerate() {
            if self.this.stop.load(Ordering::SeqCst) {
                return Err(ExecutorError::Stopped);
            }
            tell(JobEvent::Started(at))?;
            let (job, before) = (job.clone(), cpu_seconds());
            let done = std::panic::catch_unwind(move || perform(job));
            let crashed = |_| Failure::Crashed { code: -1, message: "the training panicked".to_owned() };
            let ended = done.map_err(crashed).and_then(|report| report.of_one_among_others(before).into_ended());
            tell(JobEvent::Ended(at, Box::new(ended)))?;
        }
        Ok(())
    }
}
