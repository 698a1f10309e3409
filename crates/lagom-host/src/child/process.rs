//! A process that lagom has started: what it is given, what it does, and its end.

use std::io;
use std::process::Child;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use super::end::End;
use super::pipes::{Carrier, Ear, Event};
use super::stall::Stall;
use super::start::Start;

/// How long the end of its standard error is waited for after its own end.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How often it is looked whether it has ended.
const TICK: Duration = Duration::from_millis(1);

/// A running program. Dropped, it is killed with all that it started, and nothing of it is left.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// None once the process has ended and was waited for: its number is then no longer its own.
    carrier: Option<Carrier>,
    stall: Stall,
}

impl Process {
    /// Starts it. What it does is told to `events` under the number `process`.
    ///
    /// # Errors
    /// It is not there or may not be executed, or the system has no room for it.
    pub fn start(start: &Start, process: usize, events: &Sender<Event>) -> io::Result<Self> {
        let mut child = start.spawn()?;
        let ear = Ear { process, events: events.clone(), line_bytes: start.line_bytes };
        match Carrier::start(&mut child, ear) {
            Ok(carrier) => Ok(Self { stall: Stall::of(child.id()), child, carrier: Some(carrier) }),
            Err(error) => {
                let _ = child.kill().and_then(|()| child.wait());
                Err(error)
            }
        }
    }

    /// Gives it a line, to which the end of one is added; it need not take it at once.
    pub fn give(&mut self, line: impl Into<Vec<u8>>) {
        let mut line = line.into();
        line.push(b'\n');
        if let Some(carrier) = &self.carrier {
            carrier.give(line);
        }
        self.stall.begin();
    }

    /// Tells it that nothing more comes: closes its standard input.
    pub fn close(&mut self) {
        if let Some(carrier) = &mut self.carrier {
            carrier.close();
        }
    }

    /// If it has done nothing for two minutes since it was given something, it is killed, and this is what is to be said of it. To be
    /// looked at at least once a second while something of it is waited for.
    pub fn end_if_stalled(&mut self) -> Option<String> {
        self.stall.is_over().then(|| {
            self.kill();
            self.stall.told()
        })
    }

    /// Closes its standard input, waits for it to end by itself, not longer than `within`, kills what is left of it, and says how it
    /// ended. What it wrote to standard error is told only once.
    pub fn end(&mut self, within: Duration) -> End {
        let killed = self.finish(within);
        let said = self.carrier.take().map(|carrier| carrier.said(LAST_WORDS)).unwrap_or_default();
        End { status: self.child.wait(), killed, said: String::from_utf8_lossy(&said).into_owned() }
    }

    /// Waits for its end and kills what is left of it; whether it had not ended by itself.
    fn finish(&mut self, within: Duration) -> bool {
        self.close();
        let until = Instant::now() + within;
        while self.runs() && Instant::now() < until {
            std::thread::sleep(TICK);
        }
        let killed = self.runs();
        self.kill();
        let _ = self.child.wait();
        killed
    }

    fn pid(&self) -> Option<Pid> {
        let own = self.carrier.is_some();
        i32::try_from(self.child.id()).ok().filter(|_| own).map(Pid::from_raw)
    }

    /// Whether it still runs. It is not waited for, so that its number stays its own until its group is killed.
    fn runs(&self) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        self.pid().is_some_and(|pid| matches!(waitid(Id::Pid(pid), flags), Ok(WaitStatus::StillAlive)))
    }

    /// Kills it with all that it started and that is still of its group, which it may have left itself.
    fn kill(&mut self) {
        if let Some(pid) = self.pid() {
            // Nobody left is what is wanted.
            let _ = killpg(pid, Signal::SIGKILL);
            let _ = self.child.kill();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.carrier.is_some() {
            self.finish(Duration::ZERO);
        }
    }
}

/// Tells all of them that nothing more comes, and ends each as [`Process::end`] does, not longer than `within` for all together.
pub fn end_all<'a>(processes: impl Iterator<Item = &'a mut Process>, within: Duration) {
    let until = Instant::now() + within;
    let mut processes: Vec<&mut Process> = processes.collect();
    processes.iter_mut().for_each(|process| process.close());
    for process in processes {
        process.end(until.saturating_duration_since(Instant::now()));
    }
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
