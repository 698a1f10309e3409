//! Jobs in worker processes on this machine, several side by side.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Ended, Executor, ExecutorError, JobEvent, Listener, ThisProgram};
use crate::child::{Event, Output, Process, Start, end_all, heard, last_characters};
use crate::study::Device;
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
    /// Most of them that train on the same device at a time, at least 1.
    pub on_a_device: usize,
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
        let mut waiting: Vec<usize> = (0..jobs.len()).collect();
        loop {
            if self.this.stop.load(Ordering::SeqCst) {
                return Err(ExecutorError::Stopped);
            }
            while running.len() < most {
                let busy: Vec<usize> = running.keys().copied().collect();
                let Some(next) = next(&waiting, jobs, &busy, self.on_a_device.max(1)) else { break };
                let at = waiting.remove(next);
                running.insert(at, self.start(at, &jobs[at]).map_err(ExecutorError::Start)?);
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

/// The place of the first of the waiting jobs that can start: one on a device waits until fewer than `most` of those that run train there.
fn next(waiting: &[usize], jobs: &[Job], running: &[usize], most: usize) -> Option<usize> {
    let busy: Vec<Device> = running.iter().filter_map(|at| jobs[*at].device()).collect();
    let is_free = |device: Device| busy.iter().filter(|other| **other == device).count() < most;
    waiting.iter().position(|at| jobs[*at].device().is_none_or(is_free))
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
    use super::{Job, next, without_panic};
    use crate::candidate::{Candidate, Spec};
    use crate::data::{Schema, SplitSpec};
    use crate::metric::Metric;
    use crate::study::{Compute, Device, Precision, TaskKind};
    use crate::trial::{Request, TrialSpec};

    fn job(device: Option<Device>) -> Job {
        let compute = device.map(|device| Compute { device, precision: Precision::F32 });
        let candidate = Candidate { compute, ..Candidate::new("a", Spec::of("full"), 1) };
        let split =
            SplitSpec { seed: 1, repeat: 0, windows: 0, validation: 0.2, fraction: 1.0, folds: 0, explored: None };
        let spec = TrialSpec { candidate, split, data: "d".to_owned() };
        let schema = Schema {
            task: TaskKind::TextClassification,
            inputs: Vec::new(),
            target: "y".to_owned(),
            classes: Vec::new(),
        };
        let request = Request { spec, metric: Metric::Accuracy, target: None };
        Job::Trial { request, data: "d".into(), schema, bundle: None }
    }

    #[test]
    fn a_device_has_one_training_at_a_time_and_the_others_go_on() {
        let (first, second) = (Some(Device::Cuda(0)), Some(Device::Cuda(1)));
        let jobs: Vec<Job> = [first, first, None, second].map(job).into();
        assert_eq!(next(&[0, 1, 2, 3], &jobs, &[], 1), Some(0));
        // The second of the first card waits, and is next again when that is free.
        assert_eq!(next(&[1, 2, 3], &jobs, &[0], 1), Some(1));
        assert_eq!(next(&[1, 3], &jobs, &[0, 2], 1), Some(1));
        assert_eq!(next(&[1], &jobs, &[0, 3], 1), None);
        assert_eq!(next(&[1], &jobs, &[3], 1), Some(0));
        assert_eq!(next(&[1], &jobs, &[0], 2), Some(0));
        assert_eq!(next(&[], &jobs, &[], 1), None);
    }

    #[test]
    fn where_a_panic_was_is_not_told() {
        let errors = "warning: x\n\nthread 'main' (12) panicked at /home/me/.cargo/registry/src/a-1.0/src/lib.rs:3:5:\nout of memory\n\
                      note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(without_panic(errors), "warning: x\n\nout of memory");
    }
}
