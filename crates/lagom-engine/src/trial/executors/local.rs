//! Jobs in worker processes on this machine, several side by side.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Ended, Executor, ExecutorError, JobEvent, Listener, ThisProgram};
use crate::child::{Stall, environment};
use crate::trial::{Failure, Job, Report};

/// How often the executor looks whether it was told to stop.
const TICK: Duration = Duration::from_millis(50);
/// How long a worker may take to end once its input is closed; it needs a moment.
const GRACE: Duration = Duration::from_secs(2);
/// How much of a crashed worker's standard error is kept.
const KEPT: usize = 600;

/// Starts worker processes and listens to them.
#[derive(Clone, Debug)]
pub struct Local {
    /// lagom itself: a worker is started as `lagom worker`.
    pub this: ThisProgram,
    /// Most workers at a time, at least 1.
    pub workers: usize,
}

/// A job's position and how its worker ended.
type End = (usize, Ended);

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
        let (sender, receiver) = channel();
        // A worker lives as long as its standard input is open: dropping these ends all that run.
        let mut inputs: HashMap<usize, Held> = HashMap::new();
        let ended = self.steer((jobs, workers), listener, (&sender, &receiver), &mut inputs);
        let left = inputs.drain().map(|(at, held)| (at, held.process)).collect();
        drop(sender);
        end(&receiver, left);
        ended
    }
}

impl Local {
    fn steer(
        &self,
        (jobs, workers): (&[Job], usize),
        listener: &mut Listener<'_>,
        (sender, receiver): (&Sender<End>, &Receiver<End>),
        inputs: &mut HashMap<usize, Held>,
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
            while inputs.len() < workers.max(1) {
                let Some((at, job)) = waiting.next() else { break };
                inputs.insert(at, self.start(at, job, sender).map_err(ExecutorError::Start)?);
                tell(JobEvent::Started(at))?;
            }
            if inputs.is_empty() {
                return Ok(());
            }
            match receiver.recv_timeout(TICK) {
                Ok((at, ended)) => {
                    let stalled = inputs.remove(&at).and_then(|held| held.stalled);
                    let ended = stalled.map_or(ended, |message| Err(Failure::Crashed { code: 0, message }));
                    tell(JobEvent::Ended(at, Box::new(ended)))?;
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    inputs.values_mut().for_each(Held::look);
                    tell(JobEvent::Idle)?;
                }
            }
        }
    }

    fn start(&self, at: usize, job: &Job, sender: &Sender<End>) -> std::io::Result<Held> {
        let mut child = Command::new(&self.this.path)
            .arg("worker")
            .env_clear()
            .envs(environment(&[]))
            // An abort that writes a trace may wait for a lock that nobody gives back.
            .env("RUST_BACKTRACE", "0")
            .env("RAYON_NUM_THREADS", "1")
            // Ctrl-C goes to the parent alone, which then ends its workers.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let process = child.id();
        let mut input = child.stdin.take().ok_or_else(|| std::io::Error::other("no standard input"))?;
        let line = serde_json::to_string(job)?;
        let sender = sender.clone();
        // Where a thread can't be started the worker ends as its input closes.
        let error = child.stderr.take();
        let errors = Builder::new().spawn(move || written(error))?;
        Builder::new().spawn(move || sender.send((at, listen(child, errors))))?;
        // A worker that died at once closes the pipe; its listener reports why.
        let _ = input.write_all(line.as_bytes()).and_then(|()| input.write_all(b"\n")).and_then(|()| input.flush());
        Ok(Held { _input: input, process, stall: Stall::of(process), stalled: None })
    }
}

/// Waits for workers whose input is closed. One that stands still does not see that, and is killed.
fn end(receiver: &Receiver<End>, mut left: HashMap<usize, u32>) {
    let start = Instant::now();
    // Every worker's listener holds a sender until it has reported: none is left when the last worker has ended.
    loop {
        match receiver.recv_timeout(GRACE.saturating_sub(start.elapsed())) {
            Ok((at, _)) => left.remove(&at),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => break,
        };
    }
    left.into_values().for_each(kill_worker);
    while receiver.recv().is_ok() {}
}

/// Its number may be another's only where it ended within the moment since it was looked at.
fn kill_worker(process: u32) {
    let _ = i32::try_from(process).map(|number| kill(Pid::from_raw(number), Signal::SIGKILL));
}

/// A worker that runs. Dropped, it ends, since its standard input closes.
struct Held {
    _input: ChildStdin,
    process: u32,
    stall: Stall,
    /// What is to be said of it, if it was ended because it did nothing any more.
    stalled: Option<String>,
}

impl Held {
    /// Ends it if it has stalled.
    fn look(&mut self) {
        if self.stalled.is_none() && self.stall.is_over() {
            self.stalled = Some(self.stall.told());
            kill_worker(self.process);
        }
    }
}

/// All that a worker writes to standard error.
fn written(error: Option<ChildStderr>) -> String {
    let mut text = Vec::new();
    let _ = error.map(|mut pipe| pipe.read_to_end(&mut text));
    String::from_utf8_lossy(&text).into_owned()
}

/// Waits for a worker's report and its end.
fn listen(mut child: Child, errors: JoinHandle<String>) -> Ended {
    let mut line = String::new();
    let _ = child.stdout.take().map(|pipe| BufReader::new(pipe).read_line(&mut line));
    let status = child.wait();
    let errors = errors.join().unwrap_or_default();
    match serde_json::from_str::<Report>(&line) {
        Ok(report) => report.into_ended(),
        Err(_) => Err(death(status, &errors)),
    }
}

fn death(status: std::io::Result<ExitStatus>, errors: &str) -> Failure {
    let status = match status {
        Ok(status) => status,
        Err(error) => return Failure::Crashed { code: -1, message: error.to_string() },
    };
    let errors = without_panic(errors);
    let from = errors.char_indices().rev().nth(KEPT).map_or(0, |(at, _)| at);
    let message = errors[from..].trim().to_owned();
    if let Some(signal) = status.signal() {
        return Failure::Killed { signal, message };
    }
    Failure::Crashed { code: status.code().unwrap_or(-1), message }
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
