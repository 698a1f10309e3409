//! Which program is started, and what it is given.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::environment::environment;

/// How a program is started: without a shell, and with a cleared environment.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program: a path, or a name that is looked up in `PATH`.
    pub program: OsString,
    /// Its arguments.
    pub words: Vec<OsString>,
    /// Variables of lagom's own environment that it gets beside those that every program needs.
    pub named: Vec<String>,
    /// Variables that are set for it.
    pub set: BTreeMap<&'static str, &'static str>,
    /// The folder it runs in; none: lagom's own.
    pub folder: Option<PathBuf>,
    /// The longest line that is read of it, in bytes, without its end; any by default.
    pub line_bytes: usize,
}

impl Start {
    /// The program without arguments.
    #[must_use]
    pub fn new(program: impl Into<OsString>) -> Self {
        let (program, set) = (program.into(), BTreeMap::new());
        Self { program, words: Vec::new(), named: Vec::new(), set, folder: None, line_bytes: usize::MAX }
    }

    /// Starts it with three pipes, and as the first of a process group of its own: Ctrl-C goes to lagom alone, which then ends what
    /// it started.
    pub(super) fn spawn(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.words).env_clear().envs(environment(&self.named)).envs(&self.set).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.spawn()
    }
}
