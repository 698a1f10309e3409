//! Workers that die, and parents that do.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lagom::call::gguf::{Gguf, GgufError, Reply, Settings, Setup};
use lagom::call::{CallFailure, Flow};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::scene::{backend, stories, write};
use crate::support::LAGOM;

/// A wait for something that happens at once on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The backend with a name of its own for the program, by which its workers are found.
fn named(model: &Path, folder: &Path) -> (Gguf, PathBuf) {
    let program = folder.join("lagom-of-this-test");
    symlink(LAGOM, &program).unwrap();
    (Gguf { program: program.clone(), ..backend(model) }, program)
}

/// The processes that were started as `program`.
fn running(program: &Path) -> Vec<Pid> {
    let started_as = |pid: &i32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).next() == Some(program.as_os_str().as_encoded_bytes())
    };
    let names = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().file_name());
    let pids = names.filter_map(|name| name.to_str()?.parse().ok());
    pids.filter(started_as).map(Pid::from_raw).collect()
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_worker_that_is_killed_costs_the_question_it_had() {
    let model = stories("stories3M-f32");
    let folder = tempfile::tempdir().unwrap();
    let (backend, program) = named(&model, folder.path());
    let mut outcomes = Vec::new();
    let questions = (0..4).map(|number| (number, write("Once upon a time", 400)));
    let killed = Arc::new(AtomicBool::new(false));
    let observed = backend.ask(&mut questions.into_iter(), &mut |_, answer| {
        outcomes.push(answer);
        if !killed.swap(true, Ordering::SeqCst) {
            // The next question is under way when this comes to it.
            let program = program.clone();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(20));
                running(&program).into_iter().for_each(|pid| kill(pid, Signal::SIGKILL).unwrap());
            });
        }
        Flow::Continue
    });
    let observed = observed.unwrap();
    let died = |outcome: &Result<_, CallFailure>| matches!(outcome, Err(CallFailure::Died { message }) if message.contains("signal 9"));
    assert_eq!(outcomes.iter().filter(|outcome| died(outcome)).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
    assert_eq!(observed.workers, 2);
    assert!(running(&program).is_empty(), "a worker is left behind");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_told_to_stop_it_leaves_no_worker() {
    let model = stories("stories3M-f32");
    let folder = tempfile::tempdir().unwrap();
    let (backend, program) = named(&model, folder.path());
    let stop = backend.stop.clone();
    let mut kept = 0;
    let questions = (0..1_000).map(|number| (number, write("Once upon a time", 400)));
    let ended = backend.ask(&mut questions.into_iter(), &mut |_, answer| {
        assert!(answer.is_ok());
        kept += 1;
        if kept == 2 {
            stop.press();
        }
        Flow::Continue
    });
    assert!(matches!(ended, Err(GgufError::Stopped)));
    assert_eq!(kept, 2, "what was answered is kept");
    assert!(running(&program).is_empty(), "a worker is left behind");
}

/// As after `kill -9` of the parent: its end of the pipe closes while the worker computes.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_worker_ends_when_its_standard_input_closes() {
    let model = stories("stories3M-f32");
    let mut child = Command::new(LAGOM)
        .arg("gguf-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let setup = Setup { model, context: 512, settings: Settings { threads: Some(1), ..Settings::default() } };
    writeln!(input, "{}", serde_json::to_string(&setup).unwrap()).unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(matches!(serde_json::from_str::<Reply>(&line), Ok(Reply::Ready(_))), "{line}");
    for _ in 0..1_000 {
        writeln!(input, "{}", serde_json::to_string(&write("Once upon a time", 500)).unwrap()).unwrap();
    }
    drop(input);
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < PATIENCE, "it goes on for nobody");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_worker_without_a_setup_says_so() {
    let answer = |input: &str| {
        let mut command = assert_cmd::Command::new(LAGOM);
        let output = command.arg("gguf-worker").write_stdin(input).timeout(PATIENCE).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    // Its standard input closes at once, so it may end before it has answered.
    let text = answer("hello\n");
    assert!(text.is_empty() || text.contains("found no setup"), "{text}");
}
