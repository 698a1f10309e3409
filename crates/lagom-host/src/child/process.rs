//! A process that lagom has started: what it is given, what it does, and its end.

use std::io;
use std::process::Child;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use super::end::End;
use super::pipes::{Output, Pipes};
use super::stall::Stall;
use super::start::Start;

/// How long the end of its standard error is waited for after its own end.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How often it is looked whether it has ended.
const TICK: Duration = Duration::from_millis(1);

/// A running program. Dropped, it is killed with all that it started, and nothing of it is left.
///
/// It has no thread of its own: whoever waits for what it writes, by [`Process::next`] or [`heard`], carries what goes in and out
/// meanwhile.
#[derive(Debug)]
pub struct Process {
    number: usize,
    child: Child,
    pipes: Pipes,
    stall: Stall,
    /// Whether it was waited for: its number is then no longer its own.
    is_gone: bool,
}

/// What a process did.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    /// The number that it was started under.
    pub process: usize,
    /// What came of it.
    pub output: Output,
}

impl Process {
    /// Starts it, under a number of the caller's.
    ///
    /// # Errors
    /// It is not there or may not be executed, or the system has no room for it.
    pub fn start(start: &Start, number: usize) -> io::Result<Self> {
        let mut child = start.spawn()?;
        match Pipes::of(&mut child, start.line_bytes) {
            Ok(pipes) => Ok(Self { number, stall: Stall::of(child.id()), child, pipes, is_gone: false }),
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
        self.pipes.give(line);
        self.stall.begin();
    }

    /// Tells it that nothing more comes: closes its standard input.
    pub fn close(&mut self) {
        self.pipes.close();
    }

    /// What it wrote next; none where that is nothing for so long.
    pub fn next(&mut self, within: Duration) -> Option<Output> {
        let until = Instant::now() + within;
        while self.pipes.heard.is_empty() && !self.pipes.is_closed() {
            carry(&mut [self], until);
            if Instant::now() >= until {
                break;
            }
        }
        let closed = self.pipes.is_closed().then_some(Output::Closed);
        self.pipes.heard.pop_front().or(closed)
    }

    /// If it has done nothing for two minutes since it was given something, it is killed, and this is what is to be said of it. To be
    /// looked at at least once a second while something of it is waited for.
    pub fn end_if_stalled(&mut self) -> Option<String> {
        let stalled = !self.is_gone && self.stall.is_over();
        stalled.then(|| {
            self.finish();
            self.stall.told()
        })
    }

    /// Closes its standard input, waits for it to end by itself, not longer than `within`, kills what is left of it, and says how it
    /// ended. What it writes meanwhile is for nobody.
    pub fn end(&mut self, within: Duration) -> End {
        wait_for_end(&mut [self], within);
        let killed = self.finish();
        // What it said last may still be in the pipe; whoever else holds that is not waited for.
        let until = Instant::now() + LAST_WORDS;
        while self.pipes.may_say() && Instant::now() < until {
            carry(&mut [self], until);
        }
        let lives = || io::Error::other("it can't be killed");
        let status = self.child.try_wait().and_then(|status| status.ok_or_else(lives));
        End { status, killed, said: self.pipes.said() }
    }

    /// Kills what is left of it; whether it had not ended by itself.
    fn finish(&mut self) -> bool {
        let killed = self.runs();
        if let Some(pid) = self.pid() {
            // All of its group, which it may have left itself. What can't be killed is not waited for.
            let _ = killpg(pid, Signal::SIGKILL);
            let _ = self.child.kill().and_then(|()| self.child.wait());
        }
        self.is_gone = true;
        self.pipes.stop_hearing();
        killed
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().filter(|_| !self.is_gone).map(Pid::from_raw)
    }

    /// Whether it still runs. It is not waited for, so that its number stays its own until its group is killed.
    fn runs(&self) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        self.pid().is_some_and(|pid| matches!(waitid(Id::Pid(pid), flags), Ok(WaitStatus::StillAlive)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.finish();
    }
}

/// What some processes wrote, as soon as it is anything; nothing where that takes longer than `within`.
pub fn heard<'a>(processes: impl Iterator<Item = &'a mut Process>, within: Duration) -> Vec<Event> {
    let (mut processes, until): (Vec<&mut Process>, _) = (processes.collect(), Instant::now() + within);
    loop {
        carry(&mut processes, until);
        let told = processes.iter_mut().flat_map(|process| {
            let number = process.number;
            process.pipes.heard.drain(..).map(move |output| Event { process: number, output })
        });
        let told: Vec<Event> = told.collect();
        if !told.is_empty() || Instant::now() >= until {
            return told;
        }
    }
}

/// Tells all of them that nothing more comes, and ends each as [`Process::end`] does, not longer than `within` for all together.
pub fn end_all<'a>(processes: impl Iterator<Item = &'a mut Process>, within: Duration) {
    let mut processes: Vec<&mut Process> = processes.collect();
    wait_for_end(&mut processes, within);
    processes.into_iter().for_each(|process| drop(process.end(Duration::ZERO)));
}

/// Closes their standard inputs, and waits until all have ended by themselves, not longer than `within`.
fn wait_for_end(processes: &mut [&mut Process], within: Duration) {
    let until = Instant::now() + within;
    processes.iter_mut().for_each(|process| process.close());
    while processes.iter().any(|process| process.runs()) && Instant::now() < until {
        carry(processes, until.min(Instant::now() + TICK));
        processes.iter_mut().for_each(|process| process.pipes.heard.clear());
    }
}

/// Waits until something can be read or written, and does so.
fn carry(processes: &mut [&mut Process], until: Instant) {
    let mut ends: Vec<PollFd<'_>> = processes.iter().flat_map(|process| process.pipes.ends()).collect();
    // Rounded up, so that the last millisecond is not spent asking.
    let left = until.saturating_duration_since(Instant::now()).as_micros().div_ceil(1000);
    // A signal is as good as a reason to look.
    let _ = poll(&mut ends, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX));
    processes.iter_mut().for_each(|process| process.pipes.carry());
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
