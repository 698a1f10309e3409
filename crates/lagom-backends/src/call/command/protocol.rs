//! The lines: a question out, an answer in.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Answer, CallFailure, Finish, Likelihood, Message, Prompt, Question, Role, Timing, Usage};

/// Longest part of a line that is quoted, in characters.
const QUOTED: usize = 120;

/// The line of a question.
pub(super) fn line(index: usize, question: &Question) -> String {
    let (prompt, messages) = match &question.prompt {
        Prompt::Text(text) => (text.clone(), vec![Message { role: Role::User, content: text.clone() }]),
        Prompt::Chat(messages) => {
            let texts: Vec<&str> = messages.iter().map(|message| message.content.as_str()).collect();
            (texts.join("\n\n"), messages.clone())
        }
    };
    let sampling = &question.sampling;
    let mut object = json!({
        "id": index, "prompt": prompt, "messages": messages, "temperature": sampling.temperature, "top_p": sampling.top_p,
        "seed": sampling.seed.wrapping_add(u64::from(question.repeat)), "max_tokens": sampling.max_tokens,
        "stop": sampling.stop, "repeat": question.repeat,
    });
    if !question.continuations.is_empty() {
        let texts: Vec<&str> = question.continuations.iter().map(|continuation| continuation.text.as_str()).collect();
        object["continuations"] = json!(texts);
    }
    object.to_string()
}

/// An answer, as a program writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Raw {
    text: Option<String>,
    log_probabilities: Option<Vec<f64>>,
    error: Option<Value>,
    finish: Option<String>,
    prompt_tokens: Option<u64>,
    tokens: Option<u64>,
    continuation_tokens: Option<Vec<u32>>,
    greedy: Option<Vec<bool>>,
}

/// The number that a line answers to and the rest of it, or what is wrong with the line.
pub(super) fn read(line: &[u8]) -> Result<(usize, Value), String> {
    let value: Value =
        serde_json::from_slice(line).map_err(|_| format!("expected a JSON object, found {}", quoted(line)))?;
    if !value.is_object() {
        return Err(format!("expected a JSON object, found {}", quoted(line)));
    }
    let id = value.get("id").and_then(Value::as_u64).and_then(|id| usize::try_from(id).ok());
    let id = id.ok_or_else(|| format!("expected the number of a question under `id`, found {}", quoted(line)))?;
    Ok((id, value))
}

/// The answer in an object, to a question with so many continuations, after so many seconds.
pub(super) fn answer(value: Value, continuations: usize, seconds: f64) -> Result<Answer, CallFailure> {
    let malformed = |message: String| CallFailure::Malformed { message };
    let raw: Raw = serde_json::from_value(value).map_err(|error| malformed(error.to_string()))?;
    if let Some(error) = raw.error.as_ref().filter(|error| !error.is_null()) {
        let message = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
        return Err(CallFailure::Rejected { message: shortened(&message) });
    }
    let likelihoods = match (&raw.log_probabilities, continuations) {
        (None, 0) => Vec::new(),
        (Some(logs), number) if number > 0 => likelihoods(logs, &raw, number).map_err(malformed)?,
        (None, _) => return Err(malformed("expected `log_probabilities`, one a continuation".to_owned())),
        (Some(_), _) => return Err(malformed("`log_probabilities` where a text was asked for".to_owned())),
    };
    if continuations == 0 && raw.text.is_none() {
        return Err(malformed("expected `text`".to_owned()));
    }
    let finish = match raw.finish.as_deref() {
        None | Some("stop") => Finish::Stop,
        Some("length") => Finish::Length,
        Some("refused") => Finish::Refused,
        Some(other) => Finish::Other(shortened(other)),
    };
    let usage = Usage { prompt: raw.prompt_tokens, cached: None, completion: raw.tokens, cut: None };
    let text = if continuations == 0 { raw.text.unwrap_or_default() } else { String::new() };
    let timing = Timing { first_token: None, total: seconds };
    Ok(Answer { text, finish, likelihoods, usage, timing, attempts: 1 })
}

fn likelihoods(logs: &[f64], raw: &Raw, number: usize) -> Result<Vec<Likelihood>, String> {
    if logs.len() != number {
        return Err(format!("{} `log_probabilities` for {number} continuations", logs.len()));
    }
    for (name, found) in [
        ("continuation_tokens", raw.continuation_tokens.as_ref().map(Vec::len)),
        ("greedy", raw.greedy.as_ref().map(Vec::len)),
    ] {
        if found.is_some_and(|found| found != number) {
            return Err(format!("{} `{name}` for {number} continuations", found.unwrap_or(0)));
        }
    }
    let one = |at: usize| {
        let log = logs[at];
        if !log.is_finite() || log > 0.0 {
            return Err(format!("a log-probability of {log}; expected a finite number up to 0"));
        }
        // A program that does not count its tokens compares continuations as wholes.
        let tokens = raw.continuation_tokens.as_ref().map_or(1, |tokens| tokens[at]);
        let greedy = raw.greedy.as_ref().is_some_and(|greedy| greedy[at]);
        Ok(Likelihood { log_probability: log, tokens, greedy })
    };
    (0..number).map(one).collect()
}

/// The beginning of a line, for a message.
pub(super) fn quoted(line: &[u8]) -> String {
    if line.is_empty() {
        "an empty line".to_owned()
    } else {
        format!("`{}`", shortened(&String::from_utf8_lossy(line)))
    }
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
