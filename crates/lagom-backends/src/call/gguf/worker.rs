//! One worker process, as its parent sees it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::super::Stop;
use super::protocol::{Reply, Setup};
use crate::child::{Output, Process, Start, last_characters};

/// How often it is looked whether to stop.
const TICK: Duration = Duration::from_millis(50);
/// How long a worker may take to end itself when its standard input closes; then it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How much is shown of what it wrote to standard error, in characters: llama.cpp says much while it loads.
const SHOWN: usize = 600;

/// A worker process; none is left behind when this is dropped.
pub(super) struct Worker {
    process: Process,
}

/// What came instead of a reply.
pub(super) enum Silence {
    /// The process has ended; how, in words.
    Died(String),
    /// A line that is no reply.
    NoReply(String),
    /// It was told to stop; the process is killed.
    Stopped,
}

impl Worker {
    /// Starts `program gguf-worker` and hands it the setup.
    pub(super) fn start(program: &Path, setup: &Setup) -> std::io::Result<Self> {
        let words = vec!["gguf-worker".into()];
        // An abort that writes a trace may wait for a lock that nobody gives back.
        let set = BTreeMap::from([("RUST_BACKTRACE", "0")]);
        let setup = serde_json::to_string(setup)?;
        let mut process = Process::start(&Start { words, set, ..Start::new(program) }, 0)?;
        process.give(setup);
        Ok(Self { process })
    }

    /// Gives it a line. A worker that has died takes none; [`Worker::reply`] then says how it died.
    pub(super) fn send(&mut self, line: String) {
        self.process.give(line);
    }

    /// Waits for the next reply, however long it takes, unless `stop` is pressed or the worker has stalled.
    pub(super) fn reply(&mut self, stop: &Stop) -> Result<Reply, Silence> {
        loop {
            if stop.is_pressed() {
                self.process.end(Duration::ZERO);
                return Err(Silence::Stopped);
            }
            match self.process.next(TICK) {
                Some(Output::Line(line)) => {
                    let no_reply = |_| Silence::NoReply(shown(&String::from_utf8_lossy(&line)));
                    return serde_json::from_slice(&line).map_err(no_reply);
                }
                Some(_) => return Err(Silence::Died(self.death())),
                None => self.process.end_if_stalled().map_or(Ok(()), |told| Err(Silence::Died(told)))?,
            }
        }
    }

    /// How the process ended, with the end of what it wrote to standard error.
    fn death(&mut self) -> String {
        let end = self.process.end(GRACE);
        let how = match (end.signal(), end.code()) {
            (Some(9), _) => "killed (signal 9, most often the kernel running out of memory)".to_owned(),
            (Some(signal), _) => format!("ended by signal {signal}"),
            (None, Some(code)) => format!("ended with exit code {code}"),
            (None, None) => end.to_string(),
        };
        let errors = shown(&end.said);
        if errors.is_empty() { how } else { format!("{how}: {errors}") }
    }

    /// Ends the worker; the end of what it wrote to standard error.
    pub(super) fn complaint(&mut self) -> String {
        shown(&self.process.end(GRACE).said)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.process.end(GRACE);
    }
}

/// The last characters of what may be long, on one line.
fn shown(text: &str) -> String {
    last_characters(text, SHOWN).split_whitespace().collect::<Vec<_>>().join(" ")
}
