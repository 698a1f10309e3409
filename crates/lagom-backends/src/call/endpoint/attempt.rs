//! One attempt at one question.

use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use tokio::time::Instant;

use super::super::{Answer, CallFailure, Finish, Question, Timing, Usage};
use super::body::{Body, too_large};
use super::capabilities::{LikelihoodRoute, ServerCapabilities};
use super::dialect::Dialect;
use super::parse::{Gathered, Piece, status_of};
use super::request_error::{RequestError, Transient};
use super::stream::Events;
use super::wire::{Wire, not_json};
use super::{likelihood, next_token};

/// Asks `question` once. The answer does not know yet how often it was tried.
pub(super) async fn attempt(
    wire: &Wire,
    known: &ServerCapabilities,
    dialect: &Dialect,
    question: &Question,
) -> Result<Answer, RequestError> {
    if question.continuations.is_empty() {
        return match text(wire, dialect, question).await {
            Ok(heard) => Ok(heard.answer),
            Err(RequestError::Refused(said)) => Ok(refused(said)),
            Err(trouble) => Err(trouble),
        };
    }
    match &known.likelihoods {
        Some(LikelihoodRoute::Echo { generated }) => likelihood::score(wire, question, *generated).await,
        Some(LikelihoodRoute::NextToken) => next_token::score(wire, question).await,
        Some(LikelihoodRoute::Refused { why }) => Err(RequestError::Backend(no_likelihoods(wire, why))),
        None => Err(RequestError::Backend(no_likelihoods(wire, "the handshake did not try"))),
    }
}

/// The answer of a provider that will not have a question answered: in its words, after no time that says anything.
fn refused(said: String) -> Answer {
    Answer {
        text: said,
        finish: Finish::Refused,
        likelihoods: Vec::new(),
        usage: Usage::default(),
        timing: Timing::default(),
        attempts: 1,
    }
}

/// That the server gives no likelihoods.
pub(super) fn no_likelihoods(wire: &Wire, why: &str) -> super::super::BackendError {
    super::super::BackendError::NoLikelihoods { url: wire.endpoint.url.clone(), why: why.to_owned() }
}

/// A text, and how it came.
pub(super) struct Heard {
    pub(super) answer: Answer,
    /// Whether it was streamed.
    pub(super) streamed: bool,
}

/// Asks for a text.
pub(super) async fn text(wire: &Wire, dialect: &Dialect, question: &Question) -> Result<Heard, RequestError> {
    let Some((path, body)) = dialect.request(&wire.endpoint, question, wire.options.stream) else {
        let message = "`/v1/completions` takes a text, not the messages of a chat".to_owned();
        return Err(RequestError::Question(CallFailure::Rejected { message }));
    };
    let url = wire.address.of_protocol(path);
    let sent = Instant::now();
    let response = wire.post(&url, &body, dialect).await?;
    let mut reading =
        ResponseStream { wire, dialect, url, sent, first: None, gathered: Gathered::default(), trouble: None };
    let streamed = reading.all(response).await?;
    let total = sent.elapsed().as_secs_f64();
    let first_token = reading.first.filter(|_| streamed);
    let (text, finish, usage) = reading.gathered.close(&question.sampling.stop);
    // What a server echoes of its request is written down; keys never are.
    let text = wire.strike_out(&text);
    let finish = if let Finish::Other(reason) = finish { Finish::Other(wire.quote(&reason)) } else { finish };
    if let (true, Finish::Other(reason)) = (finish.is_broken_off(), &finish) {
        return Err(Transient::malformed(format!("the server ended its answer with `{reason}`")));
    }
    let timing = Timing { first_token, total };
    Ok(Heard { answer: Answer { text, finish, likelihoods: Vec::new(), usage, timing, attempts: 1 }, streamed })
}

/// An answer that is being read.
struct ResponseStream<'a> {
    wire: &'a Wire,
    dialect: &'a Dialect,
    url: String,
    sent: Instant,
    /// Seconds to the first token.
    first: Option<f64>,
    gathered: Gathered,
    /// What an event told in place of a piece of the answer.
    trouble: Option<RequestError>,
}

impl ResponseStream<'_> {
    /// Reads to the end; whether it was a stream.
    async fn all(&mut self, mut response: Body) -> Result<bool, RequestError> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let told = kind.starts_with("text/event-stream");
        let until = Instant::now() + self.wire.options.whole;
        let first = self.wire.next(&mut response, false, until).await?.unwrap_or_default();
        // Servers that ignore `stream` send one body, now and then under the name of a stream.
        let body = first.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if body || !told && !first.starts_with(b"data:") && !first.starts_with(b":") {
            let body = self.wire.read(response, self.wire.options.answer_bytes, Some(first)).await?;
            self.body(&body)?;
            return Ok(false);
        }
        self.events(response, first, until).await?;
        Ok(true)
    }

    fn body(&mut self, body: &[u8]) -> Result<(), RequestError> {
        let quoted = || self.wire.quote(&String::from_utf8_lossy(body));
        let value: Value = serde_json::from_slice(body).map_err(|_| not_json(&quoted()))?;
        let piece = Piece::deserialize_or(value).ok_or_else(|| unlike(&quoted()))?;
        if let Some(error) = &piece.error {
            return Err(self.refused(error));
        }
        self.gathered.add(piece);
        if self.gathered.any { Ok(()) } else { Err(unlike(&quoted())) }
    }

    async fn events(&mut self, mut response: Body, first: Vec<u8>, until: Instant) -> Result<(), RequestError> {
        let most = self.wire.options.answer_bytes;
        let (mut events, mut bytes, mut read) = (Events::default(), Some(first), 0);
        while let Some(part) = bytes {
            read += part.len();
            if read > most {
                return Err(too_large(most));
            }
            events.feed(&part, |data| self.event(data));
            if let Some(trouble) = self.trouble.take() {
                return Err(trouble);
            }
            if self.gathered.done && self.gathered.any {
                // The rest is read (an empty part, most often), so that the connection can be used again.
                let _ = self.wire.next(&mut response, true, until.min(Instant::now() + LINGER)).await;
                return Ok(());
            }
            bytes = self.wire.next(&mut response, true, until).await?;
        }
        events.end(|data| self.event(data));
        match self.trouble.take() {
            Some(trouble) => Err(trouble),
            None if self.gathered.whole() => Ok(()),
            None if read == 0 => Err(not_json("")),
            None => Err(Transient::malformed(format!(
                "the stream ended half-way, after {} bytes of text",
                self.gathered.text.len()
            ))),
        }
    }

    fn event(&mut self, data: &str) {
        if self.trouble.is_some() {
            return;
        }
        if data.trim() == "[DONE]" {
            self.gathered.done = true;
            return;
        }
        match serde_json::from_str::<Piece>(data) {
            Ok(Piece { error: Some(error), .. }) => self.trouble = Some(self.refused(&error)),
            Ok(piece) => {
                self.gathered.add(piece);
                if self.gathered.begun && self.first.is_none() {
                    self.first = Some(self.sent.elapsed().as_secs_f64());
                }
            }
            Err(_) => self.trouble = Some(not_json(&self.wire.quote(data))),
        }
    }

    /// An error inside an answer means what its status would mean.
    fn refused(&self, error: &Value) -> RequestError {
        let body = serde_json::json!({ "error": error }).to_string();
        match self.wire.refusal(&self.url, (status_of(error), None), &body, self.dialect) {
            // What it had written before is paid for.
            RequestError::Transient(passing) => RequestError::Transient(Transient { billed: true, ..passing }),
            other => other,
        }
    }
}

/// How long the end of a stream is waited for after `[DONE]`.
const LINGER: std::time::Duration = std::time::Duration::from_millis(200);

fn unlike(body: &str) -> RequestError {
    Transient::malformed(format!("expected an object with `choices`, found `{body}`"))
}

impl Piece {
    /// The object as a piece of an answer, if it can be one.
    fn deserialize_or(value: Value) -> Option<Self> {
        value.is_object().then(|| serde_json::from_value(value).ok()).flatten()
    }
}
