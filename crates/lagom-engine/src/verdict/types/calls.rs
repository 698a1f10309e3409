//! What asking a model came to: questions, money, time, and the answers that were none.

use serde::{Deserialize, Serialize};

use crate::call::Training;

/// The calls of one candidate that is asked, over all rows it has answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallFacts {
    /// What is asked, in a few words: the model and where it is.
    pub model: String,
    /// The name of its table in the study: the same for all its numbers of shots.
    #[serde(default)]
    pub table: String,
    /// Solved examples before each question.
    pub shots: u32,
    /// Parameters, as its file or server says or the study names; none where nobody does.
    pub parameters: Option<u64>,
    /// Bytes of its weights, likewise.
    pub bytes: Option<u64>,
    /// Different questions with an answer.
    pub answered: u64,
    /// Answers that rows of this candidate were to have, of all rows and repeats that were asked.
    #[serde(default)]
    pub asked: u64,
    /// Those of them that are missing: bounded both ways in every interval.
    #[serde(default)]
    pub missing: u64,
    /// Whether refusals are left out, in place of counting as wrong.
    #[serde(default)]
    pub refusals_left_out: bool,
    /// Whether answers that nothing could be read from count as wrong, in place of missing.
    #[serde(default)]
    pub unreadable_wrong: bool,
    /// Questions that a full evaluation of this candidate would ask: all rows to explore and all sealed rows.
    pub full: u64,
    /// Answers that could not be used as they are, and calls without an answer.
    pub problems: Problems,
    /// Tokens of all answers together, as far as the backend tells.
    pub tokens: Tokens,
    /// What these answers cost, in the study's currency; none without a price.
    pub money: Option<f64>,
    /// What 1,000 such answers cost; 0 for a model on the user's own machine that has no price.
    pub money_per_thousand: Option<f64>,
    /// Seconds from a question to the end of its answer.
    pub total: Option<Distribution>,
    /// Seconds to the first token.
    pub first_token: Option<Distribution>,
    /// Seconds a token after the first.
    pub per_token: Option<Distribution>,
    /// Tokens a second after the first.
    pub tokens_per_second: Option<Distribution>,
    /// After how many rows it was given up as hopeless; none where it was not.
    pub given_up: Option<u64>,
    /// Answers to prompts that were longer than the context leaves room for, and were cut at their front.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub prompts_cut: u64,
    /// What its training came to, where it was trained on the study's rows before it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// How many answers were none, of the different questions that were asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Problems {
    /// Nothing was said.
    pub empty: u64,
    /// The model or its provider would not answer.
    pub refused: u64,
    /// The answer was cut off before its end.
    pub truncated: u64,
    /// It was cut off and read as it stands, as the study says: these were used.
    #[serde(default)]
    pub cut_read: u64,
    /// A thought had no end, so that the answer never came.
    #[serde(default)]
    pub thought: u64,
    /// A tool was called in place of an answer.
    #[serde(default)]
    pub tool_call: u64,
    /// No label, number or choice could be read from it.
    pub unparsable: u64,
    /// More than one label or choice was named.
    pub ambiguous: u64,
    /// The call failed: no answer at all.
    pub failed: u64,
    /// Some of them as they came.
    pub examples: Vec<ProblemExample>,
    /// Why calls failed, the commonest reason first.
    #[serde(default)]
    pub reasons: Vec<FailureReason>,
}

/// Why calls failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureReason {
    /// How many rows have no answer for it.
    pub count: u64,
    /// In the words of the first of them.
    pub text: String,
}

/// One answer that was none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemExample {
    /// What is wrong with it: `empty`, `refused`, `cut off`, `cut off while thinking`, `tool call`, `unparsable`, `ambiguous` or
    /// `failed`.
    pub what: String,
    /// Row of the data set, from 0.
    pub row: u32,
    /// The answer, or why there is none; shortened.
    pub text: String,
}

/// Sums of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Read.
    pub prompt: u64,
    /// Of those, from the server's cache.
    pub cached: u64,
    /// Written.
    pub completion: u64,
}

/// How a figure is distributed over answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Number of answers.
    pub count: u64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 90 % are at most this.
    pub p90: f64,
    /// 95 % are at most this.
    pub p95: f64,
    /// 99 % are at most this.
    pub p99: f64,
}

impl Problems {
    /// All of them together, but for answers that were cut off yet could be read.
    #[must_use]
    pub fn unusable(&self) -> u64 {
        self.kinds().iter().map(|(count, _)| count).sum()
    }

    /// How many there are of each kind, with its name; those that were read among none.
    #[must_use]
    pub fn kinds(&self) -> [(u64, &'static str); 8] {
        [
            (self.failed, "failed calls"),
            (self.truncated, "cut off"),
            (self.thought, "cut off while thinking"),
            (self.empty, "empty"),
            (self.tool_call, "tool calls"),
            (self.unparsable, "unparsable"),
            (self.ambiguous, "ambiguous"),
            (self.refused, "refused"),
        ]
    }
}

impl Distribution {
    /// Of some figures; none without any.
    #[must_use]
    pub fn of(mut figures: Vec<f64>) -> Option<Self> {
        if figures.is_empty() {
            return None;
        }
        figures.sort_by(f64::total_cmp);
        let at = |share| crate::stats::percentile(&figures, share);
        Some(Self {
            count: figures.len() as u64,
            mean: crate::stats::mean(&figures),
            p50: at(0.50),
            p90: at(0.90),
            p95: at(0.95),
            p99: at(0.99),
        })
    }
}
