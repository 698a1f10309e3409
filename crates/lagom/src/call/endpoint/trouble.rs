//! What can go wrong with a request, and what that means: wait, write it otherwise, fail the question, or give up.

use std::error::Error;
use std::time::Duration;

use serde_json::Value;

use super::super::{BackendError, CallFailure};
use super::dialect::{Dialect, Lesson};

/// Longest text of a server that is quoted, in characters.
const QUOTED: usize = 300;

/// Why an attempt gave no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The question alone is at fault; the same would come again.
    Question(CallFailure),
    /// It may pass.
    Passing(Passing),
    /// The request is to be written otherwise.
    Lesson(Lesson),
    /// All further asking is pointless.
    Backend(BackendError),
}

/// A trouble that may pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Passing {
    /// What happened.
    pub(super) message: String,
    /// Whether the server said that it has too much to do.
    pub(super) overloaded: bool,
    /// How long the server asks to wait.
    pub(super) wait: Option<Duration>,
    /// Whether no connection came about.
    pub(super) unreachable: bool,
    /// Whether there was an answer, but none that could be read to its end.
    pub(super) malformed: bool,
    /// Whether trying again would only bring the same.
    pub(super) hopeless: bool,
}

impl Passing {
    /// An answer that could not be read.
    pub(super) fn malformed(message: impl Into<String>) -> Trouble {
        Trouble::Passing(Self { message: message.into(), malformed: true, ..Self::default() })
    }

    /// The failure of the question after `attempts` attempts.
    pub(super) fn failure(self, attempts: u32) -> CallFailure {
        if self.malformed {
            CallFailure::Malformed { message: self.message }
        } else {
            CallFailure::Unavailable { attempts, message: self.message }
        }
    }
}

/// What a server said instead of an answer.
pub(super) struct Refusal<'a> {
    /// The address asked.
    pub(super) url: &'a str,
    /// The model asked for.
    pub(super) model: &'a str,
    /// The variable that the key came from.
    pub(super) variable: Option<&'a str>,
    /// The status, of the answer or named in it.
    pub(super) status: u16,
    /// How long it asks to wait.
    pub(super) wait: Option<Duration>,
    /// The body, its keys struck out.
    pub(super) body: &'a str,
    /// How the request was written.
    pub(super) dialect: &'a Dialect,
}

impl Refusal<'_> {
    /// What it means.
    pub(super) fn trouble(&self) -> Trouble {
        let message = said(self.body);
        let text = self.body.to_lowercase();
        let (url, status) = (self.url.to_owned(), self.status);
        match status {
            401..=403 => return Trouble::Backend(self.unauthorised(message)),
            429 if text.contains("insufficient_quota") => return Trouble::Backend(self.unauthorised(message)),
            408 | 409 | 425 | 429 | 500 | 502..=599 => {
                let overloaded = matches!(status, 429 | 503 | 529);
                let message = format!("status {status}: {message}");
                return Trouble::Passing(Passing { message, overloaded, wait: self.wait, ..Passing::default() });
            }
            300..=399 | 405 | 410 | 501 => {
                return Trouble::Backend(BackendError::WrongPath { url, status, message });
            }
            _ => {}
        }
        if unknown_model(&text, status) {
            let (model, there) = (self.model.to_owned(), Vec::new());
            return Trouble::Backend(BackendError::UnknownModel { url, model, message, there });
        }
        if status == 404 {
            return Trouble::Backend(BackendError::WrongPath { url, status, message });
        }
        if too_long(&text) {
            return Trouble::Question(CallFailure::TooLong { message });
        }
        if let Some(lesson) = self.dialect.lesson(self.body) {
            return Trouble::Lesson(lesson);
        }
        Trouble::Question(CallFailure::Rejected { message: format!("status {status}: {message}") })
    }

    fn unauthorised(&self, message: String) -> BackendError {
        BackendError::Unauthorised {
            url: self.url.to_owned(),
            status: self.status,
            message,
            variable: self.variable.map(str::to_owned),
        }
    }
}

fn unknown_model(text: &str, status: u16) -> bool {
    let code = text.contains("model_not_found");
    let words = ["not found", "does not exist", "unknown model", "no such model", "not exist"];
    code || (matches!(status, 400 | 404 | 422)
        && text.contains("model")
        && words.iter().any(|word| text.contains(word)))
}

fn too_long(text: &str) -> bool {
    // llama-server: `exceed_context_size_error`; OpenAI and vLLM: `context_length_exceeded`, "maximum context length".
    let words = ["exceed", "too long", "too large", "maximum", "longer than", "larger than", "greater than"];
    (text.contains("context") && words.iter().any(|word| text.contains(word)))
        || text.contains("prompt is too long")
        || text.contains("context_length_exceeded")
}

/// What a connection that broke means; `from` tells what was being done.
pub(super) fn broken(error: &reqwest::Error, url: &str, from: &str) -> Trouble {
    let mut chain = Vec::new();
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if chain.last() != Some(&text) {
            chain.push(text);
        }
        cause = inner.source();
    }
    let told = chain.join(": ");
    // rustls: `invalid peer certificate: UnknownIssuer` and the like.
    if let Some(at) = told.find("invalid peer certificate") {
        let message = short(told[at..].trim_start_matches("invalid peer certificate: "));
        return Trouble::Backend(BackendError::Certificate { url: url.to_owned(), message });
    }
    let unreachable = error.is_connect();
    let message = if unreachable && error.is_timeout() {
        "no connection in time".to_owned()
    } else if told.is_empty() {
        format!("{from}: {}", short(&error.to_string()))
    } else {
        // The innermost cause says it best: `Connection refused (os error 111)`.
        format!("{from}: {}", short(if unreachable { chain.last().map_or("", String::as_str) } else { &told }))
    };
    let malformed = error.is_body() || error.is_decode();
    Trouble::Passing(Passing { message, unreachable, malformed, ..Passing::default() })
}

/// What a server said, from the usual places of an error in JSON, or the beginning of the text.
pub(super) fn said(body: &str) -> String {
    let inner = serde_json::from_str::<Value>(body).ok().and_then(|value| {
        ["/error/message", "/error", "/message", "/detail"]
            .iter()
            .filter_map(|place| value.pointer(place))
            .find_map(|found| found.as_str().map(str::to_owned))
    });
    let text = inner.unwrap_or_else(|| body.to_owned());
    if text.trim().is_empty() { "(nothing said)".to_owned() } else { short(&text) }
}

/// `text` in one line of bounded length.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Trouble {
        let dialect = Dialect::default();
        Refusal { url: "u", model: "m", variable: None, status, wait: None, body, dialect: &dialect }.trouble()
    }

    #[test]
    fn statuses_and_words_mean_what_servers_mean_by_them() {
        assert!(matches!(of(401, "{}"), Trouble::Backend(BackendError::Unauthorised { .. })));
        assert!(matches!(
            of(429, r#"{"error":{"code":"insufficient_quota","message":"no credit"}}"#),
            Trouble::Backend(BackendError::Unauthorised { status: 429, .. })
        ));
        assert!(matches!(of(429, ""), Trouble::Passing(Passing { overloaded: true, .. })));
        assert!(matches!(of(500, ""), Trouble::Passing(Passing { overloaded: false, .. })));
        assert!(matches!(of(404, "404 page not found"), Trouble::Backend(BackendError::WrongPath { .. })));
        // Ollama.
        let text = r#"{"error":{"message":"model \"x\" not found, try pulling it first"}}"#;
        assert!(matches!(of(404, text), Trouble::Backend(BackendError::UnknownModel { .. })));
        // llama-server.
        let text = r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#;
        assert!(matches!(of(400, text), Trouble::Question(CallFailure::TooLong { .. })));
        // vLLM.
        let text = r#"{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 4000 tokens"}}"#;
        assert!(matches!(of(400, text), Trouble::Question(CallFailure::TooLong { .. })));
        assert!(matches!(of(400, r#"{"error":"bad"}"#), Trouble::Question(CallFailure::Rejected { .. })));
        assert!(matches!(of(308, ""), Trouble::Backend(BackendError::WrongPath { status: 308, .. })));
    }

    #[test]
    fn what_was_said_is_found_and_shortened() {
        assert_eq!(said(r#"{"error":{"message":"no\n such"}}"#), "no such");
        assert_eq!(said(r#"{"detail":"Not Found"}"#), "Not Found");
        assert_eq!(said("  <html>\n<b>502</b>"), "<html> <b>502</b>");
        assert_eq!(said(" "), "(nothing said)");
        assert_eq!(short(&"ä".repeat(1000)).chars().count(), QUOTED + 1);
    }
}
