//! How likely texts are after a prompt.

use std::time::Instant;

use llama_cpp_2::token::LlamaToken;

use super::super::super::{Answer, CallFailure, Finish, Likelihood, Prompt, Question, Timing, Usage};
use super::load::Engine;
use super::tokens::{beginning, tokens, with_beginning};
use super::windows::windows;

/// Sums of what tokens were worth.
struct Sum {
    log_probability: f64,
    greedy: bool,
    finite: bool,
}

impl Engine<'_> {
    /// The likelihood of each continuation after the prompt.
    ///
    /// Spaces at the end of the prompt are moved to the continuation, and its tokens are those that the prompt and it
    /// have together beyond those of the prompt alone, as in lm-evaluation-harness. After an empty prompt a text may be
    /// longer than the context: it is scored in windows, each token once.
    pub(super) fn likelihoods(&mut self, question: &Question) -> Result<Answer, CallFailure> {
        let start = Instant::now();
        let prompt = self.text(&question.prompt)?;
        let kept = prompt.trim_end();
        let moved = &prompt[kept.len()..];
        let context = tokens(self.model, kept)?;
        let empty = matches!(&question.prompt, Prompt::Text(_)) && context.is_empty();
        let mut fed = 0;
        let mut likelihoods = Vec::with_capacity(question.continuations.len());
        let before = match empty {
            true => vec![beginning(self.model)?],
            false => with_beginning(self.model, context.clone()),
        };
        for (number, continuation) in question.continuations.iter().enumerate() {
            let whole = tokens(self.model, &format!("{kept}{moved}{}", continuation.text))?;
            let own = whole.get(context.len()..).unwrap_or_default();
            if own.is_empty() {
                let message =
                    format!("continuation {} (\"{}\") has no token of its own", number + 1, continuation.text);
                return Err(CallFailure::Rejected { message });
            }
            likelihoods.push(if empty { self.rolling(&before, own)? } else { self.after(&before, own, number > 0)? });
            fed += own.len();
        }
        let usage =
            Usage { prompt: Some((before.len() + fed) as u64), cached: Some(0), completion: Some(0), cut: None };
        let timing = Timing { first_token: None, total: start.elapsed().as_secs_f64() };
        Ok(Answer { text: String::new(), finish: Finish::Stop, likelihoods, usage, timing, attempts: 1 })
    }

    /// The likelihood of `own` after `before`; `again` where the model has read `before` with another continuation.
    fn after(&mut self, before: &[LlamaToken], own: &[LlamaToken], again: bool) -> Result<Likelihood, CallFailure> {
        // The last token needs no place: nothing is asked after it.
        let needed = before.len() + own.len() - 1;
        if needed > self.length {
            let (prompt, text) = (before.len(), own.len());
            let message = format!("{prompt} tokens and {text} of a continuation, the context has {}", self.length);
            return Err(CallFailure::TooLong { message });
        }
        // All of the prompt but its last token is read once; that one is read with each continuation, for its logits.
        let last = before.len() - 1;
        if !(again && self.forget(last)) {
            self.forget(0);
            self.feed(&before[..last], 0, &(0..0), &mut |_, _| ())?;
        }
        let mut sequence = vec![before[last]];
        sequence.extend(own);
        self.score(&sequence, last, 0)?.likelihood(own.len())
    }

    /// The likelihood of a whole text after the one token `before`, in windows.
    fn rolling(&mut self, before: &[LlamaToken], own: &[LlamaToken]) -> Result<Likelihood, CallFailure> {
        let mut sequence = before.to_vec();
        sequence.extend(own);
        let mut sum = Sum { log_probability: 0.0, greedy: true, finite: true };
        for window in windows(own.len(), self.length) {
            self.forget(0);
            let part = self.score(&sequence[window.from..=window.to], 0, window.scored - window.from)?;
            sum.log_probability += part.log_probability;
            sum.greedy &= part.greedy;
            sum.finite &= part.finite;
        }
        sum.likelihood(own.len())
    }

    /// Feeds all of `sequence` but its last token from position `at` on, and sums the log-probabilities of the tokens
    /// after place `from`.
    fn score(&mut self, sequence: &[LlamaToken], at: usize, from: usize) -> Result<Sum, CallFailure> {
        let fed = sequence.len() - 1;
        let mut sum = Sum { log_probability: 0.0, greedy: true, finite: true };
        self.feed(&sequence[..fed], at, &(from..fed), &mut |place, logits| {
            let token = usize::try_from(sequence[place + 1].0).unwrap_or(usize::MAX);
            let Some(logit) = logits.get(token) else { return sum.finite = false };
            let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let value = log_probability(*logit, most, logits);
            sum.finite &= value.is_finite();
            sum.log_probability += value;
            // The likeliest is the first of equals, as when generating.
            sum.greedy &= logits.iter().position(|other| *other == most) == Some(token);
        })?;
        Ok(sum)
    }
}

impl Sum {
    fn likelihood(self, tokens: usize) -> Result<Likelihood, CallFailure> {
        if !self.finite {
            let message = "the model gives no finite probability".to_owned();
            return Err(CallFailure::Malformed { message });
        }
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        Ok(Likelihood { log_probability: self.log_probability.min(0.0), tokens, greedy: self.greedy })
    }
}

/// The natural logarithm of the softmax of `logits`, at the one that is `logit`; `most` is their maximum.
fn log_probability(logit: f32, most: f32, logits: &[f32]) -> f64 {
    let most = f64::from(most);
    let sum: f64 = logits.iter().map(|other| (f64::from(*other) - most).exp()).sum();
    f64::from(logit) - most - sum.ln()
}

#[cfg(test)]
mod tests {
    use super::log_probability;

    /// exp(1) / (exp(0) + exp(1) + exp(2)) = 0.24472847…
    #[test]
    fn it_is_the_softmax() {
        let value = log_probability(1.0, 2.0, &[0.0, 1.0, 2.0]);
        assert!((value - 0.244_728_471_054_797_64_f64.ln()).abs() < 1e-12, "{value}");
        let far = log_probability(0.0, 1000.0, &[0.0, 1000.0]);
        assert!((far + 1000.0).abs() < 1e-9, "large logits don't overflow");
    }
}
