//! One worker process, as its parent sees it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::super::Stop;
use super::protocol::{Reply, Setup};
use crate::child::{Stall, environment};

/// How often it is looked whether to stop.
const TICK: Duration = Duration::from_millis(50);
/// How long a worker may take to end itself when its standard input closes; then it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How much of a worker's standard error is kept, in bytes: llama.cpp says much while it loads.
const KEPT: usize = 16_384;
/// How much of that is shown, in characters.
const SHOWN: usize = 600;

/// A worker process; none is left behind when this is dropped.
pub(super) struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Option<JoinHandle<Vec<u8>>>,
    stall: Stall,
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
        let mut child = Command::new(program)
            .arg("gguf-worker")
            .env_clear()
            .envs(environment(&[]))
            // An abort that writes a trace may wait for a lock that nobody gives back.
            .env("RUST_BACKTRACE", "0")
            // Ctrl-C goes to the parent alone, which then ends its workers.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (sender, lines) = channel();
        let output = child.stdout.take();
        Builder::new().spawn(move || {
            let lines = output.into_iter().flat_map(|pipe| BufReader::new(pipe).lines().map_while(Result::ok));
            for line in lines {
                if sender.send(line).is_err() {
                    break;
                }
            }
        })?;
        let errors = child.stderr.take().map(|pipe| Builder::new().spawn(move || tail(pipe))).transpose()?;
        let input = child.stdin.take();
        let stall = Stall::of(child.id());
        let mut worker = Self { child, input, lines, errors, stall };
        worker.send(&serde_json::to_string(setup)?);
        Ok(worker)
    }

    /// Writes a line. A worker that has died takes none; [`Worker::reply`] then says how it died.
    pub(super) fn send(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            let _ = input.write_all(line.as_bytes()).and_then(|()| input.write_all(b"\n")).and_then(|()| input.flush());
        }
    }

    /// Waits for the next reply, however long it takes, unless `stop` is pressed or the worker has stalled.
    pub(super) fn reply(&mut self, stop: &Stop) -> Result<Reply, Silence> {
        self.stall.begin();
        loop {
            if stop.is_pressed() {
                let _ = self.child.kill();
                return Err(Silence::Stopped);
            }
            match self.lines.recv_timeout(TICK) {
                Ok(line) => {
                    return serde_json::from_str(&line).map_err(|_| Silence::NoReply(shown(line.as_bytes())));
                }
                Err(RecvTimeoutError::Timeout) if self.stall.is_over() => {
                    let _ = self.child.kill();
                    return Err(Silence::Died(self.stall.told()));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Silence::Died(self.death())),
            }
        }
    }

    /// How the process ended, with the end of what it wrote to standard error.
    fn death(&mut self) -> String {
        let status = self.end();
        let errors = self.complaint();
        let how = match status {
            Ok(status) => match (status.signal(), status.code()) {
                (Some(9), _) => "killed (signal 9, most often the kernel running out of memory)".to_owned(),
                (Some(signal), _) => format!("ended by signal {signal}"),
                (None, code) => format!("ended with exit code {}", code.unwrap_or(-1)),
            },
            Err(error) => error.to_string(),
        };
        if errors.is_empty() { how } else { format!("{how}: {errors}") }
    }

    /// The end of what a worker that has ended wrote to standard error; waits for its end.
    pub(super) fn complaint(&mut self) -> String {
        let _ = self.end();
        let errors = self.errors.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        shown(&errors)
    }

    /// Closes the worker's standard input, gives it a moment to end itself, and kills it if it does not.
    fn end(&mut self) -> std::io::Result<ExitStatus> {
        self.input = None;
        let since = Instant::now();
        while since.elapsed() < GRACE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        self.child.wait()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Reads to the end and keeps the last bytes.
fn tail(mut pipe: impl Read) -> Vec<u8> {
    let (mut kept, mut block) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = pipe.read(&mut block) {
        kept.extend_from_slice(&block[..count]);
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    kept
}

/// The last characters of what may be long, on one line.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let from = text.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
    text[from..].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_complaint_is_kept() {
        let long = format!("{}the end\n", "é\n".repeat(30_000));
        let kept = tail(long.as_bytes());
        assert!(kept.len() <= 2 * KEPT && shown(&kept).ends_with("é the end"));
        assert!(shown(&kept).chars().count() <= SHOWN);
    }
}
