//! What every backend hands over, and what it sums up.

use serde::{Deserialize, Serialize};

use super::{Answer, CallFailure, Usage};

/// What came of one question. A question that was not handed over has no answer and may be asked by the next run.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The number that came with the question.
    pub index: usize,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, CallFailure>,
    /// What it cost, in the currency of the prices, attempts that failed not counted; none without prices.
    pub money: Option<f64>,
    /// Whether what answered was started for it, so that its time includes loading a model and says nothing of an answer's.
    pub cold: bool,
}

/// What a backend has done and used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UsageSummary {
    /// Questions answered.
    pub answered: u64,
    /// Questions that ended in a failure.
    pub failed: u64,
    /// Requests sent, or lines written to a program: repeated attempts and requests for parts among them.
    pub requests: u64,
    /// Tokens over all answers, as far as the backend tells.
    pub usage: Usage,
    /// Money over all answers, in the currency of the prices; none without prices.
    pub money: Option<f64>,
    /// Answers whose tokens the backend did not tell: their money is an estimate from their length.
    pub estimated: u64,
    /// Whether it was told to stop before all questions were answered.
    pub stopped: bool,
    /// What else was noticed and changes how the answers are to be read; each once.
    pub notes: Vec<String>,
}

impl UsageSummary {
    /// Counts one reply.
    pub(super) fn count(&mut self, reply: &Reply) {
        match &reply.outcome {
            Ok(answer) => {
                self.answered += 1;
                self.add(answer.usage);
            }
            Err(_) => self.failed += 1,
        }
        if let Some(money) = reply.money {
            self.money = Some(self.money.unwrap_or(0.0) + money);
        }
    }

    fn add(&mut self, usage: Usage) {
        let sum = |total: &mut Option<u64>, part: Option<u64>| {
            if let Some(part) = part {
                *total = Some(total.unwrap_or(0).saturating_add(part));
            }
        };
        sum(&mut self.usage.prompt, usage.prompt);
        sum(&mut self.usage.cached, usage.cached);
        sum(&mut self.usage.completion, usage.completion);
    }

    /// Notes `text` unless it is noted already.
    pub(super) fn note(&mut self, text: String) {
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }
}
