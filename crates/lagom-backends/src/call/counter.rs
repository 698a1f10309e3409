//! What questions cost: estimated from above, counted after, and never more than the limits. The arithmetic of a [`Budget`](super::Budget).
//!
//! Every reservation is the most that an attempt can come to: no tokenizer makes more tokens than bytes, no answer is longer
//! than it may be, and both are raised by what the server has told so far. So limits hold without an allowance for error.

use std::ops::{AddAssign, Neg};

use serde::{Deserialize, Serialize};

use super::{Prompt, Question, Usage};

/// Tokens that a chat template adds, generously.
const TEMPLATE: f64 = 32.0;
/// Tokens a byte that are reckoned with at least: no tokenizer makes more, and one that makes few of words makes many of digits,
/// emoji or base 64.
const FIRST_RATE: f64 = 1.0;
/// Tokens a byte of an answer whose tokens are not told, generously: English text has about 0.25.
const UNTOLD_RATE: f64 = 0.5;
/// By how much the rate of a prompt may exceed the highest before it.
const SPREAD: f64 = 1.25;

/// What tokens cost, in any one currency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Price {
    /// A million tokens of prompts.
    pub input: f64,
    /// A million tokens of answers.
    pub output: f64,
    /// A million tokens of prompts that came out of the server's cache; none: as `input`.
    #[serde(default)]
    pub cached: Option<f64>,
    /// Each request that is answered, on top of its tokens.
    #[serde(default)]
    pub per_call: f64,
}

impl Price {
    /// What these tokens of so many answered requests cost.
    #[must_use]
    pub fn of(&self, requests: f64, tokens: &Usage) -> f64 {
        let count = |tokens: Option<u64>| tokens.unwrap_or(0) as f64;
        let (input, output) = (count(tokens.prompt), count(tokens.completion));
        let cached = count(tokens.cached).min(input);
        let millionths =
            (input - cached) * self.input + cached * self.cached.unwrap_or(self.input) + output * self.output;
        millionths / 1e6 + requests * self.per_call
    }
}

/// What asking has used. Attempts without an answer and handshakes are in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expense {
    /// Requests for an answer.
    pub calls: u64,
    /// Tokens of prompts; estimated from above where nobody told.
    pub prompt: u64,
    /// Those of them that came out of a cache.
    pub cached: u64,
    /// Tokens of answers; estimated from above where nobody told.
    pub completion: u64,
    /// Money, in the currency of the prices; 0 without prices.
    pub money: f64,
}

impl Expense {
    /// Adds tokens and money; calls are counted as they are sent.
    pub(super) fn pay(&mut self, tokens: &Usage, money: f64) {
        self.prompt += tokens.prompt.unwrap_or(0);
        self.cached += tokens.cached.unwrap_or(0);
        self.completion += tokens.completion.unwrap_or(0);
        self.money += money;
    }
}

/// What was used; or, below 0, what was set aside and was not used. All of a model's sum up to what it has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// Requests for an answer.
    pub calls: i64,
    /// Tokens of prompts.
    pub prompt: i64,
    /// Those of them that came out of a cache.
    pub cached: i64,
    /// Tokens of answers.
    pub completion: i64,
    /// Money, in the currency of the prices.
    pub money: f64,
}

impl Amount {
    /// So many calls and so much money, with these tokens.
    #[must_use]
    pub fn used(calls: i64, money: f64, tokens: &Usage) -> Self {
        let count = |tokens: Option<u64>| tokens.and_then(|count| i64::try_from(count).ok()).unwrap_or(0);
        let (prompt, cached, completion) = (count(tokens.prompt), count(tokens.cached), count(tokens.completion));
        Self { calls, prompt, cached, completion, money }
    }

    /// What a question may use at most.
    #[must_use]
    pub fn of(estimate: &Estimate) -> Self {
        Self::used(estimate.requests as i64, estimate.money, &estimate.usage())
    }

    /// All that a backend has used.
    #[must_use]
    pub fn all(used: &Expense) -> Self {
        let tokens = Usage {
            prompt: Some(used.prompt),
            cached: Some(used.cached),
            completion: Some(used.completion),
            cut: None,
        };
        Self::used(i64::try_from(used.calls).unwrap_or(i64::MAX), used.money, &tokens)
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        (self.calls, self.prompt, self.cached, self.completion) == (0, 0, 0, 0) && self.money == 0.0
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.prompt = self.prompt.saturating_add(other.prompt);
        self.cached = self.cached.saturating_add(other.cached);
        self.completion = self.completion.saturating_add(other.completion);
        self.money += other.money;
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        let Self { calls, prompt, cached, completion, money } = self;
        Self { calls: -calls, prompt: -prompt, cached: -cached, completion: -completion, money: -money }
    }
}

/// The most that may be used; none: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Most {
    /// Money, in the currency of the prices.
    pub money: Option<f64>,
    /// Requests for an answer, those without one among them.
    pub calls: Option<u64>,
}

/// What a question may use, in an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Bytes of all its prompts.
    pub bytes: f64,
    /// Number of its requests.
    pub requests: f64,
    /// Tokens of its prompts.
    pub input: f64,
    /// Most tokens of its answers.
    pub output: f64,
    /// Most money; 0 without prices.
    pub money: f64,
}

impl Estimate {
    /// All its tokens.
    pub(super) fn tokens(&self) -> f64 {
        self.input + self.output
    }

    /// Its tokens as a backend would tell them.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage { prompt: Some(self.input as u64), cached: None, completion: Some(self.output as u64), cut: None }
    }
}

/// Counts calls and money, in one asking.
#[derive(Clone, Debug)]
pub(super) struct Counter {
    price: Option<Price>,
    most: Most,
    spent: f64,
    calls: f64,
    reserved: f64,
    reserved_calls: f64,
    /// The highest number of tokens a byte of any prompt.
    rate: Option<f64>,
    /// The longest answer.
    longest: f64,
    /// Whether a question with all its continuations is one request.
    whole: bool,
}

impl Counter {
    /// With these limits for all that it will count.
    pub(super) fn new(price: Option<Price>, most: Most) -> Self {
        let (spent, calls, reserved, reserved_calls, longest) = (0.0, 0.0, 0.0, 0.0, 0.0);
        Self { price, most, spent, calls, reserved, reserved_calls, rate: None, longest, whole: false }
    }

    /// For one that is given a question with all its continuations at once: that is one request.
    pub(super) fn of_whole_questions(self) -> Self {
        Self { whole: true, ..self }
    }

    /// What `question` may use.
    pub(super) fn estimate(&self, question: &Question) -> Estimate {
        let prompt = match &question.prompt {
            Prompt::Text(text) => text.len(),
            Prompt::Chat(messages) => messages.iter().map(|message| message.content.len()).sum(),
        } as f64;
        let (times, bytes, output) = if question.continuations.is_empty() {
            // Some servers do not count what a model thinks towards the most tokens of its answer.
            (1.0, prompt, f64::from(question.sampling.max_tokens).max(self.longest))
        } else {
            // The prompt alone, to count its tokens, and once before each continuation; one token is written each time.
            let times = question.continuations.len() as f64 + 1.0;
            let further: usize = question.continuations.iter().map(|continuation| continuation.text.len()).sum();
            (times, times * prompt + further as f64, times)
        };
        let requests = if self.whole { 1.0 } else { times };
        let rate = self.rate.map_or(FIRST_RATE, |rate| FIRST_RATE.max(SPREAD * rate));
        let input = (rate * (times * TEMPLATE + bytes)).ceil();
        let usage = Usage { prompt: Some(input as u64), cached: None, completion: Some(output as u64), cut: None };
        // A price for cached tokens above that of others is nobody's, but would be the dearer one.
        let money = self.price.map_or(0.0, |price| price.of(requests, &usage));
        Estimate { bytes, requests, input, output, money }
    }

    /// Whether `estimate` could exceed a limit, with all that is under way.
    pub(super) fn exceeds(&self, estimate: &Estimate) -> bool {
        // Ten thousandths of a millionth: sums of prices that come to the limit exactly do not exceed it.
        let beyond = |most: f64| self.spent + self.reserved + estimate.money > most * (1.0 + 1e-10);
        self.most.money.is_some_and(beyond)
            || self.most.calls.is_some_and(|most| self.calls + self.reserved_calls + estimate.requests > most as f64)
    }

    /// Whether it is the number of calls that `estimate` could exceed.
    pub(super) fn lacks_calls(&self, estimate: &Estimate) -> bool {
        self.most.calls.is_some_and(|most| self.calls + self.reserved_calls + estimate.requests > most as f64)
    }

    /// Sets aside what an attempt may use.
    pub(super) fn reserve(&mut self, estimate: &Estimate) {
        self.reserved += estimate.money;
        self.reserved_calls += estimate.requests;
    }

    /// Gives back what was set aside.
    fn release(&mut self, estimate: &Estimate) {
        self.reserved = (self.reserved - estimate.money).max(0.0);
        self.reserved_calls = (self.reserved_calls - estimate.requests).max(0.0);
    }

    /// An attempt has ended without an answer, which counts as a call if it was `sent`. `billed`: the server may have answered
    /// and asks for its money. Returns the money.
    pub(super) fn lose(&mut self, estimate: &Estimate, sent: bool, billed: bool) -> f64 {
        self.release(estimate);
        self.calls += if sent { estimate.requests } else { 0.0 };
        let lost = if billed { estimate.money } else { 0.0 };
        self.spent += lost;
        lost
    }

    /// An answer has come. Returns what it used, estimated from the prompt and the length of the text where the backend does
    /// not tell, and its money, none without prices.
    pub(super) fn pay(&mut self, estimate: &Estimate, usage: Usage, text: &str) -> (Usage, Option<f64>) {
        self.release(estimate);
        self.calls += estimate.requests;
        self.observe(estimate, usage);
        let untold = (text.len() as f64 * UNTOLD_RATE).ceil().min(estimate.output);
        let used = Usage {
            prompt: Some(usage.prompt.unwrap_or(estimate.input as u64)),
            cached: usage.cached,
            completion: Some(usage.completion.unwrap_or(untold as u64)),
            cut: usage.cut,
        };
        let money = self.price.map(|price| price.of(estimate.requests, &used));
        self.spent += money.unwrap_or(0.0);
        (used, money)
    }

    /// Learns from what came of a question.
    pub(super) fn observe(&mut self, estimate: &Estimate, usage: Usage) {
        let requests = estimate.requests;
        if let Some(prompt) = usage.prompt {
            let rate = prompt as f64 / (requests * TEMPLATE + estimate.bytes).max(1.0);
            self.rate = Some(self.rate.map_or(rate, |highest| highest.max(rate)));
        }
        self.longest = self.longest.max(usage.completion.unwrap_or(0) as f64 / requests.max(1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Continuation, Sampling};
    use super::*;

    fn question(bytes: usize) -> Question {
        let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 100, stop: Vec::new() };
        Question { prompt: Prompt::Text("a".repeat(bytes)), sampling, continuations: Vec::new(), repeat: 0 }
    }

    fn usage(prompt: u64, cached: u64, completion: u64) -> Usage {
        Usage { prompt: Some(prompt), cached: Some(cached), completion: Some(completion), cut: None }
    }

    #[test]
    fn money_is_counted_by_the_price_table() {
        let price = Price { input: 3.0, output: 15.0, cached: Some(0.3), per_call: 0.0 };
        let mut counter = Counter::new(Some(price), Most { money: Some(1.0), calls: None });
        let estimate = counter.estimate(&question(1000));
        // A token a byte at most: (1032 × 3 + 100 × 15) / 10⁶.
        assert!((estimate.money - 0.004_596).abs() < 1e-12, "{estimate:?}");
        counter.reserve(&estimate);
        // (50 × 3 + 200 × 0.3 + 40 × 15) / 10⁶.
        assert!((counter.pay(&estimate, usage(250, 200, 40), "x").1.unwrap() - 0.000_81).abs() < 1e-12);
        // 250 tokens for 1032 bytes of words; the next may be digits.
        assert_eq!(counter.estimate(&question(1000)).input, 1032.0);
        // More than a token a byte was seen, a quarter more may come: 1.25 × 2,064.
        counter.pay(&estimate, usage(2_064, 0, 40), "x");
        assert_eq!(counter.estimate(&question(1000)).input, 2_580.0);
    }

    #[test]
    fn a_line_to_a_program_is_one_call_however_many_continuations_it_has() {
        let price = Price { input: 0.0, output: 0.0, cached: None, per_call: 1.0 };
        let continuations = ["yes", "no"].map(|text| Continuation { text: text.to_owned() }).to_vec();
        let choice = Question { continuations, ..question(10) };
        let by_request = Counter::new(Some(price), Most::default()).estimate(&choice);
        let whole = Counter::new(Some(price), Most::default()).of_whole_questions().estimate(&choice);
        assert_eq!((by_request.requests, by_request.money), (3.0, 3.0));
        assert_eq!((whole.requests, whole.money), (1.0, 1.0));
        // It may read the prompt once for each of them all the same.
        assert_eq!((whole.input, whole.output), (by_request.input, by_request.output));
    }

    #[test]
    fn what_is_under_way_counts_towards_the_limits() {
        let price = Price { input: 0.0, output: 100.0, cached: None, per_call: 0.0 };
        let mut counter = Counter::new(Some(price), Most { money: Some(0.025), calls: Some(4) });
        let estimate = counter.estimate(&question(10));
        // 100 tokens at 100 a million: 0.01 each.
        counter.reserve(&estimate);
        counter.reserve(&estimate);
        assert!(counter.exceeds(&estimate), "0.03 is more than 0.025");
        counter.pay(&estimate, Usage { completion: Some(1), ..Usage::default() }, "x");
        assert!(!counter.exceeds(&estimate), "0.0001 + 0.01 + 0.01");
        assert!((counter.lose(&estimate, true, true) - 0.01).abs() < 1e-12);
        assert!((counter.spent - 0.0101).abs() < 1e-12);
        counter.reserve(&estimate);
        counter.lose(&estimate, true, false);
        assert!(!counter.exceeds(&estimate), "three of four calls are made");
        counter.reserve(&estimate);
        assert!(counter.exceeds(&estimate) && counter.lacks_calls(&estimate), "the fourth is under way");
        counter.lose(&estimate, false, false);
        assert!(!counter.exceeds(&estimate), "no connection came about: nothing was sent");
    }

    #[test]
    fn a_hidden_template_and_hidden_thinking_raise_what_is_set_aside() {
        let mut counter = Counter::new(None, Most::default());
        // A server adds 900 tokens to each prompt and lets a model think for 1,000 beyond the most of 100.
        let first = counter.estimate(&question(100));
        counter.pay(&first, usage(1_000, 0, 1_100), "x");
        let next = counter.estimate(&question(100));
        assert!(next.input >= 1_250.0 && next.output >= 1_100.0, "{next:?}");
    }

    proptest::proptest! {
        /// Whatever comes in whatever order: what is spent and set aside stays within the limits.
        #[test]
        fn no_limit_is_ever_exceeded(ends in proptest::collection::vec((0_u8..4, 0_u64..100), 1..300)) {
            let price = Price { input: 1.0, output: 7.0, cached: None, per_call: 1e-5 };
            let most = Most { money: Some(0.02), calls: Some(40) };
            let mut counter = Counter::new(Some(price), most);
            let (mut under_way, mut sent, mut paid) = (Vec::new(), 0, 0.0);
            for (kind, written) in ends {
                let estimate = counter.estimate(&question(50));
                if kind < 2 && !counter.exceeds(&estimate) {
                    counter.reserve(&estimate);
                    sent += 1;
                    under_way.push(estimate);
                } else if let Some(estimate) = under_way.pop() {
                    paid += match kind {
                        3 => counter.lose(&estimate, true, true),
                        _ => counter.pay(&estimate, usage(20, 0, written), "x").1.unwrap(),
                    };
                }
                proptest::prop_assert!(sent <= 40 && paid <= 0.02 + 1e-12, "{sent} sent, {paid} paid");
            }
        }
    }
}
