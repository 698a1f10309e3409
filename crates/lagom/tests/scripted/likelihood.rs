//! Requests of likelihoods: honoured, ignored, or answered with what is none.

use serde_json::{Value, json};

use super::model::drawn;
use super::reply::{error, prompt};
use super::{Request, Script};

/// What a server does with `echo` and `logprobs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likelihoods {
    /// Gives them, the written token's at the end.
    Honoured,
    /// The same without the written token.
    HonouredWithoutWritten,
    /// The same, and leaves a hidden first token out of the list, as llama-cpp-python does.
    HonouredWithHiddenFirst,
    /// Writes its token and says nothing of the prompt's.
    IgnoresEcho,
    /// Gives no probabilities.
    Ignored,
    /// Gives the same probability to every token.
    Fake,
    /// Is a llama-server: no `echo`, but `/tokenize` and `/completion`.
    OfLlama,
    /// The same with probabilities of 1.
    OfLlamaAfterSampling,
    /// Says that it does not do this.
    Refused,
}

impl Likelihoods {
    /// Whether the server is a llama-server.
    pub fn of_llama(self) -> bool {
        matches!(self, Self::OfLlama | Self::OfLlamaAfterSampling)
    }
}

/// The tokens of a text: words with the spaces before them.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut from, mut word) = (0, false);
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() && word {
            found.push(&text[from..at]);
            (from, word) = (at, false);
        }
        word |= !letter.is_whitespace();
    }
    if from < text.len() {
        found.push(&text[from..]);
    }
    found
}

/// The log-probability of `token` at the end of `before`: high for words of the model's answer.
fn log_probability(script: &Script, before: &str, token: &str) -> f64 {
    let answer = script.model.answer(before);
    let expected = tokens(&answer).iter().any(|word| word.trim() == token.trim());
    let spread = drawn(0, b"likelihood", &format!("{before}\u{0}{token}"));
    if expected { -0.05 - 0.1 * spread } else { -3.0 - 3.0 * spread }
}

/// The answer to a prompt that is to be echoed.
pub(super) fn echo(script: &Script, request: &Request) -> (u16, String) {
    let text = prompt(&request.body);
    let kind = script.likelihoods;
    if kind == Likelihoods::Refused {
        return (400, error("Only no echo is supported", "invalid_request_error"));
    }
    let pieces = tokens(&text);
    let mut at = 0;
    let mut logs: Vec<Value> = Vec::new();
    for piece in &pieces {
        let log = if kind == Likelihoods::Fake { -1.0 } else { log_probability(script, &text[..at], piece) };
        logs.push(if at == 0 { Value::Null } else { json!(log) });
        at += piece.len();
    }
    let best: Vec<Value> = logs.iter().map(|log| json!({ "best": log.as_f64().unwrap_or(0.0).max(-2.0) })).collect();
    let mut pieces: Vec<String> = pieces.into_iter().map(str::to_owned).collect();
    let count = pieces.len();
    let written = " written";
    let mut echoed = format!("{text}{written}");
    match kind {
        Likelihoods::Honoured | Likelihoods::HonouredWithHiddenFirst | Likelihoods::Fake => {
            pieces.push(written.to_owned());
            logs.push(json!(-0.5));
        }
        Likelihoods::HonouredWithoutWritten => {}
        _ => {
            pieces = vec![written.to_owned()];
            logs = vec![json!(-0.5)];
            echoed = written.to_owned();
        }
    }
    let logprobs = json!({ "tokens": pieces, "token_logprobs": logs, "top_logprobs": best });
    let logprobs = match kind {
        Likelihoods::Ignored => Value::Null,
        kind if kind.of_llama() => json!({ "content": [{ "logprob": -0.5 }] }),
        _ => logprobs,
    };
    let count = count + usize::from(kind == Likelihoods::HonouredWithHiddenFirst);
    let choice = json!({ "index": 0, "text": echoed, "logprobs": logprobs, "finish_reason": "length" });
    let usage = json!({ "prompt_tokens": count, "completion_tokens": 1 });
    (200, json!({ "choices": [choice], "usage": usage }).to_string())
}

/// The number of a token of the scripted llama-server.
fn number(token: &str) -> u64 {
    (drawn(0, b"token", token) * 1e9) as u64
}

/// Paths of llama-server's own.
pub(super) fn of_llama(script: &Script, request: &Request) -> (u16, String) {
    if !script.likelihoods.of_llama() {
        return (404, "404 page not found".to_owned());
    }
    let body = match request.path.as_str() {
        "/props" => json!({ "default_generation_settings": { "n_ctx": 512 }, "build_info": "b1-scripted" }),
        "/tokenize" => {
            let text = request.body["content"].as_str().unwrap_or_default();
            json!({ "tokens": tokens(text).into_iter().map(number).collect::<Vec<_>>() })
        }
        _ => {
            let text = prompt(&request.body);
            let words = [" red", " green", " blue", " yes", " no"];
            let flat = script.likelihoods == Likelihoods::OfLlamaAfterSampling;
            let log = |word: &str| if flat { 0.0 } else { log_probability(script, &text, word) - 2.0 };
            // Only with all of the vocabulary asked for does the last word come.
            let shown = if request.body["n_probs"].as_u64() > Some(1000) { words.len() } else { words.len() - 1 };
            let list: Vec<Value> = words[..shown]
                .iter()
                .map(|word| json!({ "id": number(word), "token": word, "logprob": log(word) }))
                .collect();
            json!({ "content": " red", "completion_probabilities": [{ "top_logprobs": list }],
                    "tokens_evaluated": tokens(&text).len(), "tokens_predicted": 1 })
        }
    };
    (200, body.to_string())
}
