//! One process: its pipes, its threads, and its end.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use super::super::BackendError;
use super::settings::Program;
use crate::child::environment;

/// How much of what it wrote to standard error is kept, in bytes.
const KEPT: usize = 600;
/// How long the end of its standard error is waited for after its own end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What a process does, told with its number.
pub(super) enum Event {
    /// It wrote a line.
    Line(u64, Vec<u8>),
    /// It wrote a line that is too long to be read.
    TooLong(u64),
    /// It closed its standard output.
    Ended(u64),
}

/// A question that a process has been given.
pub(super) struct Given {
    pub(super) index: usize,
    /// The number under which the program knows it.
    pub(super) id: usize,
    /// Whether the process was started for it.
    pub(super) cold: bool,
    pub(super) continuations: usize,
    pub(super) at: Instant,
}

/// A running program. Dropped, it is killed with all that it started.
pub(super) struct Process {
    pub(super) number: u64,
    child: Child,
    /// Lines to its standard input; none: closed.
    input: Option<Sender<Vec<u8>>>,
    told: Arc<Mutex<VecDeque<u8>>>,
    overhears: Option<JoinHandle<()>>,
    /// What it was given and has not answered, the first given first.
    pub(super) given: VecDeque<Given>,
    /// Since when it has been silent while questions wait.
    pub(super) silent_since: Instant,
    /// Whether it has written a line.
    pub(super) spoken: bool,
}

impl Process {
    /// Starts the program.
    pub(super) fn start(program: &Program, number: u64, events: &Sender<Event>) -> Result<Self, BackendError> {
        let name = program.command.first().cloned().unwrap_or_default();
        let fault = |message: String| BackendError::Start { program: name.clone(), message };
        let mut words = program.starter.iter().chain(&program.command);
        let mut command = Command::new(words.next().unwrap_or(&name));
        if !program.starter.is_empty() {
            // The starter would find out too late.
            program.find()?;
        }
        command
            .args(words)
            .env_clear()
            .envs(environment(&program.environment))
            .env("PYTHONUNBUFFERED", "1")
            // Ctrl-C goes to lagom alone, which then ends what it started.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = &program.folder {
            command.current_dir(folder);
        }
        let mut child = command.spawn().map_err(|error| fault(error.to_string()))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let told = Arc::new(Mutex::new(VecDeque::new()));
        let (input, lines) = channel::<Vec<u8>>();
        let mut process = Self {
            number,
            child,
            input: Some(input),
            told: told.clone(),
            overhears: None,
            given: VecDeque::new(),
            silent_since: Instant::now(),
            spoken: false,
        };
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(fault("it has no pipes".to_owned()));
        };
        let (events, most) = (events.clone(), program.line_bytes);
        let no_thread = |error: std::io::Error| fault(format!("no thread could be started for it: {error}"));
        Builder::new().spawn(move || write(stdin, &lines)).map_err(no_thread)?;
        Builder::new().spawn(move || listen(stdout, number, most, &events)).map_err(no_thread)?;
        process.overhears = Some(Builder::new().spawn(move || overhear(stderr, &told)).map_err(no_thread)?);
        Ok(process)
    }

    /// Gives it a question.
    pub(super) fn give(&mut self, line: Vec<u8>, given: Given) {
        if self.given.is_empty() {
            self.silent_since = given.at;
        }
        self.given.push_back(given);
        if let Some(input) = &self.input {
            // If its standard input is closed, it will be found dead or silent.
            drop(input.send(line));
        }
    }

    /// Waits for its end after it closed its standard output, or kills it; how it ended, with what it said.
    pub(super) fn end(mut self, within: Duration) -> String {
        let how = self.finish(within);
        // What it said last may still be in the pipe; whoever holds its other end beyond the group is not waited for.
        let until = Instant::now() + LAST_WORDS;
        while self.overhears.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = told.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim();
        if text.is_empty() { how } else { format!("{how}; it said: {text}") }
    }

    /// Tells it that nothing more comes.
    pub(super) fn close(&mut self) {
        self.input = None;
    }

    /// Closes its standard input, waits for it to end by itself, kills what is left, and says how it ended.
    pub(super) fn finish(&mut self, within: Duration) -> String {
        self.close();
        let until = Instant::now() + within;
        while self.runs() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let killed = self.runs();
        self.kill();
        match self.child.wait() {
            Ok(_) if killed => "killed".to_owned(),
            Ok(status) => format!("{status}"),
            Err(error) => format!("its end is not known: {error}"),
        }
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().map(Pid::from_raw)
    }

    /// Whether it still runs. It is not waited for, so that its number stays its own until its group is killed.
    fn runs(&self) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        self.pid().is_some_and(|pid| matches!(waitid(Id::Pid(pid), flags), Ok(WaitStatus::StillAlive)))
    }

    fn kill(&self) {
        if let Some(pid) = self.pid() {
            // Nobody left in the group is what is wanted.
            let _ = killpg(pid, Signal::SIGKILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A process that was waited for has no number of its own any more.
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill();
            let _ = self.child.wait();
        }
    }
}

fn write(mut stdin: ChildStdin, lines: &std::sync::mpsc::Receiver<Vec<u8>>) {
    for line in lines {
        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn listen(stdout: ChildStdout, number: u64, most: usize, events: &Sender<Event>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = stdout.by_ref().take(most as u64 + 1).read_until(b'\n', &mut line);
        if !read.is_ok_and(|read| read > 0) {
            break;
        }
        let whole = line.last() == Some(&b'\n');
        if !whole && line.len() > most {
            drop(events.send(Event::TooLong(number)));
            return;
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        if events.send(Event::Line(number, line)).is_err() {
            return;
        }
    }
    drop(events.send(Event::Ended(number)));
}

fn overhear(mut stderr: ChildStderr, told: &Mutex<VecDeque<u8>>) {
    let mut part = [0; 4096];
    while let Ok(read) = stderr.read(&mut part) {
        if read == 0 {
            return;
        }
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(&part[..read]);
        let beyond = told.len().saturating_sub(KEPT);
        told.drain(..beyond);
    }
}
