//! Every way in which a server is known to misbehave: each ends in an answer, a recorded failure, or a clear message.

use std::time::Duration;

use lagom::call::endpoint::Server;
use lagom::call::{CallFailure, Finish};

use super::scripted::{self, Fault, Script};
use super::support::{ask, endpoint, one, question, questions, quick};

const WHOLE: &str = "echo: question number 0";

fn status(status: u16, body: &str) -> Fault {
    Fault::Status(status, Vec::new(), body.to_owned())
}

#[test]
fn a_good_answer_is_read_with_tokens_and_times() {
    let came = one(Script { latency: Duration::from_millis(30), ..Script::default() });
    let answer = came.answer();
    assert_eq!((answer.text.as_str(), &answer.finish, answer.attempts), (WHOLE, &Finish::Stop, 1));
    assert_eq!((answer.usage.prompt, answer.usage.completion), (Some(3), Some(4)));
    let first = answer.timing.first_token.unwrap();
    assert!(first >= 0.03 && answer.timing.total >= first, "{:?}", answer.timing);
    let spent = came.end.as_ref().unwrap();
    assert_eq!((spent.answered, spent.failed, spent.requests, spent.stopped), (1, 0, 1, false));
}

#[test]
fn a_server_that_is_down_ends_it_at_once() {
    let server = scripted::Server::start(Script::default());
    let mut down = endpoint(&server);
    // Port 1 is nobody's.
    down.url = "http://127.0.0.1:1/v1".to_owned();
    let came = ask(&down, &quick(), questions(5));
    assert!(came.replies.is_empty());
    let told = came.error();
    assert!(
        told.contains("cannot be reached") && told.contains("refused") && told.contains("start the server"),
        "{told}"
    );
    down.url = "http://no-such-host.invalid/v1".to_owned();
    let told = ask(&down, &quick(), questions(1)).error();
    assert!(told.contains("cannot be reached"), "{told}");
}

#[test]
fn a_server_that_goes_down_midway_keeps_what_it_gave_and_is_given_up_in_time() {
    let options = lagom::call::endpoint::ClientOptions { patience: 3, in_flight: 1, ..quick() };
    let server =
        scripted::Server::start(Script::with(|request| if request.number < 5 { Fault::None } else { Fault::Reset }));
    let came = ask(&endpoint(&server), &options, questions(1000));
    let good = came.replies.iter().filter(|reply| reply.outcome.is_ok()).count();
    let bad: Vec<_> = came.replies.iter().filter_map(|reply| reply.outcome.as_ref().err()).collect();
    assert_eq!((good, bad.len()), (5, 3));
    assert!(bad.iter().all(|failure| matches!(failure, CallFailure::Unavailable { attempts: 3, .. })), "{bad:?}");
    assert!(came.error().contains("3 questions in a row got no answer"), "{}", came.error());
}

#[test]
fn a_wrong_path_is_told_with_the_right_one() {
    let server = scripted::Server::start(Script::default());
    let mut wrong = endpoint(&server);
    wrong.url = server.url().replace("/v1", "/api");
    let told = ask(&wrong, &quick(), questions(3)).error();
    assert!(told.contains("/api/chat/completions") && told.contains("404") && told.contains("/v1`"), "{told}");
    let moved = Fault::Status(301, vec![("location", "https://elsewhere.example/v1".to_owned())], String::new());
    let told = one(Script::with(move |_| moved.clone())).error();
    assert!(told.contains("moved to https://elsewhere.example/v1"), "{told}");
}

#[test]
fn a_refused_key_ends_it_and_is_never_shown() {
    let server = scripted::Server::start(Script::with(|_| Fault::QuotesKey));
    let mut keyed = endpoint(&server);
    keyed.key_env = Some("LAGOM_TEST_KEY".to_owned());
    let environment = |variable: &str| (variable == "LAGOM_TEST_KEY").then(|| "sk-very-hidden".to_owned());
    let open = Server::open_with(&keyed, &quick(), &environment).unwrap();
    let error = open.ask(&Default::default(), &mut questions(3), &mut |_| panic!("no answer"), &Default::default());
    let error = error.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {open:?}", error.hint());
    assert!(shown.contains("401") && shown.contains("[key]") && shown.contains("LAGOM_TEST_KEY"), "{shown}");
    assert!(!shown.contains("hidden"), "{shown}");
    assert!(!serde_json::to_string(&keyed).unwrap().contains("hidden"));

    let missing = Server::open_with(&keyed, &quick(), &|_| None).unwrap_err();
    assert!(missing.to_string().contains("`LAGOM_TEST_KEY`") && missing.to_string().contains("not set"), "{missing}");
    let empty = Server::open_with(&keyed, &quick(), &|_| Some("  ".to_owned())).unwrap_err();
    assert!(empty.to_string().contains("is empty"), "{empty}");
}

#[test]
fn an_unknown_model_is_told_by_name() {
    let server = scripted::Server::start(Script::default());
    let mut other = endpoint(&server);
    other.model = "gpt-9".to_owned();
    let told = ask(&other, &quick(), questions(3)).error();
    assert!(told.contains("has no model `gpt-9`") && told.contains("does not exist"), "{told}");
}

#[test]
fn too_much_for_ever_is_given_up_after_some_questions() {
    let options = lagom::call::endpoint::ClientOptions { patience: 4, ..quick() };
    let server = scripted::Server::start(Script::with(|_| status(429, r#"{"error":{"message":"slow down"}}"#)));
    let came = ask(&endpoint(&server), &options, questions(10_000));
    assert!(came.replies.len() >= 4 && came.replies.len() < 20, "{}", came.replies.len());
    let told = came.error();
    assert!(told.contains("status 429: slow down") && told.contains("after 3 attempts"), "{told}");
}

#[test]
fn the_server_is_left_alone_as_long_as_it_asks() {
    let script = Script::first(1, Fault::Status(429, vec![("Retry-After", "0.2".to_owned())], String::new()));
    let server = scripted::Server::start(script);
    let options = lagom::call::endpoint::ClientOptions { longest_wait: Duration::from_secs(5), ..quick() };
    let start = std::time::Instant::now();
    let came = ask(&endpoint(&server), &options, questions(1));
    assert_eq!((came.answer().text.as_str(), came.answer().attempts), (WHOLE, 2));
    assert!(start.elapsed() >= Duration::from_millis(200), "{:?}", start.elapsed());
    assert!(came.answer().timing.total < 0.19, "only the attempt that succeeded is timed");
}

#[test]
fn what_passes_is_tried_again() {
    for fault in [
        status(500, "oops"),
        status(503, ""),
        status(502, "<html>bad gateway</html>"),
        Fault::Reset,
        Fault::HalfStream,
        Fault::WrongLength,
        Fault::NotJson,
        Fault::ErrorInStream,
        Fault::Silence(Duration::from_secs(5)),
        Fault::HalfThenSilence(Duration::from_secs(5)),
    ] {
        let came = one(Script::first(1, fault.clone()));
        let answer = came.answer();
        assert_eq!((answer.text.as_str(), answer.attempts), (WHOLE, 2), "{fault:?}");
    }
}

#[test]
fn what_does_not_pass_is_a_recorded_failure_that_says_why() {
    for (fault, expected) in [
        (status(500, "oops"), "no answer after 3 attempts: status 500: oops"),
        (Fault::Reset, "no answer after 3 attempts: the connection broke"),
        (Fault::HalfStream, "the stream ended half-way, after "),
        (Fault::WrongLength, "no answer that could be read: the answer broke off"),
        (Fault::NotJson, "expected JSON, found `<html>it works</html>`"),
        (Fault::OtherJson, "expected an object with `choices`, found `{\"ok\":true}`"),
        (Fault::NotJsonStream, "expected JSON, found `<html>`"),
        (Fault::ErrorInStream, "no answer after 3 attempts: status 503: the engine has died"),
        (Fault::Silence(Duration::from_secs(5)), "no answer began within 300ms"),
        (Fault::HalfThenSilence(Duration::from_secs(5)), "the answer stopped coming within 300ms"),
        (status(400, r#"{"error":{"message":"bad request"}}"#), "refused: status 400: bad request"),
        (
            status(400, r#"{"error":{"message":"maximum context length is 8, requested 12, which exceeds it"}}"#),
            "the prompt is longer than the model's context",
        ),
    ] {
        let came = one(Script::with({
            let fault = fault.clone();
            move |_| fault.clone()
        }));
        let told = came.failure().to_string();
        assert!(told.contains(expected), "{fault:?}: {told}");
        assert!(came.end.is_ok(), "one question's failure does not end the others");
    }
}

#[test]
fn an_answer_of_ten_megabytes_is_cut_off_and_not_asked_again() {
    let server = scripted::Server::start(Script::with(|_| Fault::Huge(30_000_000)));
    let came = ask(&endpoint(&server), &quick(), questions(1));
    assert!(came.failure().to_string().contains("larger than 10000000 bytes"), "{}", came.failure());
    assert_eq!(server.questions(), 1);
}

#[test]
fn a_server_that_ignores_stream_is_read_without_a_first_token() {
    for fault in [Fault::IgnoresStream, Fault::IgnoresStreamUnderItsName] {
        let came = one(Script::with(move |_| fault.clone()));
        assert_eq!(came.answer().text, WHOLE);
        assert_eq!((came.answer().timing.first_token, came.answer().usage.completion), (None, Some(4)));
    }
}

#[test]
fn a_certificate_that_nobody_signed_is_refused_unless_it_is_named() {
    let server = scripted::Server::start(Script { encrypted: true, ..Script::default() });
    let mut encrypted = endpoint(&server);
    let told = ask(&encrypted, &quick(), questions(2)).error();
    assert!(told.contains("certificate that is not trusted") && told.contains("certificate = \"ca.pem\""), "{told}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.pem");
    std::fs::write(&path, server.certificate.as_ref().unwrap()).unwrap();
    encrypted.certificate = Some(path.clone());
    assert_eq!(ask(&encrypted, &quick(), questions(1)).answer().text, WHOLE);
    std::fs::write(&path, "nothing").unwrap();
    let told = ask(&encrypted, &quick(), questions(1)).error();
    assert!(told.contains("own.pem: holds no certificate"), "{told}");
}

#[test]
fn a_slow_answer_is_waited_for_but_not_for_ever() {
    let drip = || Script::with(|_| Fault::Drip(Duration::from_millis(40)));
    let came = one(drip());
    // Eight pieces: the role, four words, the reason, the usage, the end.
    let timing = came.answer().timing;
    assert!(timing.total >= 0.2 && timing.first_token.unwrap() < timing.total / 2.0, "{timing:?}");
    assert!(timing.per_token(4).unwrap() >= 0.03, "{timing:?}");
    let server = scripted::Server::start(drip());
    let hasty = lagom::call::endpoint::ClientOptions { whole: Duration::from_millis(100), retries: 0, ..quick() };
    let came = ask(&endpoint(&server), &hasty, questions(1));
    assert!(came.failure().to_string().contains("the answer did not end within 100ms"), "{}", came.failure());
}

#[test]
fn a_provider_that_filters_refuses_and_does_not_fail() {
    for (code, body) in [
        (400, r#"{"error":{"message":"filtered","code":"content_filter"}}"#),
        (403, r#"{"error":{"code":403,"message":"it requires moderation. Your input was flagged"}}"#),
    ] {
        let came = one(Script::with(move |_| status(code, body)));
        assert_eq!(came.answer().finish, Finish::Refused, "{body}");
    }
}

#[test]
fn the_same_refusal_again_and_again_is_a_fault_of_all_questions() {
    let server = scripted::Server::start(Script::with(|_| status(400, r#"{"error":"System role not supported"}"#)));
    let came = ask(&endpoint(&server), &quick(), questions(1_000));
    let told = came.error();
    assert!(told.contains("8 questions in a row were refused") && told.contains("chat-without-system"), "{told}");
    assert!(came.replies.len() < 20, "{}", came.replies.len());
    // Too long a question says nothing of the next, nor does one refusal between answers.
    let long = r#"{"error":{"code":"context_length_exceeded","message":"too long"}}"#;
    let came =
        ask(&endpoint(&scripted::Server::start(Script::with(move |_| status(400, long)))), &quick(), questions(40));
    assert!(came.end.is_ok() && came.replies.len() == 40);
    let some = |request: &scripted::Request| {
        if request.number.is_multiple_of(3) { status(400, r#"{"error":"bad"}"#) } else { Fault::None }
    };
    assert!(ask(&endpoint(&scripted::Server::start(Script::with(some))), &quick(), questions(60)).end.is_ok());
}

#[test]
fn a_wait_of_a_day_is_not_waited_for() {
    let day = Fault::Status(429, vec![("Retry-After", "86340".to_owned())], "{}".to_owned());
    let came = one(Script::with(move |_| day.clone()));
    assert!(came.error().contains("asks to wait for 24 hours"), "{}", came.error());
}

#[test]
fn an_answer_that_ends_with_an_error_is_asked_again() {
    let came = one(Script::first(1, Fault::Says("half of".to_owned(), "error")));
    assert_eq!((came.answer().text.as_str(), came.answer().attempts), (WHOLE, 2));
}

#[test]
fn an_answer_packed_unasked_is_unpacked() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut sent = [0; 8192];
        let _ = stream.read(&mut sent).unwrap();
        let body = r#"{"choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(body.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            packed.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // In two parts, since a packed block may begin in one and end in the next.
        stream.write_all(&packed[..20]).unwrap();
        stream.flush().unwrap();
        std::thread::sleep(Duration::from_millis(20));
        stream.write_all(&packed[20..]).unwrap();
    });
    let server = scripted::Server::start(Script::default());
    let packs = lagom::call::endpoint::Endpoint { url, ..endpoint(&server) };
    assert_eq!(ask(&packs, &quick(), questions(1)).answer().text, "yes");
}

#[test]
fn an_answer_of_no_letters_is_kept_where_asking_again_fails_for_good() {
    let refused = r#"{"error":{"message":"filtered","code":"content_filter"}}"#;
    for (fault, attempts) in [
        (status(500, "oops"), 3),
        (status(400, r#"{"error":{"message":"too odd"}}"#), 2),
        (status(401, "{}"), 2),
        (status(400, refused), 2),
    ] {
        let told = format!("{fault:?}");
        let came = one(Script::with(move |request| if request.number == 0 { Fault::Empty } else { fault.clone() }));
        if told.contains("filtered") {
            assert_eq!(came.answer().finish, Finish::Refused, "a refusal is an answer of its own");
        } else {
            assert_eq!((came.answer().text.as_str(), came.answer().attempts), ("", attempts), "{told}");
        }
    }
}

#[test]
fn odd_answers_are_answers_and_say_what_they_are() {
    for (fault, text, finish) in [
        (Fault::Empty, "", Finish::Stop),
        (Fault::Refusal, "I can't help with that", Finish::Refused),
        (Fault::Filtered, "", Finish::Refused),
        (Fault::Length, WHOLE, Finish::Length),
    ] {
        let came = one(Script::with({
            let fault = fault.clone();
            move |_| fault.clone()
        }));
        assert_eq!((came.answer().text.as_str(), &came.answer().finish), (text, &finish), "{fault:?}");
    }
    let came = one(Script::with(|_| Fault::NoUsage));
    assert_eq!((came.answer().usage.prompt, came.answer().usage.completion), (None, None));
    assert_eq!(came.end.unwrap().estimated, 1);
}

#[test]
fn a_parameter_that_is_refused_is_renamed_or_left_out_and_told() {
    for name in ["max_tokens", "stream_options", "seed", "top_p", "stop", "temperature"] {
        let server = scripted::Server::start(Script::with(move |_| Fault::Refuses(name)));
        let mut asked = question("question number 0");
        asked.sampling.stop = vec![" number".to_owned()];
        let came = ask(&endpoint(&server), &quick(), std::iter::once((0, asked)));
        assert_eq!((came.answer().text.as_str(), came.answer().attempts), ("echo: question", 1), "{name}");
        let notes = came.end.unwrap().notes;
        assert_eq!(notes.len(), usize::from(name != "max_tokens"), "{notes:?}");
        assert!(notes.iter().all(|note| note.contains(name)), "{notes:?}");
    }
}
