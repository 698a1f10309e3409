//! What can go wrong with a request, and what that means: wait, write it otherwise, fail the question, or give up.

use std::error::Error;
use std::time::Duration;

use serde_json::Value;

use super::super::{BackendError, CallFailure};
use super::dialect::{Dialect, Downgrade};

/// Longest text of a server that is quoted, in characters.
const QUOTED: usize = 300;

/// Why an attempt gave no answer.
#[derive(Debug)]
pub(super) enum RequestError {
    /// The question alone is at fault; the same would come again.
    Question(CallFailure),
    /// The provider will not have this question answered, in its words: an answer of a kind.
    Refused(String),
    /// It may pass.
    Transient(Transient),
    /// The request is to be written otherwise.
    Downgrade(Downgrade),
    /// All further asking is pointless.
    Backend(BackendError),
}

/// A trouble that may pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Transient {
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
    /// Whether the server may have answered, and asks for its money: the request went out, and no refusal came back.
    pub(super) billed: bool,
}

impl Transient {
    /// An answer that could not be read.
    pub(super) fn malformed(message: impl Into<String>) -> RequestError {
        RequestError::Transient(Self { message: message.into(), malformed: true, billed: true, ..Self::default() })
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
    /// The longest wait that is waited for.
    pub(super) patience: Duration,
    /// Whether this server has answered a question before.
    pub(super) met: bool,
}

impl Refusal<'_> {
    /// What it means.
    pub(super) fn trouble(&self) -> RequestError {
        let message = said(self.body);
        let text = self.body.to_lowercase();
        let (url, status) = (self.url.to_owned(), self.status);
        // What is said of the key, the account or the pace is no word on this question.
        if !matches!(self.status, 401 | 402 | 429) && is_moderation(&text) && !is_about_the_account(&text) {
            return RequestError::Refused(message);
        }
        match status {
            // One question after others were answered: its words may have tripped a firewall. If it is the key, the next
            // questions end the same way, and `ask` gives up.
            403 if self.met => {
                return RequestError::Question(CallFailure::Rejected { message: format!("status 403: {message}") });
            }
            401..=403 => return RequestError::Backend(self.unauthorised(message)),
            _ if is_about_the_key(&text) => return RequestError::Backend(self.unauthorised(message)),
            429 if text.contains("insufficient_quota") => return RequestError::Backend(self.unauthorised(message)),
            408 | 409 | 425 | 429 | 500 | 502..=599 => {
                if let Some(wait) = self.wait.filter(|wait| *wait > self.patience) {
                    return RequestError::Backend(BackendError::LongWait { url, wait, message });
                }
                let overloaded = matches!(status, 429 | 503 | 529);
                let message = format!("status {status}: {message}");
                return RequestError::Transient(Transient {
                    message,
                    overloaded,
                    wait: self.wait,
                    ..Transient::default()
                });
            }
            300..=399 | 405 | 410 | 501 => {
                return RequestError::Backend(BackendError::WrongPath { url, status, message });
            }
            _ => {}
        }
        if unknown_model(&text, status) {
            let (model, there) = (self.model.to_owned(), Vec::new());
            return RequestError::Backend(BackendError::UnknownModel { url, model, message, there });
        }
        if status == 404 {
            return RequestError::Backend(BackendError::WrongPath { url, status, message });
        }
        if too_long(&text) {
            return RequestError::Question(CallFailure::TooLong { message });
        }
        if let Some(lesson) = self.dialect.lesson(self.body) {
            return RequestError::Downgrade(lesson);
        }
        RequestError::Question(CallFailure::Rejected { message: format!("status {status}: {message}") })
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

/// Whether an error speaks of who asks and not of what is asked.
fn is_about_the_account(text: &str) -> bool {
    let whose =
        ["your account", "your organization", "your organisation", "account has been", "account was", "your access"];
    whose.iter().any(|words| text.contains(words))
}

/// Whether a provider refuses a question for what it says: Azure's and OpenAI's filters, OpenRouter's and others' moderation.
fn is_moderation(text: &str) -> bool {
    let marks = [
        "content_filter",
        "content_policy_violation",
        "responsibleaipolicyviolation",
        "content management policy",
        "usage policies",
        "flagged_input",
        "data_inspection_failed",
        "datainspectionfailed",
        "prompt_blocked",
        "invalid_prompt",
    ];
    let flagged = text.contains("flagged") && (text.contains("moderation") || text.contains("policy"));
    marks.iter().any(|mark| text.contains(mark)) || flagged
}

/// Whether a complaint is about the key, whatever its status: Google answers 400 to an expired one.
fn is_about_the_key(text: &str) -> bool {
    let marks = ["api_key_invalid", "invalid_api_key", "incorrect api key", "invalid api key", "api key not valid"];
    marks.iter().any(|mark| text.contains(mark)) || (text.contains("api key") && text.contains("expired"))
}

fn too_long(text: &str) -> bool {
    // llama-server: `exceed_context_size_error`; OpenAI and vLLM: `context_length_exceeded`, "maximum context length".
    let words = ["exceed", "too long", "too large", "maximum", "longer than", "larger than", "greater than"];
    (text.contains("context") && words.iter().any(|word| text.contains(word)))
        || text.contains("prompt is too long")
        || text.contains("context_length_exceeded")
}

/// What a connection that broke means; `from` tells what was being done.
pub(super) fn broken(error: &reqwest::Error, url: &str, from: &str) -> RequestError {
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
        return RequestError::Backend(BackendError::Certificate { url: url.to_owned(), message });
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
    RequestError::Transient(Transient { message, unreachable, malformed, billed: !unreachable, ..Transient::default() })
}

/// What a server said, from the usual places of an error in JSON, or the beginning of the text.
pub(super) fn said(body: &str) -> String {
    let inner = serde_json::from_str::<Value>(body).ok().and_then(|value| {
        ["/error/message", "/0/error/message", "/error", "/message", "/detail"]
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

    fn of(status: u16, body: &str) -> RequestError {
        after(status, body, None, false)
    }

    fn after(status: u16, body: &str, wait: Option<Duration>, met: bool) -> RequestError {
        let (dialect, patience) = (Dialect::default(), Duration::from_secs(300));
        Refusal { url: "u", model: "m", variable: None, status, wait, body, dialect: &dialect, patience, met }.trouble()
    }

    #[test]
    fn a_key_a_filter_and_a_long_wait_are_told_by_what_is_said() {
        // Google: 400, and the body is a list.
        let expired = r#"[{"error":{"code":400,"message":"API key expired. Please renew it.","details":[{"reason":"API_KEY_INVALID"}]}}]"#;
        assert!(matches!(of(400, expired), RequestError::Backend(BackendError::Unauthorised { status: 400, .. })));
        assert_eq!(said(expired), "API key expired. Please renew it.");
        // Azure: 400 with a code; OpenRouter: 403 for one input.
        let azure = r#"{"error":{"message":"The response was filtered","code":"content_filter","status":400}}"#;
        assert!(matches!(of(400, azure), RequestError::Refused(_)));
        let router =
            r#"{"error":{"code":403,"message":"x requires moderation. Your input was flagged","metadata":{}}}"#;
        assert!(matches!(of(403, router), RequestError::Refused(_)));
        // A bare 403 is about the key at first, and about the question once others were answered.
        assert!(matches!(of(403, "blocked"), RequestError::Backend(BackendError::Unauthorised { .. })));
        assert!(matches!(after(403, "blocked", None, true), RequestError::Question(CallFailure::Rejected { .. })));
        let day = Some(Duration::from_secs(86_340));
        assert!(matches!(after(429, "{}", day, true), RequestError::Backend(BackendError::LongWait { .. })));
        assert!(matches!(after(429, "{}", Some(Duration::from_secs(20)), true), RequestError::Transient(_)));
    }

    #[test]
    fn statuses_and_words_mean_what_servers_mean_by_them() {
        assert!(matches!(of(401, "{}"), RequestError::Backend(BackendError::Unauthorised { .. })));
        assert!(matches!(
            of(429, r#"{"error":{"code":"insufficient_quota","message":"no credit"}}"#),
            RequestError::Backend(BackendError::Unauthorised { status: 429, .. })
        ));
        assert!(matches!(of(429, ""), RequestError::Transient(Transient { overloaded: true, .. })));
        assert!(matches!(of(500, ""), RequestError::Transient(Transient { overloaded: false, .. })));
        assert!(matches!(of(404, "404 page not found"), RequestError::Backend(BackendError::WrongPath { .. })));
        // Ollama.
        let text = r#"{"error":{"message":"model \"x\" not found, try pulling it first"}}"#;
        assert!(matches!(of(404, text), RequestError::Backend(BackendError::UnknownModel { .. })));
        // llama-server.
        let text = r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#;
        assert!(matches!(of(400, text), RequestError::Question(CallFailure::TooLong { .. })));
        // vLLM.
        let text = r#"{"error":{"message":"This model's maximum context length is 2048 tokens. However, you requested 4000 tokens"}}"#;
        assert!(matches!(of(400, text), RequestError::Question(CallFailure::TooLong { .. })));
        assert!(matches!(of(400, r#"{"error":"bad"}"#), RequestError::Question(CallFailure::Rejected { .. })));
        assert!(matches!(of(308, ""), RequestError::Backend(BackendError::WrongPath { status: 308, .. })));
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
