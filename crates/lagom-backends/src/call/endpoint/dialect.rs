//! What a server takes of the protocol, learned from its complaints.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Prompt, Question};
use super::settings::{Api, Endpoint};

/// A parameter that a server may refuse and that a question can do without. What is left out is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// `stream_options`, without which a stream tells no usage.
    StreamOptions,
    /// `seed`: sampled answers cannot be had again.
    Seed,
    /// `top_p`: the server's own share of the probability is sampled from.
    TopP,
    /// `stop`: answers are cut at the stop texts here, after more tokens were paid for.
    Stop,
    /// `temperature`: answers are sampled as the server likes.
    Temperature,
}

impl Parameter {
    const ALL: [Self; 5] = [Self::StreamOptions, Self::Seed, Self::TopP, Self::Stop, Self::Temperature];

    /// Its name in a request.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::StreamOptions => "stream_options",
            Self::Seed => "seed",
            Self::TopP => "top_p",
            Self::Stop => "stop",
            Self::Temperature => "temperature",
        }
    }

    /// What it means that it is left out.
    #[must_use]
    pub fn note(self) -> &'static str {
        match self {
            Self::StreamOptions => "the server takes no `stream_options`: it may not tell the number of tokens",
            Self::Seed => "the server takes no `seed`: its answers may differ from run to run",
            Self::TopP => "the server takes no `top_p`: it samples from a share of its own",
            Self::Stop => "the server takes no `stop`: answers are cut at the stop texts after they were written",
            Self::Temperature => {
                "the server takes no `temperature`: its answers are sampled and may differ from run to run"
            }
        }
    }
}

/// How requests to a server are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Whether the most tokens are called `max_completion_tokens` in place of `max_tokens`.
    pub max_completion_tokens: bool,
    /// What is not sent.
    pub left_out: BTreeSet<Parameter>,
    /// Whether `cache_prompt: false` is sent (llama.cpp): answers out of a cached prompt come too fast and may differ
    /// in the last bits.
    pub no_prompt_cache: bool,
}

/// What a complaint teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Downgrade {
    MaxCompletionTokens,
    LeaveOut(Parameter),
}

/// Words of servers that do not know or take a parameter.
const REFUSALS: [&str; 11] = [
    "unsupported",
    "not support",
    "unknown",
    "unrecogni",
    "unexpected",
    "not permitted",
    "not allowed",
    "additional properties",
    "forbidden",
    "cannot both",
    "invalid parameter",
];

impl Dialect {
    /// Follows `lesson`.
    pub(super) fn follow(&mut self, lesson: Downgrade) {
        match lesson {
            Downgrade::MaxCompletionTokens => self.max_completion_tokens = true,
            Downgrade::LeaveOut(parameter) => {
                self.left_out.insert(parameter);
            }
        }
    }

    /// What the complaint `text` about a request written in this dialect teaches; none where it is about something
    /// that a question cannot do without. Each lesson can come only once, so trying again ends.
    pub(super) fn lesson(&self, text: &str) -> Option<Downgrade> {
        let text = text.to_lowercase();
        if !self.max_completion_tokens && names(&text, "max_completion_tokens") {
            return Some(Downgrade::MaxCompletionTokens);
        }
        if !REFUSALS.iter().any(|words| text.contains(words)) {
            return None;
        }
        let named = |parameter: &Parameter| !self.left_out.contains(parameter) && names(&text, parameter.name());
        Parameter::ALL.into_iter().find(named).map(Downgrade::LeaveOut)
    }

    /// The path and the body of a request for a text; none where the prompt does not fit the path.
    pub(super) fn request(
        &self,
        endpoint: &Endpoint,
        question: &Question,
        stream: bool,
    ) -> Option<(&'static str, Value)> {
        let sampling = &question.sampling;
        let (path, mut body) = match (endpoint.api, &question.prompt) {
            (Api::Chat, Prompt::Chat(messages)) => {
                ("/chat/completions", json!({ "model": endpoint.model, "messages": messages }))
            }
            (Api::Chat, Prompt::Text(text)) => (
                "/chat/completions",
                json!({ "model": endpoint.model, "messages": [{ "role": "user", "content": text }] }),
            ),
            (Api::Completions, Prompt::Text(text)) => {
                ("/completions", json!({ "model": endpoint.model, "prompt": text }))
            }
            (Api::Completions, Prompt::Chat(_)) => return None,
        };
        let most = if self.max_completion_tokens { "max_completion_tokens" } else { "max_tokens" };
        body[most] = json!(sampling.max_tokens);
        body["stream"] = json!(stream);
        if self.no_prompt_cache {
            body["cache_prompt"] = json!(false);
        }
        for parameter in Parameter::ALL.into_iter().filter(|parameter| !self.left_out.contains(parameter)) {
            let value = match parameter {
                Parameter::StreamOptions if stream => json!({ "include_usage": true }),
                Parameter::Stop if !sampling.stop.is_empty() => json!(sampling.stop),
                Parameter::StreamOptions | Parameter::Stop => continue,
                // Many servers read a signed number of 32 bits.
                Parameter::Seed => json!(sampling.seed.wrapping_add(u64::from(question.repeat)) & 0x7fff_ffff),
                Parameter::TopP => json!(sampling.top_p),
                Parameter::Temperature => json!(sampling.temperature),
            };
            body[parameter.name()] = value;
        }
        Some((path, body))
    }
}

/// Whether `name` stands in `text` as a word of its own.
fn names(text: &str, name: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part) && !text[at + name.len()..].chars().next().is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_of_known_servers_teach_what_they_are_about() {
        let fresh = Dialect::default();
        // OpenAI, o-series and later.
        let text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        assert_eq!(fresh.lesson(text), Some(Downgrade::MaxCompletionTokens));
        let text = "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.";
        assert_eq!(fresh.lesson(text), Some(Downgrade::LeaveOut(Parameter::Temperature)));
        // pydantic.
        let text =
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}"#;
        assert_eq!(fresh.lesson(text), Some(Downgrade::LeaveOut(Parameter::Seed)));
        let text = "`temperature` and `top_p` cannot both be specified for this model.";
        assert_eq!(fresh.lesson(text), Some(Downgrade::LeaveOut(Parameter::TopP)));
        // About the value, or about something that cannot be left out.
        assert_eq!(fresh.lesson("temperature must be between 0 and 2"), None);
        assert_eq!(fresh.lesson("unknown field nonstop_seeds"), None);
        // Each lesson is learned once.
        let mut learned = fresh.clone();
        learned.follow(Downgrade::LeaveOut(Parameter::Seed));
        assert_eq!(learned.lesson("unknown field `seed`"), None);
    }
}
