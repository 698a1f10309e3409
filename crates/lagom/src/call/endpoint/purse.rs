//! What questions cost: estimated before, counted after, and never more than the limit.

use super::super::{Prompt, Question, Usage};
use super::settings::Price;

/// Tokens that a chat template adds, generously.
const TEMPLATE: f64 = 32.0;
/// Tokens a byte before any answer has told, generously: English text has about 0.25.
const FIRST_RATE: f64 = 0.5;
/// By how much the rate of a prompt may exceed that of those before it.
const SPREAD: f64 = 1.25;

/// What a question may use, in an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Estimate {
    /// Bytes of all its prompts.
    pub(super) bytes: f64,
    /// Number of its prompts.
    pub(super) requests: f64,
    /// Tokens of its prompts.
    pub(super) input: f64,
    /// Most tokens of its answers.
    pub(super) output: f64,
    /// Most money; 0 without prices.
    pub(super) money: f64,
}

impl Estimate {
    /// All its tokens.
    pub(super) fn tokens(&self) -> f64 {
        self.input + self.output
    }
}

/// Counts money.
#[derive(Clone, Debug)]
pub(super) struct Purse {
    price: Option<Price>,
    most: Option<f64>,
    spent: f64,
    reserved: f64,
    seen_bytes: f64,
    seen_tokens: f64,
}

impl Purse {
    pub(super) fn new(price: Option<Price>, most: Option<f64>) -> Self {
        Self { price, most, spent: 0.0, reserved: 0.0, seen_bytes: 0.0, seen_tokens: 0.0 }
    }

    /// What `question` may use.
    pub(super) fn estimate(&self, question: &Question) -> Estimate {
        let prompt = match &question.prompt {
            Prompt::Text(text) => text.len(),
            Prompt::Chat(messages) => messages.iter().map(|message| message.content.len()).sum(),
        } as f64;
        let (requests, bytes, output) = if question.continuations.is_empty() {
            (1.0, prompt, f64::from(question.sampling.max_tokens))
        } else {
            // The prompt alone, to count its tokens, and once before each continuation; one token is written each time.
            let requests = question.continuations.len() as f64 + 1.0;
            let further: usize = question.continuations.iter().map(|continuation| continuation.text.len()).sum();
            (requests, requests * prompt + further as f64, requests)
        };
        let rate = if self.seen_bytes > 0.0 { SPREAD * self.seen_tokens / self.seen_bytes } else { FIRST_RATE };
        let input = (requests * TEMPLATE + rate * bytes).ceil();
        let money = self.price.map_or(0.0, |price| (input * price.input + output * price.output) / 1e6);
        Estimate { bytes, requests, input, output, money }
    }

    /// What is spent so far.
    pub(super) fn spent(&self) -> f64 {
        self.spent
    }

    /// Whether `estimate` could exceed the limit, with all that is under way.
    pub(super) fn exceeds(&self, estimate: &Estimate) -> bool {
        self.most.is_some_and(|most| self.spent + self.reserved + estimate.money > most)
    }

    /// Sets money aside for an attempt.
    pub(super) fn reserve(&mut self, estimate: &Estimate) {
        self.reserved += estimate.money;
    }

    /// An attempt has ended without an answer; `paid`: the server had begun to answer and will ask for its money.
    pub(super) fn lose(&mut self, estimate: &Estimate, paid: bool) -> f64 {
        self.reserved = (self.reserved - estimate.money).max(0.0);
        let lost = if paid { estimate.money } else { 0.0 };
        self.spent += lost;
        lost
    }

    /// An answer has come. Returns its money, none without prices; where the server does not tell the tokens, from
    /// the estimate of the prompt and the length of the text.
    pub(super) fn pay(&mut self, estimate: &Estimate, usage: Usage, text: &str) -> Option<f64> {
        self.reserved = (self.reserved - estimate.money).max(0.0);
        if let Some(prompt) = usage.prompt {
            self.seen_bytes += estimate.bytes.max(1.0);
            // A template of unknown length is in it, which short prompts show too much of.
            self.seen_tokens += (prompt as f64 - estimate.requests * TEMPLATE / 2.0).max(prompt as f64 / 2.0);
        }
        let price = self.price?;
        let input = usage.prompt.map_or(estimate.input, |tokens| tokens as f64);
        let cached = usage.cached.map_or(0.0, |tokens| tokens as f64).min(input);
        let output = usage
            .completion
            .map_or((text.len() as f64 * FIRST_RATE).ceil().min(estimate.output), |tokens| tokens as f64);
        let money =
            ((input - cached) * price.input + cached * price.cached.unwrap_or(price.input) + output * price.output)
                / 1e6;
        self.spent += money;
        Some(money)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Sampling;
    use super::*;

    fn question(bytes: usize) -> Question {
        let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 100, stop: Vec::new() };
        Question { prompt: Prompt::Text("a".repeat(bytes)), sampling, continuations: Vec::new(), repeat: 0 }
    }

    #[test]
    fn money_is_counted_by_the_price_table() {
        let price = Price { input: 3.0, output: 15.0, cached: Some(0.3) };
        let mut purse = Purse::new(Some(price), Some(1.0));
        let estimate = purse.estimate(&question(1000));
        // 32 + 500 tokens in, 100 out: (532 × 3 + 100 × 15) / 10⁶.
        assert!((estimate.money - 0.003_096).abs() < 1e-12, "{estimate:?}");
        let usage = Usage { prompt: Some(250), cached: Some(200), completion: Some(40) };
        // (50 × 3 + 200 × 0.3 + 40 × 15) / 10⁶.
        assert!((purse.pay(&estimate, usage, "x").unwrap() - 0.000_81).abs() < 1e-12);
        // 250 tokens for 1000 bytes seen: the next estimate is nearer.
        assert!(purse.estimate(&question(1000)).input < 532.0);
        assert!(purse.estimate(&question(1000)).input >= 250.0);
    }

    #[test]
    fn what_is_under_way_counts_towards_the_limit() {
        let price = Price { input: 0.0, output: 100.0, cached: None };
        let mut purse = Purse::new(Some(price), Some(0.025));
        let estimate = purse.estimate(&question(10));
        // 100 tokens at 100 a million: 0.01 each.
        purse.reserve(&estimate);
        purse.reserve(&estimate);
        assert!(purse.exceeds(&estimate), "0.03 is more than 0.025");
        purse.pay(&estimate, Usage { completion: Some(1), ..Usage::default() }, "x");
        assert!(!purse.exceeds(&estimate), "0.0001 + 0.01 + 0.01");
        assert!((purse.lose(&estimate, true) - 0.01).abs() < 1e-12);
        assert!((purse.spent() - 0.0101).abs() < 1e-12);
    }
}
