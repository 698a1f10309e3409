//! Jobs in worker processes on this machine, several side by side.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Ended, Executor, ExecutorError, JobEvent, Listener, ThisProgram};
use crate::child::{Event, Output, Process, Start, end_all, heard, last_characters};
use crate::trial::{Failure, Job, Report};

/// How often the executor looks whether it was told to stop.
const TICK: Duration = Duration::from_millis(50);
/// How long a worker may take to end once its input is closed; it needs a moment.
const GRACE: Duration = Duration::from_secs(2);
/// How much of a crashed worker's standard error is kept, in characters.
const KEPT: usize = 600;

/// Starts worker processes and listens to them.
#[derive(Clone, Debug)]
pub struct Local {
    /// lagom itself: a worker is started as `lagom worker`.
    pub this: ThisProgram,
    /// Most workers at a time, at least 1.
    pub workers: usize,
}

/// A worker that runs, and the first line that it wrote.
struct Worker {
    process: Process,
    line: Option<Vec<u8>>,
}

/// Those that run, by the position of their job.
type Workers = HashMap<usize, Worker>;

impl Executor for Local {
    fn this(&self) -> &ThisProgram {
        &self.this
    }

    fn workers(&self) -> usize {
        self.workers.max(1)
    }

    fn can_time(&self) -> bool {
        true
    }

    fn run(&self, jobs: &[Job], workers: usize, listener: &mut Listener<'_>) -> Result<(), ExecutorError> {
        let mut running = Workers::new();
        let ended = self.steer(jobs, workers.max(1), listener, &mut running);
        end_all(running.values_mut().map(|worker| &mut worker.process), GRACE);
        ended
    }
}

impl Local {
    /// Does all jobs, `most` side by side; those that it breaks off are left among `running`.
    fn steer(
        &self,
        jobs: &[Job],
        most: usize,
        listener: &mut Listener<'_>,
        running: &mut Workers,
    ) -> Result<(), ExecutorError> {
        let mut tell = |event: JobEvent| match listener(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ExecutorError::Refused),
        };
        let mut waiting = jobs.iter().enumerate();
        loop {
            if self.this.stop.load(Ordering::SeqCst) {
                return Err(ExecutorError::Stopped);
            }
            while running.len() < most {
                let Some((at, job)) = waiting.next() else { break };
                running.insert(at, self.start(at, job).map_err(ExecutorError::Start)?);
                tell(JobEvent::Started(at))?;
            }
            if running.is_empty() {
                return Ok(());
            }
            let events = heard(running.values_mut().map(|worker| &mut worker.process), TICK);
            if events.is_empty() {
                let stalled = |(at, worker): (&usize, &mut Worker)| Some((*at, worker.process.end_if_stalled()?));
                let stalled: Vec<(usize, String)> = running.iter_mut().filter_map(stalled).collect();
                for (at, message) in stalled {
                    running.remove(&at);
                    tell(JobEvent::Ended(at, Box::new(Err(Failure::Crashed { code: 0, message }))))?;
                }
                tell(JobEvent::Idle)?;
            }
            for Event { process: at, output } in events {
                let Some(worker) = running.get_mut(&at) else { continue };
                if let Output::Line(line) = output {
                    worker.line.get_or_insert(line);
                } else {
                    let ended = worker.ended();
                    running.remove(&at);
                    tell(JobEvent::Ended(at, Box::new(ended)))?;
                }
            }
        }
    }

    fn start(&self, at: usize, job: &Job) -> std::io::Result<Worker> {
        let words = vec!["worker".into()];
        // An abort that writes a trace may wait for a lock that nobody gives back.
        let set = BTreeMap::from([("RUST_BACKTRACE", "0"), ("RAYON_NUM_THREADS", "1")]);
        let line = serde_json::to_string(job)?;
        let mut process = Process::start(&Start { words, set, ..Start::new(&self.this.path) }, at)?;
        process.give(line);
        Ok(Worker { process, line: None })
    }
}

impl Worker {
    /// What came of its job, once it has ended.
    fn ended(&mut self) -> Ended {
        let end = self.process.end(GRACE);
        if let Ok(report) = serde_json::from_slice::<Report>(&self.line.take().unwrap_or_default()) {
            return report.into_ended();
        }
        if end.signal().is_none() && end.code().is_none() {
            return Err(Failure::Crashed { code: -1, message: end.to_string() });
        }
        let message = last_characters(&without_panic(&end.said), KEPT).trim().to_owned();
        Err(match end.signal() {
            Some(signal) => Failure::Killed { signal, message },
            None => Failure::Crashed { code: end.code().unwrap_or(-1), message },
        })
    }
}

/// What a worker wrote, without the lines that say where in whose source a panic was: they help nobody who reads a report.
fn without_panic(errors: &str) -> String {
    let told = |line: &&str| {
        let place = line.starts_with("thread '") && line.contains("panicked at ");
        !(place || line.starts_with("note: ") || line.starts_with("stack backtrace:"))
    };
    errors.lines().filter(told).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::without_panic;

    #[test]
    fn where_a_panic_was_is_not_told() {
        let errors = "warning: x\n\nthread 'main' (12) panicked at /home/me/.cargo/registry/src/a-1.0/src/lib.rs:3:5:\nout of memory\n\
                      note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(without_panic(errors), "warning: x\n\nout of memory");
    }
}
