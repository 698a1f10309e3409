//! What the backend makes of workers: scripts stand in for them, so the pipe is tested in every build.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::super::header::tests::writer::Writer;
use super::super::{Gguf, GgufError, Loaded, Observed, Reply, Settings, Unable};
use crate::call::{Answer, CallFailure, Finish, Flow, Prompt, Question, Sampling, Stop, Timing, Usage};

/// A folder with a tiny model's header and a script in place of the worker.
struct Scene {
    folder: tempfile::TempDir,
}

type Outcomes = Vec<(usize, Result<Answer, CallFailure>)>;

impl Scene {
    /// `script` is what the worker does after it has read its setup.
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("m.gguf"), Writer::model().bytes()).unwrap();
        let program = folder.path().join("worker");
        std::fs::write(&program, format!("#!/bin/sh\necho $$ >>\"$0.pids\"\nread -r setup\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn backend(&self) -> Gguf {
        let path = |name: &str| self.folder.path().join(name);
        let settings = Settings::default();
        Gguf { program: path("worker"), model: path("m.gguf"), settings, stop: Stop::default() }
    }

    /// Asks `count` questions and keeps what comes back; stops after `most` of them.
    fn ask(&self, count: usize, most: usize) -> (Result<Observed, GgufError>, Outcomes) {
        let mut outcomes = Vec::new();
        let ended =
            self.backend().ask(&mut (0..count).map(|number| (number, question(number))), &mut |number, answer| {
                outcomes.push((number, answer));
                if outcomes.len() < most { Flow::Continue } else { Flow::Stop }
            });
        self.no_worker_is_left();
        (ended, outcomes)
    }

    /// The process ids of all workers that were started.
    fn started(&self) -> Vec<String> {
        let pids = std::fs::read_to_string(self.folder.path().join("worker.pids")).unwrap_or_default();
        pids.lines().map(str::to_owned).collect()
    }

    #[track_caller]
    fn no_worker_is_left(&self) {
        let running = |pid: &String| Path::new("/proc").join(pid).exists();
        let left: Vec<String> = self.started().into_iter().filter(running).collect();
        assert!(left.is_empty() || !cfg!(target_os = "linux"), "left behind: {left:?}");
    }
}

fn question(number: usize) -> Question {
    let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 1, max_tokens: 5, stop: vec![] };
    Question { prompt: Prompt::Text(format!("{number}")), sampling, continuations: vec![], repeat: 0 }
}

fn answer(text: &str) -> Answer {
    let usage = Usage { prompt: Some(10), cached: Some(0), completion: Some(5), cut: None };
    let timing = Timing { first_token: Some(0.5), total: 2.5 };
    Answer { text: text.to_owned(), finish: Finish::Stop, likelihoods: vec![], usage, timing, attempts: 1 }
}

/// A shell command that writes a reply.
fn says(reply: &Reply) -> String {
    format!("echo '{}'", serde_json::to_string(reply).unwrap())
}

fn ready() -> String {
    let loaded = Loaded { context: 64, vocabulary: 16, threads: 1, seconds: 0.1, peak_memory: 1_000, notes: vec![] };
    says(&Reply::Ready(loaded))
}

fn answers(text: &str) -> String {
    says(&Reply::Answer(answer(text), 2_000))
}

#[test]
fn questions_are_answered_in_their_order() {
    let script = format!("{}\nwhile read -r line; do {}; done", ready(), answers("yes"));
    let scene = Scene::new(&script);
    let (ended, outcomes) = scene.ask(3, 9);
    assert_eq!(outcomes, [0, 1, 2].map(|number| (number, Ok(answer("yes")))));
    let observed = ended.unwrap();
    assert_eq!((observed.workers, observed.peak_memory, scene.started().len()), (1, 2_000, 1));
    // 3 prompts of 10 tokens in 0.5 s each; 4 more tokens each in 2 s.
    assert_eq!((observed.prompt_speed(), observed.writing_speed()), (Some(20.0), Some(2.0)));
}

#[test]
fn nothing_is_started_for_nothing_and_no_more_is_asked_than_wanted() {
    let script = format!("{}\nwhile read -r line; do {}; done", ready(), answers("yes"));
    let scene = Scene::new(&script);
    assert_eq!(scene.ask(0, 9).0.unwrap(), Observed::default());
    assert!(scene.started().is_empty());
    assert_eq!(scene.ask(3, 1).1.len(), 1);
}

/// The second question kills the worker; the third is answered by a new one.
#[test]
fn a_death_costs_one_question() {
    let script = format!(
        "{}\nwhile read -r line; do case $line in *'\"text\":\"1\"'*) echo 'terminate called: out_of_range' >&2; kill -6 $$;; esac; {}; done",
        ready(),
        answers("yes")
    );
    let scene = Scene::new(&script);
    let (ended, outcomes) = scene.ask(3, 9);
    assert_eq!(ended.unwrap().workers, 2);
    assert_eq!((&outcomes[0].1, &outcomes[2].1), (&Ok(answer("yes")), &Ok(answer("yes"))));
    let message = outcomes[1].1.as_ref().unwrap_err().to_string();
    assert_eq!(message, "the process died: ended by signal 6: terminate called: out_of_range");
}

#[test]
fn a_failure_is_handed_over_and_the_worker_goes_on() {
    let failure = CallFailure::TooLong { message: "70 tokens, the context has 64".to_owned() };
    let scene =
        Scene::new(&format!("{}\nwhile read -r line; do {}; done", ready(), says(&Reply::Failure(failure.clone()))));
    let (ended, outcomes) = scene.ask(7, 9);
    assert_eq!((ended.unwrap().workers, outcomes.len(), &outcomes[6].1), (1, 7, &Err(failure)));
}

#[test]
fn workers_that_all_die_end_the_asking() {
    let scene = Scene::new(&format!("{}\nread -r line\nexit 3", ready()));
    let (ended, outcomes) = scene.ask(9, 9);
    let error = ended.unwrap_err();
    assert!(matches!(error, GgufError::KeepsDying { lost: 5, .. }), "{error}");
    assert!(error.to_string().ends_with("the last: the process died: ended with exit code 3"), "{error}");
    assert_eq!((outcomes.len(), scene.started().len()), (5, 5));
}

#[test]
fn what_is_no_answer_is_malformed() {
    let scene = Scene::new(&format!("{}\nread -r line\necho hello\nread -r line", ready()));
    let (_, outcomes) = scene.ask(1, 9);
    assert!(matches!(&outcomes[0].1, Err(CallFailure::Malformed { message }) if message == "found \"hello\""));
}

#[test]
fn a_model_that_is_not_loaded_is_told_with_the_reason() {
    let unable = says(&Reply::Unable(Unable::Load("null result".to_owned())));
    let scene = Scene::new(&format!("echo 'error loading model: bad tensor' >&2\n{unable}"));
    let error = scene.ask(1, 9).0.unwrap_err();
    assert!(
        error.to_string().ends_with("cannot load the model: null result: error loading model: bad tensor"),
        "{error}"
    );
    let scene = Scene::new(&says(&Reply::Unable(Unable::NotBuilt)));
    let error = scene.ask(1, 9).0.unwrap_err();
    assert!(error.to_string().contains("built without the feature `gguf`") && error.hint().contains("--features gguf"));
    let scene = Scene::new("exit 127");
    let error = scene.ask(1, 9).0.unwrap_err();
    assert!(error.to_string().ends_with("cannot load the model: ended with exit code 127"), "{error}");
}

#[test]
fn an_unknown_architecture_is_named_where_loading_fails() {
    let scene = Scene::new("exit 1");
    let file = Writer::new("llama-of-2031").text("tokenizer.ggml.model", "gpt2").tensor("a", &[2], 0, 8);
    std::fs::write(scene.folder.path().join("m.gguf"), file.bytes()).unwrap();
    let error = scene.ask(1, 9).0.unwrap_err();
    assert!(matches!(&error, GgufError::UnknownArchitecture { name, .. } if name == "llama-of-2031"), "{error}");
}

#[test]
fn files_that_cannot_be_asked_start_nothing() {
    let scene = Scene::new(&ready());
    let path = scene.folder.path().join("m.gguf");
    let whole = Writer::model().bytes();
    std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    assert!(scene.ask(1, 9).0.unwrap_err().to_string().contains("the file is cut off"));
    let encoder = Writer::new("bert").text("tokenizer.ggml.model", "bert").tensor("a", &[2], 0, 8);
    std::fs::write(&path, encoder.bytes()).unwrap();
    assert!(matches!(scene.ask(1, 9).0, Err(GgufError::Unusable { .. })));
    // 2^16 layers of 2^20 heads, each 2^10 wide, in 64 tokens: more than any machine has.
    let huge = Writer::new("llama")
        .text("tokenizer.ggml.model", "llama")
        .number("llama.context_length", 64)
        .number("llama.block_count", 1 << 16)
        .number("llama.attention.head_count", 1 << 20)
        .number("llama.attention.key_length", 1 << 10)
        .number("llama.attention.value_length", 1 << 10)
        .tensor("a", &[2], 0, 8);
    std::fs::write(&path, huge.bytes()).unwrap();
    let error = scene.ask(1, 9).0;
    assert!(matches!(error, Err(GgufError::Header(_))) || !cfg!(target_os = "linux"), "{error:?}");
    assert!(scene.started().is_empty());
}

#[test]
fn a_program_that_is_not_there_is_said() {
    let scene = Scene::new("");
    let backend = Gguf { program: "/no/such/program".into(), ..scene.backend() };
    let mut drawn = 0;
    let mut questions = [(0, question(0))].into_iter().inspect(|_| drawn += 1);
    let error = backend.ask(&mut questions, &mut |_, _| Flow::Continue).unwrap_err();
    assert!(matches!(error, GgufError::Start { .. }), "{error}");
    assert_eq!(drawn, 0, "nothing is set aside for a worker that does not start");
}

/// A worker that computes for ever is killed when the run is stopped.
#[test]
fn told_to_stop_it_waits_for_nobody() {
    let scene = Scene::new(&format!("{}\nread -r line\nexec sleep 1000", ready()));
    let backend = scene.backend();
    let stop = backend.stop.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        stop.press();
    });
    let start = Instant::now();
    let ended = backend.ask(&mut [(0, question(0))].into_iter(), &mut |_, _| panic!("there is no answer"));
    assert!(matches!(ended, Err(GgufError::Stopped)));
    assert!(start.elapsed() < Duration::from_secs(60));
    scene.no_worker_is_left();
}

/// The thousands of lines that llama.cpp writes while it loads fill no pipe.
#[test]
fn much_on_standard_error_blocks_nothing() {
    let noise = "i=0; while [ $i -lt 3000 ]; do echo 'llama_model_loader: - kv 0: general.architecture str = llama' >&2; i=$((i+1)); done";
    let script = format!("{noise}\n{}\nwhile read -r line; do {}; done", ready(), answers("yes"));
    assert_eq!(Scene::new(&script).ask(2, 9).1.len(), 2);
}

#[test]
fn the_context_is_what_is_asked_for_or_what_is_usual() {
    let context = |asked, trained| Settings { context: asked, ..Settings::default() }.context(trained);
    assert_eq!(context(None, Some(512)), 512);
    assert_eq!(context(None, Some(131_072)), 4096);
    assert_eq!(context(None, None), 4096);
    assert_eq!(context(Some(131_072), Some(512)), 131_072);
    assert_eq!(context(Some(0), Some(512)), 1);
}
