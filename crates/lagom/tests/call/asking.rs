//! Many questions: what is sent, how many at a time, and how it stops.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lagom::call::endpoint::{Api, ClientOptions, Header, HeaderValue, Server, ServerCapabilities};
use lagom::call::{Flow, Message, Prompt, Role, Stop};

use super::scripted::{self, Fault, Script};
use super::support::{ask, endpoint, question, questions, quick};

/// A script that remembers what it was asked.
fn recording() -> (Script, Arc<Mutex<Vec<scripted::Request>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let script = Script::with({
        let seen = seen.clone();
        move |request| {
            seen.lock().unwrap().push(request.clone());
            Fault::None
        }
    });
    (script, seen)
}

#[test]
fn the_request_says_what_the_question_says() {
    let (script, seen) = recording();
    let server = scripted::Server::start(script);
    let mut keyed = endpoint(&server);
    keyed.key_env = Some("KEY".to_owned());
    keyed.headers = vec![Header { name: "x-team".to_owned(), value: HeaderValue::Text("one".to_owned()) }];
    let mut chat = question("");
    let message = |role, content: &str| Message { role, content: content.to_owned() };
    chat.prompt = Prompt::Chat(vec![message(Role::System, "Be brief."), message(Role::User, "Well?")]);
    (chat.sampling.temperature, chat.sampling.top_p, chat.sampling.max_tokens) = (0.7, 0.9, 12);
    (chat.sampling.seed, chat.repeat, chat.sampling.stop) = (40, 2, vec!["\n".to_owned()]);
    let open = Server::open_with(&keyed, &quick(), &|_| Some("abc".to_owned())).unwrap();
    let mut one = std::iter::once((7, chat));
    open.ask(&ServerCapabilities::default(), &mut one, &mut |_| Flow::Continue, &Stop::default()).unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].path, "/v1/chat/completions");
    assert_eq!(seen[0].authorization.as_deref(), Some("Bearer abc"));
    assert_eq!(
        seen[0].body,
        serde_json::json!({
            "model": "scripted", "temperature": 0.7, "top_p": 0.9, "seed": 42, "max_tokens": 12, "stop": ["\n"],
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Well?"}],
            "stream": true, "stream_options": {"include_usage": true},
        })
    );
}

#[test]
fn completions_take_a_text_and_refuse_a_chat() {
    let (script, seen) = recording();
    let server = scripted::Server::start(script);
    let mut plain = endpoint(&server);
    plain.api = Api::Completions;
    assert_eq!(ask(&plain, &quick(), questions(1)).answer().text, "echo: question number 0");
    assert_eq!(seen.lock().unwrap()[0].body["prompt"], "question number 0");
    let mut chat = question("");
    chat.prompt = Prompt::Chat(Vec::new());
    let came = ask(&plain, &quick(), std::iter::once((0, chat)));
    assert!(came.failure().to_string().contains("not the messages of a chat"), "{}", came.failure());
}

#[test]
fn every_question_is_answered_once_and_no_more_are_held_than_in_flight() {
    let server = scripted::Server::start(Script { latency: Duration::from_millis(2), ..Script::default() });
    let taken = AtomicUsize::new(0);
    let mut given = questions(2000).inspect(|_| {
        taken.fetch_add(1, Ordering::SeqCst);
    });
    let (mut seen, mut most) = (vec![0; 2000], 0);
    let mut kept = 0;
    let open = Server::open(&endpoint(&server), &ClientOptions { in_flight: 16, ..quick() }).unwrap();
    let mut keep = |reply: lagom::call::Reply| {
        most = most.max(taken.load(Ordering::SeqCst) - kept);
        kept += 1;
        seen[reply.index] += 1;
        assert_eq!(reply.outcome.unwrap().text, format!("echo: question number {}", reply.index));
        Flow::Continue
    };
    let spent = open.ask(&ServerCapabilities::default(), &mut given, &mut keep, &Stop::default()).unwrap();
    assert!(seen.iter().all(|times| *times == 1));
    assert!(most <= 17, "{most} questions in memory");
    assert_eq!((spent.answered, spent.requests, server.questions()), (2000, 2000, 2000));
    let (connections, in_flight) = (&server.counters.connections, &server.counters.most_in_flight);
    assert!(connections.load(Ordering::SeqCst) <= 20, "connections are kept: {connections:?}");
    assert!((12..=16).contains(&in_flight.load(Ordering::SeqCst)), "{in_flight:?}");
}

#[test]
fn it_adapts_to_a_server_that_takes_four_at_a_time() {
    let (now, refused) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let script = Script::with({
        let (now, refused) = (now.clone(), refused.clone());
        move |_| {
            let others = now.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(4));
            now.fetch_sub(1, Ordering::SeqCst);
            if others < 4 {
                return Fault::None;
            }
            refused.fetch_add(1, Ordering::SeqCst);
            Fault::Status(429, Vec::new(), String::new())
        }
    });
    let server = scripted::Server::start(script);
    let options = ClientOptions { in_flight: 32, retries: 20, ..quick() };
    let came = ask(&endpoint(&server), &options, questions(400));
    assert_eq!(came.end.unwrap().answered, 400);
    let refused = refused.load(Ordering::SeqCst);
    assert!(refused > 0 && refused < 200, "{refused} of 400 questions refused");
}

#[test]
fn a_rate_is_kept() {
    let server = scripted::Server::start(Script::default());
    // 600 a minute: 60 at once, then 9 a second.
    let options = ClientOptions { requests_per_minute: Some(600), ..quick() };
    let start = Instant::now();
    let came = ask(&endpoint(&server), &options, questions(64));
    assert_eq!(came.end.unwrap().answered, 64);
    let took = start.elapsed().as_secs_f64();
    assert!((0.4..2.0).contains(&took), "4 / 9 s expected, took {took}");
}

#[test]
fn stopping_keeps_what_is_under_way() {
    let server = scripted::Server::start(Script { latency: Duration::from_millis(20), ..Script::default() });
    let open = Server::open(&endpoint(&server), &quick()).unwrap();
    for by_caller in [true, false] {
        let before = server.questions();
        let (stop, mut kept) = (Stop::default(), 0);
        let mut keep = |_| {
            kept += 1;
            if kept == 20 && by_caller {
                return Flow::Stop;
            }
            if kept == 20 {
                stop.press();
            }
            Flow::Continue
        };
        let spent = open.ask(&ServerCapabilities::default(), &mut questions(100_000), &mut keep, &stop).unwrap();
        assert!(spent.stopped && (20..40).contains(&kept), "{kept}");
        assert_eq!(kept, server.questions() - before, "what was asked was handed over");
    }
}

#[test]
fn stopping_twice_waits_for_nothing() {
    let server = scripted::Server::start(Script::with(|_| Fault::Silence(Duration::from_secs(30))));
    let options = ClientOptions { first_byte: Duration::from_secs(30), ..quick() };
    let open = Server::open(&endpoint(&server), &options).unwrap();
    let stop = Stop::default();
    let pressing = stop.clone();
    let presses = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        pressing.press();
        std::thread::sleep(Duration::from_millis(100));
        pressing.press();
    });
    let start = Instant::now();
    let spent =
        open.ask(&ServerCapabilities::default(), &mut questions(9), &mut |_| panic!("no reply"), &stop).unwrap();
    presses.join().unwrap();
    assert!(spent.stopped && start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
