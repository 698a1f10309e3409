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
    delta: Option<ParsedAnswer>,
    message: Option<ParsedAnswer>,
    text: Option<String>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ParsedAnswer {
    content: Option<Content>,
    refusal: Option<String>,
    reasoning_content: Option<String>,
    /// A text, or an object with one, by the server.
    reasoning: Option<Value>,
    tool_calls: Option<Value>,
    function_call: Option<Value>,
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
    /// `text` or `output_text`; `thinking`, `reasoning` and others are no part of the answer.
    #[serde(rename = "type")]
    kind: Option<String>,
    text: Option<String>,
}

impl ParsedAnswer {
    /// The text of the answer in it; none where it holds none.
    fn content(&self) -> Option<String> {
        let spoken = |part: &&Part| part.kind.as_deref().is_none_or(|kind| matches!(kind, "text" | "output_text"));
        match self.content.as_ref()? {
            Content::Text(text) => Some(text.clone()),
            Content::Parts(parts) => {
                Some(parts.iter().filter(spoken).filter_map(|part| part.text.as_deref()).collect())
            }
        }
    }
}

/// Tokens, as OpenAI names them.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct RawUsage {
    #[serde(deserialize_with = "whole")]
    prompt_tokens: Option<u64>,
    #[serde(deserialize_with = "whole")]
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct PromptDetails {
    #[serde(deserialize_with = "whole")]
    cached_tokens: Option<u64>,
}

/// A count, also where a server writes it as `40.0`; what is no count is not known.
fn whole<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = Option::<serde_json::Number>::deserialize(deserializer)?;
    let fits = |number: &f64| number.fract() == 0.0 && (0.0..9e15).contains(number);
    Ok(value.and_then(|value| value.as_u64().or_else(|| value.as_f64().filter(fits).map(|number| number as u64))))
}

/// Tokens, as llama-server counts them.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Timings {
    #[serde(deserialize_with = "whole")]
    cache_n: Option<u64>,
    #[serde(deserialize_with = "whole")]
    prompt_n: Option<u64>,
    #[serde(deserialize_with = "whole")]
    predicted_n: Option<u64>,
}

/// An answer as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    /// The text, as the pieces of a stream add up; put right by [`close`](Self::close).
    pub(super) text: String,
    /// Where each piece begins in it; empty ones are none.
    starts: Vec<usize>,
    /// The last piece came together with the reason of the end.
    ended_with_text: bool,
    /// The whole message so far, where a stream tells it beside or in place of what is new.
    whole_message: Option<String>,
    refusal: String,
    /// Whether the model called a tool.
    tool: bool,
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
                cut: None,
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
        let (before, pieces) = (self.text.len(), self.starts.len());
        self.write(choice.text.as_deref().unwrap_or_default());
        for said in [&choice.delta, &choice.message].into_iter().flatten() {
            self.refusal += said.refusal.as_deref().unwrap_or_default();
            let empty = |value: &Value| {
                value.is_null()
                    || value.as_array().is_some_and(Vec::is_empty)
                    || value.as_str().is_some_and(str::is_empty)
            };
            self.tool |= [&said.tool_calls, &said.function_call].into_iter().flatten().any(|value| !empty(value));
            let thought = said.reasoning_content.as_deref().is_some_and(|text| !text.is_empty())
                || said.reasoning.as_ref().is_some_and(|value| !empty(value));
            self.begun |= thought || !self.refusal.is_empty();
        }
        match (choice.delta, choice.message) {
            // Beside what is new, the message is all of it so far (Perplexity).
            (Some(new), message) => {
                self.write(&new.content().unwrap_or_default());
                self.whole_message = message.and_then(|said| said.content()).or(self.whole_message.take());
            }
            // By itself it is all of it so far, however often it comes (DashScope), or the whole of a body.
            (None, Some(whole)) => {
                if let Some(text) = whole.content() {
                    self.begun |= !text.is_empty();
                    self.whole_message = Some(text);
                }
            }
            (None, None) => {}
        }
        self.ended_with_text = self.finish.is_some() && self.text.len() > before && self.starts.len() > pieces;
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.begun = true;
        self.starts.push(self.text.len());
        self.text += text;
    }

    /// The pieces of the stream.
    fn pieces(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.text.len()]);
        self.starts.iter().zip(ends).map(|(&from, to)| &self.text[from..to])
    }

    /// What was said. Three kinds of servers tell it more than once: those whose stream holds the whole message beside or in
    /// place of what is new, those of which each piece is all so far, and those whose last piece repeats the whole.
    fn said(&self) -> String {
        if self.text.is_empty() {
            return self.whole_message.clone().unwrap_or_default();
        }
        let pieces: Vec<&str> = self.pieces().collect();
        let grows = |pair: &[&str]| pair[1].starts_with(pair[0]);
        let longer = |pair: &[&str]| pair[1].len() > pair[0].len();
        let all_so_far = pieces.len() > 1
            && pieces[0].trim().chars().count() > 1
            && pieces.windows(2).all(grows)
            && pieces.windows(2).any(longer);
        let last = pieces.last().copied().unwrap_or_default();
        let before = &self.text[..self.text.len() - last.len()];
        let repeats = self.ended_with_text && before == last && last.trim().chars().count() > 2;
        match &self.whole_message {
            Some(whole) if !self.text.starts_with(whole.as_str()) || (all_so_far && whole == last) => whole.clone(),
            Some(_) => self.text.clone(),
            None if all_so_far || repeats => last.to_owned(),
            None => self.text.clone(),
        }
    }

    /// Whether the answer is whole: the server has said why it ended, or that the stream is done.
    pub(super) fn whole(&self) -> bool {
        self.any && (self.done || self.finish.is_some())
    }

    /// The text, cut at the first of the `stop` texts, and why it ended.
    pub(super) fn close(self, stop: &[String]) -> (String, Finish, Usage) {
        let mut text = self.said();
        let mut finish = match self.finish.as_deref().map(Finish::of) {
            Some(Finish::Other(reason)) => Finish::Other(super::request_error::short(&reason)),
            Some(known) => known,
            None => Finish::Other(Finish::UNTOLD.to_owned()),
        };
        if self.tool && text.trim().is_empty() {
            finish = Finish::Other(Finish::TOOL.to_owned());
        }
        if !self.refusal.is_empty() {
            finish = Finish::Refused;
            if text.is_empty() {
                text = self.refusal;
            }
        }
        if let Some(at) = stop.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop)).min() {
            text.truncate(at);
            if finish != Finish::Refused {
                finish = Finish::Stop;
            }
        }
        (text, finish, self.usage)
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
        let expected = (
            "Paris".to_owned(),
            Finish::Stop,
            Usage { prompt: Some(9), cached: Some(4), completion: Some(2), cut: None },
        );
        assert_eq!(stream.close(&[]), expected);
        assert_eq!(body.close(&[]), expected);
    }

    #[test]
    fn counts_may_be_written_with_a_point() {
        // 40.0 is a count; 1.5 tokens are not
        let usage: RawUsage = serde_json::from_str(r#"{"prompt_tokens":40.0,"completion_tokens":1.5}"#).unwrap();
        assert_eq!((usage.prompt_tokens, usage.completion_tokens), (Some(40), None));
    }

    #[test]
    fn the_role_alone_is_no_first_token_but_a_thought_is() {
        assert!(!gathered(&[r#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#]).begun);
        assert!(!gathered(&[r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#]).begun);
        let thinking = gathered(&[r#"{"choices":[{"delta":{"reasoning_content":"Hm"}}]}"#]);
        assert!(thinking.begun && thinking.text.is_empty() && !thinking.whole());
    }

    #[test]
    fn what_is_told_twice_is_read_once() {
        let text = |pieces: &[&str]| gathered(pieces).close(&[]).0;
        let delta = |text: &str| format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
        let last = |text: &str| format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}},"finish_reason":"stop"}}]}}"#);
        let both = |new: &str, all: &str| {
            format!(r#"{{"choices":[{{"delta":{{"content":"{new}"}},"message":{{"content":"{all}"}}}}]}}"#)
        };
        let whole = |all: &str| format!(r#"{{"choices":[{{"message":{{"content":"{all}"}}}}]}}"#);
        let read = |pieces: &[String]| text(&pieces.iter().map(String::as_str).collect::<Vec<_>>());
        // What is new beside the whole (Perplexity); the whole alone (DashScope); each piece the whole so far.
        assert_eq!(read(&[both("posi", "posi"), both("tive", "positive"), both("", "positive")]), "positive");
        assert_eq!(read(&[whole("posi"), whole("positive")]), "positive");
        assert_eq!(read(&[delta("posi"), delta("positive"), last("")]), "positive");
        assert_eq!(read(&[both("posi", "posi"), both("positive", "positive"), last("")]), "positive");
        // The last piece repeats all before it.
        assert_eq!(read(&[delta("posi"), delta("tive"), last("positive")]), "positive");
        // Plain streams in which a piece happens to begin with another one.
        assert_eq!(read(&[delta("a"), delta("a"), delta("h"), last("")]), "aah");
        assert_eq!(read(&[delta("he"), delta("he"), last("")]), "hehe");
        assert_eq!(read(&[delta("the"), delta("n"), delta("the"), last("")]), "thenthe");
        assert_eq!(read(&[delta("1"), delta("10"), last("")]), "110");
    }

    #[test]
    fn thoughts_and_tools_are_no_part_of_the_answer() {
        let body = r#"{"choices":[{"message":{"content":[{"type":"thinking","text":"hm"},{"type":"text","text":"yes"}],
            "reasoning":{"text":"no"}},"finish_reason":"stop"}]}"#;
        assert_eq!(gathered(&[body]).close(&[]).0, "yes");
        let tool = r#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1"}]},"finish_reason":"stop"}]}"#;
        assert_eq!(gathered(&[tool]).close(&[]).1, Finish::Other(Finish::TOOL.to_owned()));
        let none = r#"{"choices":[{"message":{"content":"yes","tool_calls":[]},"finish_reason":"SAFETY"}]}"#;
        assert_eq!(gathered(&[none]).close(&[]).1, Finish::Refused);
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
        let usage = Usage { prompt: Some(7), cached: Some(3), completion: Some(5), cut: None };
        assert_eq!(gathered(&[body]).usage, usage);
    }
}
