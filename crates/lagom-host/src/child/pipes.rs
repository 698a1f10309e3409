//! The pipes of a process, none of which is ever waited for alone.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags};

/// How much of what a process writes to standard error is kept, in bytes.
const KEPT: usize = 16_384;
/// How much is read at once, in bytes.
const BLOCK: usize = 16_384;
/// How many times a pipe is read before it is another one's turn: more than it holds, unless the process goes on writing.
const BLOCKS: usize = 16;

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

/// Lagom's ends of the pipes, and what is under way.
#[derive(Debug)]
pub(super) struct Pipes {
    input: Option<ChildStdin>,
    unwritten: VecDeque<u8>,
    /// Whether nothing comes after what is unwritten.
    is_all: bool,
    output: Option<ChildStdout>,
    line: Vec<u8>,
    line_bytes: usize,
    /// What has been read and not been taken.
    pub(super) heard: VecDeque<Output>,
    errors: Option<ChildStderr>,
    said: Vec<u8>,
}

impl Pipes {
    /// Those of this process, of which lines of up to so many bytes are read.
    pub(super) fn of(child: &mut Child, line_bytes: usize) -> io::Result<Self> {
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (of_input, of_output) = (input.iter().map(AsFd::as_fd), output.iter().map(AsFd::as_fd));
        for end in of_input.chain(of_output).chain(errors.iter().map(AsFd::as_fd)) {
            fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        let (unwritten, heard, line, said) = (VecDeque::new(), VecDeque::new(), Vec::new(), Vec::new());
        Ok(Self { input, unwritten, is_all: false, output, line, line_bytes, heard, errors, said })
    }

    /// Writes this as soon as the process takes it.
    pub(super) fn give(&mut self, bytes: Vec<u8>) {
        self.unwritten.extend(bytes);
        self.write();
    }

    /// Closes standard input as soon as all is written.
    pub(super) fn close(&mut self) {
        self.is_all = true;
        self.write();
    }

    /// Whether nothing more comes over standard output.
    pub(super) fn is_closed(&self) -> bool {
        self.output.is_none() && self.heard.is_empty()
    }

    /// Whether more may come over standard error.
    pub(super) fn may_say(&self) -> bool {
        self.errors.is_some()
    }

    /// Reads nothing more of standard output.
    pub(super) fn stop_hearing(&mut self) {
        self.output = None;
        self.heard.clear();
    }

    /// Reads nothing more of standard error; what was kept of it.
    pub(super) fn said(&mut self) -> String {
        self.errors = None;
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// What is to be waited for.
    pub(super) fn ends(&self) -> impl Iterator<Item = PollFd<'_>> {
        let input = self.input.iter().filter(|_| !self.unwritten.is_empty()).map(AsFd::as_fd);
        let read = self.output.iter().map(AsFd::as_fd).chain(self.errors.iter().map(AsFd::as_fd));
        let input = input.map(|end| PollFd::new(end, PollFlags::POLLOUT));
        input.chain(read.map(|end| PollFd::new(end, PollFlags::POLLIN)))
    }

    /// Does what can be done at once.
    pub(super) fn carry(&mut self) {
        self.write();
        let was_open = self.output.is_some();
        read(&mut self.output, |part| cut(part, &mut self.line, self.line_bytes, &mut self.heard));
        if was_open && self.output.is_none() {
            if !self.line.is_empty() {
                self.heard.push_back(Output::Line(std::mem::take(&mut self.line)));
            }
            self.heard.push_back(Output::Closed);
        }
        read(&mut self.errors, |part| {
            self.said.extend_from_slice(part);
            self.said.drain(..self.said.len().saturating_sub(KEPT));
            true
        });
    }

    fn write(&mut self) {
        if let (Some(input), (front @ [_, ..], _)) = (&mut self.input, self.unwritten.as_slices()) {
            match input.write(front) {
                Ok(written) => drop(self.unwritten.drain(..written)),
                Err(error) if is_full_or_empty(&error) => {}
                // It has closed its standard input, and will be found dead or silent.
                Err(_) => self.input = None,
            }
        }
        if self.input.is_none() || self.is_all && self.unwritten.is_empty() {
            self.input = None;
            self.unwritten.clear();
        }
    }
}

/// Hands over the lines that end in `part`, after what there is of a line; whether to go on.
fn cut(part: &[u8], line: &mut Vec<u8>, line_bytes: usize, heard: &mut VecDeque<Output>) -> bool {
    for piece in part.split_inclusive(|byte| *byte == b'\n') {
        line.extend_from_slice(piece);
        let whole = piece.ends_with(b"\n");
        if line.len() - usize::from(whole) > line_bytes {
            line.clear();
            heard.push_back(Output::TooLong);
            return false;
        }
        if whole {
            heard.push_back(Output::Line(std::mem::take(line)));
        }
    }
    true
}

/// Hands over what is in a pipe, which is closed where it has ended or no more is wanted.
fn read(end: &mut Option<impl Read>, mut take: impl FnMut(&[u8]) -> bool) {
    let mut block = [0; BLOCK];
    for _ in 0..BLOCKS {
        let Some(pipe) = end else { return };
        match pipe.read(&mut block) {
            Ok(read @ 1..) if take(&block[..read]) => {}
            Err(error) if is_full_or_empty(&error) => return,
            _ => *end = None,
        }
    }
}

/// Whether a pipe could only not be used at once.
fn is_full_or_empty(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
