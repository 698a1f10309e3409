//! From the JSON of a server to an answer, in one piece or in the pieces of a stream.

use serde::Deserialize;
use serde_json::Value;

use super::super::{Finish, Usage};

/// A body, or one event of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Piece {
    choices: Option<Vec<Choice>>,
    usage: Option<RawUsage>,
    timings: Option<Timings>,
    /// What went wrong.
    pub(super) error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    delta: Option<Said>,
    message: Option<Said>,
    text: Option<String>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    content: Option<Content>,
    refusal: Option<String>,
    reasoning_content: Option<String>,
    reasoning: Option<String>,
}

/// A text, or parts of which some are texts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    text: Option<String>,
}

/// Tokens, as OpenAI names them.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct RawUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Option<u64>,
}

/// Tokens, as llama-server counts them.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Timings {
    cache_n: Option<u64>,
    prompt_n: Option<u64>,
    predicted_n: Option<u64>,
}

/// An answer as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    /// The text.
    pub(super) text: String,
    refusal: String,
    finish: Option<String>,
    /// Tokens, as far as told.
    pub(super) usage: Usage,
    /// Whether a token has come, of the text or of hidden reasoning.
    pub(super) begun: bool,
    /// Whether anything with choices has come: what has none is no answer.
    pub(super) any: bool,
    /// Whether the stream said `[DONE]`.
    pub(super) done: bool,
}

impl Gathered {
    /// Adds a piece.
    pub(super) fn add(&mut self, piece: Piece) {
        if let Some(usage) = piece.usage {
            self.usage = Usage {
                prompt: usage.prompt_tokens,
                cached: usage.prompt_tokens_details.and_then(|details| details.cached_tokens),
                completion: usage.completion_tokens,
            };
        }
        if let Some(timings) = piece.timings {
            let usage = &mut self.usage;
            usage.cached = usage.cached.or(timings.cache_n);
            usage.completion = usage.completion.or(timings.predicted_n);
            usage.prompt = usage.prompt.or(timings.prompt_n.map(|n| n + timings.cache_n.unwrap_or(0)));
        }
        // The stream's last piece, which tells the usage, has an empty list.
        self.any |= piece.choices.is_some();
        let Some(choice) = piece.choices.into_iter().flatten().next() else { return };
        if choice.finish_reason.is_some() {
            self.finish = choice.finish_reason;
        }
        self.write(choice.text.as_deref().unwrap_or_default());
        for said in [choice.delta, choice.message].into_iter().flatten() {
            match said.content {
                Some(Content::Text(text)) => self.write(&text),
                Some(Content::Parts(parts)) => {
                    parts.iter().for_each(|part| self.write(part.text.as_deref().unwrap_or_default()));
                }
                None => {}
            }
            self.refusal += said.refusal.as_deref().unwrap_or_default();
            let thought = [said.reasoning_content, said.reasoning].into_iter().flatten().any(|text| !text.is_empty());
            self.begun |= thought || !self.refusal.is_empty();
        }
    }

    fn write(&mut self, text: &str) {
        self.begun |= !text.is_empty();
        self.text += text;
    }

    /// Whether the answer is whole: the server has said why it ended, or that the stream is done.
    pub(super) fn whole(&self) -> bool {
        self.any && (self.done || self.finish.is_some())
    }

    /// The text, cut at the first of the `stop` texts, and why it ended.
    pub(super) fn close(mut self, stop: &[String]) -> (String, Finish, Usage) {
        let mut finish = match self.finish.as_deref() {
            Some("stop" | "eos" | "end_turn" | "stop_sequence") => Finish::Stop,
            Some("length" | "max_tokens") => Finish::Length,
            Some("content_filter" | "refusal") => Finish::Refused,
            Some(other) => Finish::Other(super::trouble::short(other)),
            None => Finish::Other("no reason given".to_owned()),
        };
        if !self.refusal.is_empty() {
            finish = Finish::Refused;
            if self.text.is_empty() {
                self.text = self.refusal;
            }
        }
        if let Some(at) = stop.iter().filter(|text| !text.is_empty()).filter_map(|text| self.text.find(text)).min() {
            self.text.truncate(at);
            finish = Finish::Stop;
        }
        (self.text, finish, self.usage)
    }
}

/// The status that an error inside an answer names; 500 where it names none.
pub(super) fn status_of(error: &Value) -> u16 {
    ["code", "status", "status_code"]
        .iter()
        .filter_map(|key| error.get(key))
        .find_map(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (400..600).contains(status))
        .unwrap_or(500)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(pieces: &[&str]) -> Gathered {
        let mut gathered = Gathered::default();
        pieces.iter().for_each(|piece| gathered.add(serde_json::from_str(piece).unwrap()));
        gathered
    }

    #[test]
    fn a_stream_and_a_body_come_to_the_same() {
        let stream = gathered(&[
            r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"Par"},"finish_reason":null}],"usage":null}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"is"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}"#,
        ]);
        let body = gathered(&[r#"{"choices":[{"message":{"content":"Paris"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}"#]);
        assert!(stream.whole() && body.whole());
        let expected =
            ("Paris".to_owned(), Finish::Stop, Usage { prompt: Some(9), cached: Some(4), completion: Some(2) });
        assert_eq!(stream.close(&[]), expected);
        assert_eq!(body.close(&[]), expected);
    }

    #[test]
    fn the_role_alone_is_no_first_token_but_a_thought_is() {
        assert!(!gathered(&[r#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#]).begun);
        assert!(!gathered(&[r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#]).begun);
        let thinking = gathered(&[r#"{"choices":[{"delta":{"reasoning_content":"Hm"}}]}"#]);
        assert!(thinking.begun && thinking.text.is_empty() && !thinking.whole());
    }

    #[test]
    fn ends_refusals_and_stops_are_told() {
        let close = |piece: &str, stop: &[&str]| {
            let stop: Vec<String> = stop.iter().map(|text| (*text).to_owned()).collect();
            let (text, finish, _) = gathered(&[piece]).close(&stop);
            (text, finish)
        };
        let refused = r#"{"choices":[{"message":{"content":null,"refusal":"I can't"},"finish_reason":"stop"}]}"#;
        assert_eq!(close(refused, &[]), ("I can't".to_owned(), Finish::Refused));
        let filtered = r#"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#;
        assert_eq!(close(filtered, &[]), (String::new(), Finish::Refused));
        let long = r#"{"choices":[{"text":"a b\nc\n\nd","finish_reason":"length"}]}"#;
        assert_eq!(close(long, &[]).1, Finish::Length);
        assert_eq!(close(long, &["\n\n", "\n", ""]), ("a b".to_owned(), Finish::Stop));
        let odd = r#"{"choices":[{"text":"x","finish_reason":"tool_calls"}]}"#;
        assert_eq!(close(odd, &[]).1, Finish::Other("tool_calls".to_owned()));
        let parts =
            r#"{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"x"}]},"finish_reason":"stop"}]}"#;
        assert_eq!(close(parts, &[]).0, "a");
    }

    #[test]
    fn llama_server_tells_its_tokens_in_timings() {
        let body =
            r#"{"choices":[{"text":"x","finish_reason":"stop"}],"timings":{"cache_n":3,"prompt_n":4,"predicted_n":5}}"#;
        let usage = Usage { prompt: Some(7), cached: Some(3), completion: Some(5) };
        assert_eq!(gathered(&[body]).usage, usage);
    }
}
