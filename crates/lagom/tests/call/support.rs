//! What these tests share.

use std::time::Duration;

use lagom::call::endpoint::{ClientOptions, Endpoint, Server, ServerCapabilities};
use lagom::call::{Answer, BackendError, CallFailure, Flow, Prompt, Question, Reply, Sampling, Stop, UsageSummary};

use super::scripted;

/// A question for a text.
pub(super) fn question(prompt: &str) -> Question {
    let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 1, max_tokens: 64, stop: Vec::new() };
    Question { prompt: Prompt::Text(prompt.to_owned()), sampling, continuations: Vec::new(), repeat: 0 }
}

/// Questions with different prompts.
pub(super) fn questions(number: usize) -> impl Iterator<Item = (usize, Question)> {
    (0..number).map(|index| (index, question(&format!("question number {index}"))))
}

/// The scripted server as an endpoint.
pub(super) fn endpoint(server: &scripted::Server) -> Endpoint {
    serde_json::from_value(serde_json::json!({ "url": server.url(), "model": "scripted" })).unwrap()
}

/// Short waits, so that tests of waiting take no time.
pub(super) fn quick() -> ClientOptions {
    ClientOptions {
        in_flight: 8,
        connect: Duration::from_secs(2),
        first_byte: Duration::from_millis(300),
        silence: Duration::from_millis(300),
        retries: 2,
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(20),
        ..ClientOptions::default()
    }
}

/// What came of asking.
pub(super) struct Came {
    pub(super) replies: Vec<Reply>,
    pub(super) end: Result<UsageSummary, BackendError>,
}

impl Came {
    /// The answer to the only question.
    #[track_caller]
    pub(super) fn answer(&self) -> &Answer {
        assert_eq!(self.replies.len(), 1, "{:?} {:?}", self.replies, self.end);
        self.replies[0].outcome.as_ref().unwrap()
    }

    /// The failure of the only question.
    #[track_caller]
    pub(super) fn failure(&self) -> &CallFailure {
        assert_eq!(self.replies.len(), 1, "{:?} {:?}", self.replies, self.end);
        self.replies[0].outcome.as_ref().unwrap_err()
    }

    /// Why it was given up, with the hint.
    #[track_caller]
    pub(super) fn error(&self) -> String {
        let error = self.end.as_ref().unwrap_err();
        format!("{error}; {}", error.hint().unwrap_or_default())
    }
}

/// Asks `asked` without a handshake.
pub(super) fn ask(
    endpoint: &Endpoint,
    options: &ClientOptions,
    asked: impl Iterator<Item = (usize, Question)>,
) -> Came {
    ask_known(endpoint, options, &ServerCapabilities::default(), asked)
}

/// Asks `asked` of a server that is known.
pub(super) fn ask_known(
    endpoint: &Endpoint,
    options: &ClientOptions,
    known: &ServerCapabilities,
    mut asked: impl Iterator<Item = (usize, Question)>,
) -> Came {
    let server = Server::open(endpoint, options).unwrap();
    let mut replies = Vec::new();
    let mut keep = |reply| {
        replies.push(reply);
        Flow::Continue
    };
    let end = server.ask(known, &mut asked, &mut keep, &Stop::default());
    Came { replies, end }
}

/// Asks one question of a server with the given fault.
pub(super) fn one(script: scripted::Script) -> Came {
    let server = scripted::Server::start(script);
    ask(&endpoint(&server), &quick(), questions(1))
}
