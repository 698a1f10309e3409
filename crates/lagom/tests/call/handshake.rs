//! What is known before a study starts.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use lagom::call::endpoint::{ClientOptions, Endpoint, Needs, Parameter, Server, ServerCapabilities};
use lagom::call::{BackendError, Stop};

use super::scripted::{self, Fault, Likelihoods, Script};
use super::support::{endpoint, quick};

fn handshake(endpoint: &Endpoint) -> Result<ServerCapabilities, BackendError> {
    Server::open(endpoint, &quick()).unwrap().handshake(&Needs::default(), &Stop::default()).map(Option::unwrap)
}

#[test]
fn a_good_server_tells_what_it_has() {
    let meta = serde_json::json!({ "n_params": 292_800, "size": 1_185_376, "n_ctx_train": 128 });
    let server = scripted::Server::start(Script { meta, ..Script::default() });
    let known = handshake(&endpoint(&server)).unwrap();
    assert_eq!((known.models.as_slice(), known.listed), (&["scripted".to_owned()][..], Some(true)));
    assert!(known.streams && known.tells_usage && known.notes.is_empty(), "{known:?}");
    assert_eq!((known.facts.parameters, known.facts.bytes), (Some(292_800), Some(1_185_376)));
    assert_eq!((known.facts.context, known.likelihoods.is_none()), (Some(128), true));
    let text = serde_json::to_string(&known).unwrap();
    assert_eq!(serde_json::from_str::<ServerCapabilities>(&text).unwrap(), known);
}

#[test]
fn a_llama_server_is_known_by_its_owner_and_asked_for_its_context() {
    let server = scripted::Server::start(Script { likelihoods: Likelihoods::OfLlama, ..Script::default() });
    let known = handshake(&endpoint(&server)).unwrap();
    assert_eq!((known.server.as_deref(), known.facts.context), (Some("llama.cpp b1-scripted"), Some(512)));
    assert!(known.dialect.no_prompt_cache);
}

#[test]
fn what_is_missing_is_noted() {
    let server = scripted::Server::start(Script::with(|_| Fault::IgnoresStream));
    let known = handshake(&endpoint(&server)).unwrap();
    assert!(!known.streams && known.notes.len() == 1 && known.notes[0].contains("`stream`"), "{known:?}");
    let server = scripted::Server::start(Script::with(|_| Fault::NoUsage));
    let known = handshake(&endpoint(&server)).unwrap();
    assert!(!known.tells_usage && known.notes.len() == 1, "{known:?}");
    let server = scripted::Server::start(Script { name: String::new(), ..Script::default() });
    let known = handshake(&endpoint(&server)).unwrap();
    assert_eq!(known.listed, Some(false));
    assert!(known.notes[0].contains("does not list `scripted`"), "{known:?}");
}

#[test]
fn parameters_are_learned_before_the_study() {
    let server = scripted::Server::start(Script::with(|_| Fault::Refuses("max_tokens")));
    assert!(handshake(&endpoint(&server)).unwrap().dialect.max_completion_tokens);
    let server = scripted::Server::start(Script::with(|_| Fault::Refuses("temperature")));
    let known = handshake(&endpoint(&server)).unwrap();
    assert!(known.dialect.left_out.contains(&Parameter::Temperature) && known.notes.len() == 1, "{known:?}");
}

#[test]
fn what_makes_a_study_pointless_is_told_at_once() {
    let told = |endpoint: &Endpoint| {
        let error = handshake(endpoint).unwrap_err();
        format!("{error}; {}", error.hint().unwrap_or_default())
    };
    let server = scripted::Server::start(Script::default());
    let mut other = endpoint(&server);
    other.model = "gpt-9".to_owned();
    assert!(told(&other).contains("it has `scripted`"), "{}", told(&other));
    other.url = "http://127.0.0.1:1".to_owned();
    assert!(told(&other).contains("cannot be reached"), "{}", told(&other));
    let mut wrong = endpoint(&server);
    wrong.url = server.url().replace("/v1", "/v2");
    assert!(told(&wrong).contains("404"), "{}", told(&wrong));
    let encrypted = scripted::Server::start(Script { encrypted: true, ..Script::default() });
    assert!(told(&endpoint(&encrypted)).contains("not trusted"));
    let broken = scripted::Server::start(Script::with(|_| Fault::NotJson));
    assert!(told(&endpoint(&broken)).contains("expected JSON"), "{}", told(&endpoint(&broken)));
    let busy = scripted::Server::start(Script::with(|_| Fault::Status(429, Vec::new(), String::new())));
    assert!(told(&endpoint(&busy)).contains("status 429"), "{}", told(&endpoint(&busy)));
}

#[test]
fn the_first_question_is_asked_as_the_study_asks() {
    let few = |request: &scripted::Request| match request.body["max_tokens"].as_u64() {
        Some(most) if most < 200 => {
            let body = r#"{"error":{"message":"max_tokens or model output limit was reached"}}"#;
            Fault::Status(400, Vec::new(), body.into())
        }
        _ => Fault::None,
    };
    let server = scripted::Server::start(Script::with(few));
    let error = handshake(&endpoint(&server)).unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("max-tokens = 2000")), "{error}");
    let sampling = lagom::call::Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 2_000, stop: Vec::new() };
    let needs = Needs { likelihoods: false, sampling: Some(sampling) };
    let open = Server::open(&endpoint(&server), &quick()).unwrap();
    assert!(open.handshake(&needs, &Stop::default()).unwrap().is_some());
}

#[test]
fn a_handshake_with_a_silent_server_ends_when_it_is_told_to() {
    let server = scripted::Server::start(Script::with(|_| Fault::Silence(Duration::from_secs(30))));
    let options = ClientOptions { first_byte: Duration::from_secs(30), ..quick() };
    let open = Server::open(&endpoint(&server), &options).unwrap();
    let flag = Arc::new(AtomicBool::new(false));
    let stop = Stop::at(&flag);
    let presses = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        flag.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    let start = Instant::now();
    assert_eq!(open.handshake(&Needs::default(), &stop).unwrap(), None);
    presses.join().unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn one_trouble_that_passes_does_not_end_the_handshake() {
    let server = scripted::Server::start(Script::first(2, Fault::Status(500, Vec::new(), String::new())));
    let open = Server::open(&endpoint(&server), &ClientOptions { retries: 3, ..quick() }).unwrap();
    assert!(open.handshake(&Needs::default(), &Stop::default()).unwrap().unwrap().streams);
}
