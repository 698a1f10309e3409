//! Likelihoods of continuations by way of `/v1/completions` with `echo` and `logprobs`, once they can be trusted.
//!
//! Several servers ignore `echo` or `logprobs` without a word; scores from what they send would be those of chance. So a
//! text whose good and whose bad end are known is scored first, and the route is refused unless everything fits.
//!
//! The tokens of a continuation are those by which the text of prompt and continuation is longer than the prompt alone,
//! and spaces at the end of the prompt count to the continuation: both as in lm-evaluation-harness (`_encode_pair`).

use serde_json::{Value, json};

use super::super::{Answer, CallFailure, Finish, Likelihood, Prompt, Question, Timing, Usage};
use super::capabilities::LikelihoodRoute;
use super::dialect::Dialect;
use super::request_error::{RequestError, Transient};
use super::wire::Wire;

/// The text that is scored first, its good end and its bad one.
const KNOWN: (&str, &str, &str) = ("The capital of France is", " Paris", " banana");
/// Two log-probabilities that differ by less are the same.
const SAME: f64 = 1e-6;

/// A text, as a server has scored it.
struct Scored {
    /// The log-probability of each token, that of a written one not among them; none for the first.
    tokens: Vec<Option<f64>>,
    /// The likeliest token's in each place, where told.
    best: Vec<Option<f64>>,
    usage: Usage,
}

/// The route by `echo`, or what does not fit.
pub(super) async fn try_echo(wire: &Wire) -> Result<Result<LikelihoodRoute, String>, RequestError> {
    let (prompt, good, bad) = KNOWN;
    let body = ask(wire, prompt).await?;
    let list = match Raw::of(&body) {
        Ok(list) => list,
        Err(why) => return Ok(Err(why)),
    };
    let generated = match generated(&list, prompt) {
        Ok(generated) => generated,
        Err(why) => return Ok(Err(why)),
    };
    let good = score_one(wire, prompt, good, generated).await?;
    let bad = score_one(wire, prompt, bad, generated).await?;
    Ok(judge(good.log_probability, bad.log_probability).map(|()| LikelihoodRoute::Echo { generated }))
}

/// Whether the scores of a good and a bad end can be true.
pub(super) fn judge(good: f64, bad: f64) -> Result<(), String> {
    if !good.is_finite() || !bad.is_finite() || good > 0.0 || bad > 0.0 {
        return Err(format!("scored {good} and {bad}; expected finite numbers up to 0"));
    }
    if (good - bad).abs() < SAME {
        return Err(format!("scored a likely and an unlikely text alike ({good:.4}); such scores tell nothing"));
    }
    Ok(())
}

/// Whether the list of an echoed prompt holds the written token too.
fn generated(list: &Raw, prompt: &str) -> Result<bool, String> {
    let (found, told) = (list.tokens.len(), list.prompt_tokens);
    let Some(told) = told else { return Err("does not tell the number of tokens of the prompt".to_owned()) };
    if list.tokens.first().is_none_or(|first| first.is_some()) {
        return Err("the first token has a probability, though nothing stands before it".to_owned());
    }
    if found == told + 1 {
        return Ok(true);
    }
    if found != told {
        return Err(format!("{found} probabilities came back for a prompt of {told} tokens: `echo` is not honoured"));
    }
    // As many as the prompt has: either the written token is left out, or a hidden first one (llama-cpp-python).
    let tail = list.text.split_once(prompt.trim_start()).map(|(_, tail)| tail);
    Ok(tail.is_some_and(|tail| !tail.is_empty() && list.pieces.last().is_some_and(|last| last == tail)))
}

async fn ask(wire: &Wire, prompt: &str) -> Result<Value, RequestError> {
    let body = json!({
        "model": wire.endpoint.model, "prompt": prompt, "max_tokens": 1, "temperature": 0, "logprobs": 1,
        "echo": true, "seed": 0, "stream": false,
    });
    let response = wire.post(&wire.address.of_protocol("/completions"), &body, &Dialect::default()).await?;
    wire.json(response).await
}

/// What a server sends of an echoed prompt.
struct Raw {
    text: String,
    pieces: Vec<String>,
    tokens: Vec<Option<f64>>,
    best: Vec<Option<f64>>,
    prompt_tokens: Option<usize>,
    usage: Usage,
}

impl Raw {
    fn of(body: &Value) -> Result<Self, String> {
        let choice = body.pointer("/choices/0").ok_or("the answer has no `choices`")?;
        let logprobs = choice.get("logprobs").filter(|found| !found.is_null());
        let logprobs = logprobs.ok_or("the answer has no `logprobs`")?;
        let Some(tokens) = logprobs.get("token_logprobs").and_then(Value::as_array) else {
            return Err("`logprobs` has no `token_logprobs`: probabilities of the written tokens alone".to_owned());
        };
        let read = |value: &Value| match value {
            Value::Null => Ok(None),
            value => value.as_f64().map(Some).ok_or_else(|| format!("`{value}` among `token_logprobs`")),
        };
        let tokens: Vec<Option<f64>> = tokens.iter().map(read).collect::<Result<_, _>>()?;
        let best_of = |value: &Value| value.as_object()?.values().filter_map(Value::as_f64).reduce(f64::max);
        let best = logprobs.get("top_logprobs").and_then(Value::as_array);
        let best = best.map_or_else(Vec::new, |list| list.iter().map(best_of).collect());
        let pieces = logprobs.get("tokens").and_then(Value::as_array);
        let pieces = pieces.map_or_else(Vec::new, |list| {
            list.iter().map(|piece| piece.as_str().unwrap_or_default().to_owned()).collect()
        });
        let count = |key: &str| body.pointer(&format!("/usage/{key}")).and_then(Value::as_u64);
        let usage =
            Usage { prompt: count("prompt_tokens"), cached: None, completion: count("completion_tokens"), cut: None };
        let text = choice.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        let prompt_tokens = usage.prompt.and_then(|number| usize::try_from(number).ok());
        Ok(Self { text, pieces, tokens, best, prompt_tokens, usage })
    }
}

/// Has `text` scored.
async fn scored(wire: &Wire, text: &str, generated: bool) -> Result<Scored, RequestError> {
    let body = ask(wire, text).await?;
    let raw = Raw::of(&body).map_err(|why| Transient::malformed(format!("`echo`: {why}")))?;
    // A model that ends at once has written nothing.
    let written = usize::from(generated && raw.usage.completion != Some(0));
    let (mut tokens, mut best) = (raw.tokens, raw.best);
    let length = tokens.len().saturating_sub(written);
    if length == 0 || tokens[0].is_some() {
        return Err(Transient::malformed("`echo`: no list of the prompt's tokens that begins with none"));
    }
    tokens.truncate(length);
    best.truncate(length);
    Ok(Scored { tokens, best, usage: raw.usage })
}

async fn score_one(wire: &Wire, prompt: &str, continuation: &str, generated: bool) -> Result<Likelihood, RequestError> {
    let context = scored(wire, prompt, generated).await?;
    let whole = scored(wire, &format!("{prompt}{continuation}"), generated).await?;
    likelihood(&whole, context.tokens.len()).map_err(Transient::malformed)
}

/// The likelihood of what follows the first `context` tokens.
fn likelihood(whole: &Scored, context: usize) -> Result<Likelihood, String> {
    let Some(rest) = whole.tokens.get(context..).filter(|rest| !rest.is_empty() && context > 0) else {
        return Err(format!("the continuation adds no token to the {context} of the prompt"));
    };
    let mut sum = 0.0;
    let mut greedy = true;
    for (at, token) in rest.iter().enumerate() {
        let Some(value) = token.filter(|value| value.is_finite() && *value <= SAME) else {
            return Err(format!("token {} of the continuation has the log-probability {token:?}", at + 1));
        };
        sum += value;
        // A list without the likeliest token cannot say that this one was it.
        greedy &= whole.best.get(context + at).copied().flatten().is_some_and(|best| value >= best - SAME);
    }
    Ok(Likelihood { log_probability: sum.min(0.0), tokens: rest.len() as u32, greedy })
}

/// The prompt of a question whose continuations are scored, without the spaces at its end, and these.
pub(super) fn context(question: &Question) -> Result<(&str, &str), RequestError> {
    let rejected = |message: &str| RequestError::Question(CallFailure::Rejected { message: message.to_owned() });
    let Prompt::Text(prompt) = &question.prompt else {
        return Err(rejected("likelihoods need a text to go on with, not the messages of a chat"));
    };
    let bare = prompt.trim_end();
    if bare.is_empty() {
        return Err(rejected("likelihoods need a prompt that is not empty"));
    }
    if let Some(continuation) = question.continuations.iter().find(|continuation| continuation.text.is_empty()) {
        return Err(rejected(&format!("a continuation is empty: {continuation:?}")));
    }
    Ok(prompt.split_at(bare.len()))
}

/// The likelihood of each continuation of `question`.
pub(super) async fn score(wire: &Wire, question: &Question, generated: bool) -> Result<Answer, RequestError> {
    let (prompt, spaces) = context(question)?;
    let start = tokio::time::Instant::now();
    let context = scored(wire, prompt, generated).await?;
    let mut usage = context.usage;
    let mut likelihoods = Vec::with_capacity(question.continuations.len());
    for continuation in &question.continuations {
        let whole = scored(wire, &format!("{prompt}{spaces}{}", continuation.text), generated).await?;
        add(&mut usage, whole.usage);
        likelihoods.push(likelihood(&whole, context.tokens.len()).map_err(Transient::malformed)?);
    }
    Ok(answer(likelihoods, usage, start.elapsed().as_secs_f64()))
}

/// Adds tokens up; unknown as soon as one part is.
pub(super) fn add(total: &mut Usage, part: Usage) {
    total.prompt = total.prompt.zip(part.prompt).map(|(a, b)| a + b);
    total.completion = total.completion.zip(part.completion).map(|(a, b)| a + b);
}

/// An answer that is likelihoods alone.
pub(super) fn answer(likelihoods: Vec<Likelihood>, usage: Usage, total: f64) -> Answer {
    let timing = Timing { first_token: None, total };
    Answer { text: String::new(), finish: Finish::Stop, likelihoods, usage, timing, attempts: 1 }
}
