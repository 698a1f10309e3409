//! Which program, and how long it is waited for.

use std::path::PathBuf;
use std::time::Duration;

/// A program that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The program and its arguments; never through a shell.
    pub command: Vec<String>,
    /// A program and arguments that start `command`, which follows them, such that it ends when this process does, even where this
    /// one is killed; empty: it is started directly, and told the end by the end of its standard input alone.
    pub starter: Vec<String>,
    /// The folder it runs in; none: this process's own.
    pub folder: Option<PathBuf>,
    /// Variables of the environment that it is given beside what every program needs (paths, language, proxies and the like).
    /// Nothing else of this process's environment reaches it, so no keys but those that are named here.
    pub environment: Vec<String>,
    /// How many run side by side, at least 1.
    pub processes: usize,
    /// How many questions each is given before it has answered, at least 1; more for programs that answer in batches. With
    /// more than 1 the time of an answer includes that of those before it.
    pub ahead: usize,
    /// Longest time from the start to the first answer: loading a model takes a while.
    pub start: Duration,
    /// Longest silence after that while questions wait.
    pub silence: Duration,
    /// Longest line that is read, in bytes.
    pub line_bytes: usize,
    /// After how many questions in a row without an answer it is given up.
    pub patience: u32,
    /// Whether it may have paid for what it is asked: then answers under way are waited for after it was told to stop, as long as
    /// at any other time; else for five seconds.
    pub paid: bool,
}

impl Program {
    /// `command` with the usual patience, once.
    #[must_use]
    pub fn new(command: Vec<String>) -> Self {
        Self {
            command,
            starter: Vec::new(),
            folder: None,
            environment: Vec::new(),
            processes: 1,
            ahead: 1,
            start: Duration::from_secs(300),
            silence: Duration::from_secs(60),
            line_bytes: 10_000_000,
            patience: 3,
            paid: true,
        }
    }
}
