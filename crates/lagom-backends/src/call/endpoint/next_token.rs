//! Likelihoods of continuations of one token each, from a llama-server that does not echo.
//!
//! `/tokenize` tells whether a continuation is one token after the prompt, `/completion` with `n_probs` the
//! probabilities of the next token before sampling. A continuation of several tokens is refused: what the server tells
//! then is about other tokens than those.

use serde_json::{Value, json};

use super::super::{Answer, CallFailure, Likelihood, Question, Usage};
use super::dialect::Dialect;
use super::likelihood::{add, answer, context, judge};
use super::request_error::{RequestError, Transient};
use super::wire::Wire;

/// Probabilities asked for at first; all of the vocabulary where a continuation is not among them.
const FIRST: u32 = 256;
/// More than any vocabulary holds; the server gives what there is.
const ALL: u32 = 1_000_000;

/// The probabilities of the next token.
struct Next {
    /// Token and log-probability, the likeliest first.
    list: Vec<(u64, f64)>,
    usage: Usage,
}

/// Whether the route can be trusted, or what does not fit.
pub(super) async fn try_route(wire: &Wire) -> Result<Result<(), String>, RequestError> {
    let next = probabilities(wire, "The capital of France is", FIRST).await?;
    let (Some(first), Some(last)) = (next.list.first(), next.list.last()) else {
        return Ok(Err("no probabilities came back".to_owned()));
    };
    if let Err(why) = judge(first.1, last.1) {
        return Ok(Err(why));
    }
    // Before sampling at temperature 0 the likeliest token does not have all of the probability.
    let sum: f64 = next.list.iter().map(|(_, log)| log.exp()).sum();
    if !(sum <= 1.0 + 1e-3 && first.1.exp() < 1.0 - 1e-9) {
        return Ok(Err(format!("probabilities that sum up to {sum:.4}, the greatest of them {}", first.1.exp())));
    }
    let tokens = tokenize(wire, "The capital of France is").await?;
    Ok(if tokens.is_empty() { Err("`/tokenize` tells no tokens".to_owned()) } else { Ok(()) })
}

async fn tokenize(wire: &Wire, text: &str) -> Result<Vec<u64>, RequestError> {
    let asked = json!({ "content": text, "add_special": true });
    let body = wire.json(wire.post_aside(&wire.address.of_server("/tokenize"), &asked).await?).await?;
    let list = body.get("tokens").and_then(Value::as_array);
    let tokens = list.and_then(|list| list.iter().map(Value::as_u64).collect::<Option<Vec<u64>>>());
    tokens.ok_or_else(|| Transient::malformed("`/tokenize`: expected `tokens`, a list of numbers"))
}

async fn probabilities(wire: &Wire, prompt: &str, most: u32) -> Result<Next, RequestError> {
    let body = json!({
        "prompt": prompt, "n_predict": 1, "n_probs": most, "post_sampling_probs": false, "temperature": 0,
        "seed": 0, "cache_prompt": false, "stream": false,
    });
    let url = wire.address.of_server("/completion");
    let body = wire.json(wire.post(&url, &body, &Dialect::default()).await?).await?;
    let malformed = || Transient::malformed("`/completion`: expected `completion_probabilities` with `top_logprobs`");
    let list = body.pointer("/completion_probabilities/0/top_logprobs").and_then(Value::as_array);
    let pair = |entry: &Value| Some((entry.get("id")?.as_u64()?, entry.get("logprob")?.as_f64()?));
    let mut list: Vec<(u64, f64)> =
        list.and_then(|list| list.iter().map(pair).collect::<Option<_>>()).ok_or_else(malformed)?;
    list.sort_by(|a, b| b.1.total_cmp(&a.1));
    let count = |key: &str| body.get(key).and_then(Value::as_u64);
    let usage =
        Usage { prompt: count("tokens_evaluated"), cached: None, completion: count("tokens_predicted"), cut: None };
    Ok(Next { list, usage })
}

/// The likelihood of each continuation of `question`.
pub(super) async fn score(wire: &Wire, question: &Question) -> Result<Answer, RequestError> {
    let (prompt, spaces) = context(question)?;
    let start = tokio::time::Instant::now();
    let before = tokenize(wire, prompt).await?;
    let mut wanted = Vec::with_capacity(question.continuations.len());
    for continuation in &question.continuations {
        let text = format!("{spaces}{}", continuation.text);
        let whole = tokenize(wire, &format!("{prompt}{text}")).await?;
        match whole.strip_prefix(before.as_slice()) {
            Some([token]) => wanted.push(*token),
            rest => {
                let found =
                    rest.map_or("other tokens than the prompt's".to_owned(), |rest| format!("{} tokens", rest.len()));
                let message = format!(
                    "`{text}` is {found} after the prompt; this server gives likelihoods of single tokens alone"
                );
                return Err(RequestError::Question(CallFailure::Rejected { message }));
            }
        }
    }
    let mut next = probabilities(wire, prompt, FIRST).await?;
    let mut usage = next.usage;
    if wanted.iter().any(|token| find(&next, *token).is_none()) {
        next = probabilities(wire, prompt, ALL).await?;
        add(&mut usage, next.usage);
    }
    let best = next.list.first().map_or(f64::INFINITY, |(_, log)| *log);
    let likelihood = |token: &u64| {
        let log = find(&next, *token).filter(|log| log.is_finite() && *log <= 1e-6)?;
        Some(Likelihood { log_probability: log.min(0.0), tokens: 1, greedy: log >= best })
    };
    let likelihoods: Option<Vec<Likelihood>> = wanted.iter().map(likelihood).collect();
    let missing = || Transient::malformed("`/completion`: a continuation is not among the probabilities of all tokens");
    Ok(answer(likelihoods.ok_or_else(missing)?, usage, start.elapsed().as_secs_f64()))
}

fn find(next: &Next, token: u64) -> Option<f64> {
    next.list.iter().find(|(id, _)| *id == token).map(|(_, log)| *log)
}
