//! One question to a decoder in memory, and its answer.

use std::ops::ControlFlow;
use std::time::Instant;

use lagom_backends::call::{Answer, CallFailure, Finish, Likelihood, Prompt, Question, Stop, Timing, Usage};
use lagom_pretrained::{Beginning, Continuation, Decoder, Ended, WeightsError};

/// Continuations that go through the network together.
const BATCH: usize = 8;

/// The answer to a question, or why there is none; nothing where it was told not to wait.
pub(super) fn reply(decoder: &Decoder, question: &Question, stop: &Stop) -> Option<Result<Answer, CallFailure>> {
    let rejected = |message: &str| Some(Err(CallFailure::Rejected { message: message.to_owned() }));
    let Prompt::Text(prompt) = &question.prompt else {
        return rejected("weights go on with a text, and these are messages");
    };
    if question.sampling.temperature > 0.0 {
        return rejected("weights always write the likeliest token, and an answer is to be sampled");
    }
    if question.continuations.is_empty() {
        return written(decoder, prompt, question, stop);
    }
    Some(likelihoods(decoder, prompt, question))
}

/// A text that goes on from the prompt.
fn written(decoder: &Decoder, prompt: &str, question: &Question, stop: &Stop) -> Option<Result<Answer, CallFailure>> {
    let sampling = &question.sampling;
    let of = Beginning { prompt, most_tokens: sampling.max_tokens as usize, stops: &sampling.stop };
    let start = Instant::now();
    let mut first_token = None;
    let mut each = || {
        first_token.get_or_insert_with(|| start.elapsed().as_secs_f64());
        if stop.is_pressed_twice() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let found = match decoder.write(&of, &mut each) {
        Ok(found) => found,
        Err(error) => return Some(Err(failure(&error))),
    };
    let timing = Timing { first_token, total: start.elapsed().as_secs_f64() };
    let finish = match found.ended {
        Ended::Itself => Finish::Stop,
        Ended::Length => Finish::Length,
        Ended::Interrupted => return None,
    };
    let usage = Usage {
        prompt: Some(found.read as u64),
        cached: Some(0),
        completion: Some(found.tokens.len() as u64),
        cut: cut(found.cut),
    };
    Some(Ok(Answer { text: found.text, finish, likelihoods: Vec::new(), usage, timing, attempts: 1 }))
}

/// How likely each continuation is behind the prompt.
fn likelihoods(decoder: &Decoder, prompt: &str, question: &Question) -> Result<Answer, CallFailure> {
    let of: Vec<Continuation<'_>> =
        question.continuations.iter().map(|one| Continuation { prompt, text: &one.text }).collect();
    let start = Instant::now();
    let found = decoder.likelihoods(&of, BATCH).map_err(|error| failure(&error))?;
    let timing = Timing { first_token: None, total: start.elapsed().as_secs_f64() };
    if found.iter().any(|one| !one.log.is_finite()) {
        return Err(CallFailure::Malformed { message: "the weights give no finite probability".to_owned() });
    }
    let left_out = found.iter().map(|one| one.cut).max().unwrap_or(0);
    let read = decoder.encoder().tokens_of(prompt).map_err(|error| failure(&error))?.len();
    let scored: usize = found.iter().map(|one| one.tokens).sum();
    let likelihoods = found.iter().map(|one| Likelihood {
        log_probability: one.log.min(0.0),
        tokens: u32::try_from(one.tokens).unwrap_or(u32::MAX),
        greedy: one.greedy,
    });
    Ok(Answer {
        text: String::new(),
        finish: Finish::Stop,
        likelihoods: likelihoods.collect(),
        usage: Usage {
            prompt: Some((read + scored).saturating_sub(left_out) as u64),
            cached: Some(0),
            completion: Some(0),
            cut: cut(left_out),
        },
        timing,
        attempts: 1,
    })
}

/// Tokens that were left out of a prompt; nothing where it was read whole.
fn cut(tokens: usize) -> Option<u64> {
    (tokens > 0).then_some(tokens as u64)
}

/// Why a question has no answer: the same would come again.
fn failure(error: &WeightsError) -> CallFailure {
    match error {
        WeightsError::TooLong { .. } => CallFailure::TooLong { message: error.to_string() },
        WeightsError::Text { .. } => CallFailure::Rejected { message: error.to_string() },
        _ => CallFailure::Malformed { message: error.to_string() },
    }
}
