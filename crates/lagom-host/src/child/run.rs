//! A program that is asked one thing: it is given nothing, and all that it writes is the answer.

use std::io::{Error, ErrorKind, Result};
use std::time::{Duration, Instant};

use super::end::End;
use super::pipes::Output;
use super::process::Process;
use super::start::Start;

/// What a program wrote, and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// All that it wrote to standard output.
    pub output: Vec<u8>,
    /// How it ended, with what it wrote to standard error.
    pub end: End,
}

/// Runs a program until it has written all, with an empty standard input.
///
/// # Errors
/// It can't be started, writes more than `line_bytes` in all, or goes on for longer than `within`; it is killed then.
pub fn run(start: &Start, within: Duration) -> Result<Ran> {
    let mut process = Process::start(start, 0)?;
    process.close();
    let (until, mut all) = (Instant::now() + within, Vec::new());
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match process.next(left) {
            Some(Output::Closed) => return Ok(Ran { output: all, end: process.end(left) }),
            Some(Output::Line(line)) if all.len() + line.len() <= start.line_bytes => all.extend(line),
            Some(_) => {
                let told = format!("it wrote more than {} bytes", start.line_bytes);
                return Err(Error::new(ErrorKind::FileTooLarge, told));
            }
            None => {
                return Err(Error::new(ErrorKind::TimedOut, format!("it had not ended after {} s", within.as_secs())));
            }
        }
    }
}
