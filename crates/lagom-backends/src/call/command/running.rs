//! One process of the program, and what it was given.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::time::{Duration, Instant};

use super::super::BackendError;
use super::settings::Program;
use crate::child::{Process, Start, last_characters};

/// How much is told of what it wrote to standard error, in characters.
const TOLD: usize = 600;

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
pub(super) struct Running {
    pub(super) number: usize,
    pub(super) process: Process,
    /// What it was given and has not answered, the first given first.
    pub(super) given: VecDeque<Given>,
    /// Since when it has been silent while questions wait.
    pub(super) silent_since: Instant,
    /// Whether it has written a line.
    pub(super) spoken: bool,
}

impl Running {
    /// Starts the program.
    pub(super) fn start(program: &Program, number: usize) -> Result<Self, BackendError> {
        if !program.starter.is_empty() {
            // The starter would find out too late.
            program.find()?;
        }
        let mut words = program.starter.iter().chain(&program.command).map(OsString::from);
        let start = Start {
            program: words.next().unwrap_or_default(),
            words: words.collect(),
            named: program.environment.clone(),
            set: BTreeMap::from([("PYTHONUNBUFFERED", "1")]),
            folder: program.folder.clone(),
            line_bytes: program.line_bytes,
        };
        let process = Process::start(&start, number).map_err(|error| BackendError::Start {
            program: program.command.first().cloned().unwrap_or_default(),
            message: error.to_string(),
        })?;
        Ok(Self { number, process, given: VecDeque::new(), silent_since: Instant::now(), spoken: false })
    }

    /// Gives it a question.
    pub(super) fn give(&mut self, line: String, given: Given) {
        if self.given.is_empty() {
            self.silent_since = given.at;
        }
        self.given.push_back(given);
        self.process.give(line);
    }

    /// Waits for its end after it closed its standard output, or kills it; how it ended, with what it said.
    pub(super) fn end(mut self, within: Duration) -> String {
        let end = self.process.end(within);
        let said = last_characters(end.said.trim(), TOLD);
        if said.is_empty() { end.to_string() } else { format!("{end}; it said: {said}") }
    }
}
