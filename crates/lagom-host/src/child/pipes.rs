//! The pipes of a process: one thread carries what goes in and what comes out, and never waits for one of them alone.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// How much of what a process writes to standard error is kept, in bytes.
const KEPT: usize = 16_384;
/// How much is read at once, in bytes: what a pipe holds.
const BLOCK: usize = 65_536;

/// What a process did.
#[derive(Debug, PartialEq, Eq)]
pub struct Event {
    /// The number that it was started under.
    pub process: usize,
    /// What came of it.
    pub output: Output,
}

/// What came over standard output.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// A line with its end, which the very last one may lack.
    Line(Vec<u8>),
    /// A line that is too long; nothing is read after it.
    TooLong,
    /// The end: the process has ended, or closed its standard output.
    Closed,
}

/// Where what a process writes goes.
pub(super) struct Ear {
    /// The number that the process was started under.
    pub(super) process: usize,
    pub(super) events: Sender<Event>,
    pub(super) line_bytes: usize,
}

/// The thread that carries, as the others see it. Dropped, it stops, whoever still holds the pipes.
#[derive(Debug)]
pub(super) struct Carrier {
    /// What is to be written; none: standard input is closed after what was given.
    lines: Option<Sender<Vec<u8>>>,
    /// A byte wakes the thread, its end stops it.
    wake: UnixStream,
    thread: JoinHandle<Vec<u8>>,
}

impl Carrier {
    /// Starts the thread for this process.
    pub(super) fn start(child: &mut Child, ear: Ear) -> io::Result<Self> {
        let (wake, woken) = UnixStream::pair()?;
        let (lines, given) = channel();
        let pipes = Pipes {
            input: child.stdin.take(),
            output: child.stdout.take(),
            errors: child.stderr.take(),
            woken,
            given,
            is_all: false,
            unwritten: VecDeque::new(),
            line: Vec::new(),
            said: Vec::new(),
            ear,
        };
        // A full pipe has woken the thread already.
        wake.set_nonblocking(true)?;
        pipes.never_wait()?;
        let name = format!("pipes {}", child.id());
        let thread = Builder::new().name(name).spawn(move || pipes.carry());
        let no_thread =
            |error: io::Error| io::Error::new(error.kind(), format!("no thread could be started for it: {error}"));
        Ok(Self { lines: Some(lines), wake, thread: thread.map_err(no_thread)? })
    }

    /// Writes this when the process takes it.
    pub(super) fn give(&self, line: Vec<u8>) {
        if let Some(lines) = &self.lines {
            // A thread that has ended has told the end of the process's output.
            let _ = lines.send(line);
            let _ = (&self.wake).write(&[0]);
        }
    }

    /// Closes standard input after what was given.
    pub(super) fn close(&mut self) {
        if self.lines.take().is_some() {
            let _ = (&self.wake).write(&[0]);
        }
    }

    /// The end of what a process that has ended wrote to standard error. It may still be in the pipe, but whoever else holds that is
    /// not waited for longer than `within`.
    pub(super) fn said(self, within: Duration) -> Vec<u8> {
        let until = Instant::now() + within;
        while !self.thread.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(self.wake);
        self.thread.join().unwrap_or_default()
    }
}

/// What the thread has in hand.
struct Pipes {
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    errors: Option<ChildStderr>,
    woken: UnixStream,
    given: Receiver<Vec<u8>>,
    /// Whether nothing more is given.
    is_all: bool,
    unwritten: VecDeque<u8>,
    /// The line that has not ended.
    line: Vec<u8>,
    said: Vec<u8>,
    ear: Ear,
}

impl Pipes {
    /// Lets every reading and writing return at once.
    fn never_wait(&self) -> io::Result<()> {
        self.woken.set_nonblocking(true)?;
        let input = self.input.iter().map(AsFd::as_fd);
        let ends = input.chain(self.output.iter().map(AsFd::as_fd)).chain(self.errors.iter().map(AsFd::as_fd));
        for end in ends {
            fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(())
    }

    /// Carries until nothing more can come or it is told to stop; the end of what came over standard error.
    fn carry(mut self) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        while (self.output.is_some() || self.errors.is_some()) && self.wait().is_ok() {
            if !self.obey(&mut block) {
                return self.said;
            }
            self.write();
            self.hear(&mut block);
            self.overhear(&mut block);
        }
        self.close_output();
        self.said
    }

    /// Waits until something can be done.
    fn wait(&self) -> nix::Result<()> {
        let input = self.input.iter().filter(|_| !self.unwritten.is_empty());
        let mut ends = vec![PollFd::new(self.woken.as_fd(), PollFlags::POLLIN)];
        ends.extend(input.map(|end| PollFd::new(end.as_fd(), PollFlags::POLLOUT)));
        ends.extend(self.output.iter().map(|end| PollFd::new(end.as_fd(), PollFlags::POLLIN)));
        ends.extend(self.errors.iter().map(|end| PollFd::new(end.as_fd(), PollFlags::POLLIN)));
        match poll(&mut ends, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes what it was given; whether it goes on.
    fn obey(&mut self, block: &mut [u8]) -> bool {
        if matches!(self.woken.read(block), Ok(0)) {
            return false;
        }
        loop {
            match self.given.try_recv() {
                Ok(line) if self.input.is_some() => self.unwritten.extend(line),
                Ok(_) => {}
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => {
                    self.is_all = true;
                    return true;
                }
            }
        }
    }

    fn write(&mut self) {
        let Some(input) = &mut self.input else { return };
        if let (front @ [_, ..], _) = self.unwritten.as_slices() {
            match input.write(front) {
                Ok(written) => drop(self.unwritten.drain(..written)),
                // If it has closed its standard input, it will be found dead or silent.
                Err(error) if is_over(&error) => self.unwritten.clear(),
                Err(_) => {}
            }
        }
        if self.is_all && self.unwritten.is_empty() {
            self.input = None;
        }
    }

    fn hear(&mut self, block: &mut [u8]) {
        let Some(output) = &mut self.output else { return };
        match output.read(block) {
            Ok(read @ 1..) => self.cut(&block[..read]),
            Err(error) if !is_over(&error) => {}
            _ => self.close_output(),
        }
    }

    /// Hands over the lines that end in this part.
    fn cut(&mut self, part: &[u8]) {
        for piece in part.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            let whole = piece.ends_with(b"\n");
            if self.line.len() - usize::from(whole) > self.ear.line_bytes {
                self.tell(Output::TooLong);
                self.output = None;
                return;
            }
            if whole {
                let line = std::mem::take(&mut self.line);
                self.tell(Output::Line(line));
            }
        }
    }

    fn close_output(&mut self) {
        if self.output.take().is_some() {
            let rest = std::mem::take(&mut self.line);
            if !rest.is_empty() {
                self.tell(Output::Line(rest));
            }
            self.tell(Output::Closed);
        }
    }

    fn overhear(&mut self, block: &mut [u8]) {
        let Some(errors) = &mut self.errors else { return };
        match errors.read(block) {
            Ok(read @ 1..) => {
                self.said.extend_from_slice(&block[..read]);
                let beyond = self.said.len().saturating_sub(KEPT);
                self.said.drain(..beyond);
            }
            Err(error) if !is_over(&error) => {}
            _ => self.errors = None,
        }
    }

    fn tell(&self, output: Output) {
        // Nobody listens any more to what is about to be ended.
        let _ = self.ear.events.send(Event { process: self.ear.process, output });
    }
}

/// Whether this is the end of a pipe, and not only of what can be done at once.
fn is_over(error: &io::Error) -> bool {
    !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
