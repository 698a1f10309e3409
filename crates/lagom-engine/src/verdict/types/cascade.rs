//! What two candidates in a row come to, beside their quality.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;
use crate::study::CascadeSpec;

/// A cascade: the small one answers where its certainty is at least the threshold, the large one answers the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CascadeFacts {
    /// The two.
    #[serde(flatten)]
    pub pair: CascadeSpec,
    /// Below this certainty (sum of the squared class probabilities, 0 to 1) a row is handed on: the median over the repeats, each of which
    /// has one of its own. It is what the pair that is handed over goes by.
    pub threshold: f64,
    /// Share of the validation rows that was handed on, the mean over repeats; 0 to 1.
    pub share: f64,
    /// The same of the sealed rows, which chose nothing; none where the large one is asked, or the rows are not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_share: Option<f64>,
    /// Parameters of both together; none where nobody says.
    pub parameters: Option<u64>,
    /// Bytes of both together; none where nobody says.
    pub bytes: Option<u64>,
    /// Whether the large one is asked and not trained.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Money for 1,000 answers, in the currency of the prices: the share that is handed on times what the large one takes. None where it
    /// has a price and no answer to reckon it from.
    pub money_per_thousand: Option<f64>,
    /// The same for the large one alone.
    pub large_money: Option<f64>,
    /// The mean wait for one answer, in seconds: that of the small one, and that of the large one times the share that is handed on. None
    /// where either was not timed.
    pub seconds: Option<f64>,
    /// The same for the large one alone.
    pub large_seconds: Option<f64>,
    /// How much better the cascade is than the large one alone on the rows of the verdict; positive is better. None where either was not
    /// read there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_large: Option<Estimate>,
}

/// A cascade with the threshold of each repeat.
#[derive(Clone, Debug, PartialEq)]
pub struct Cascade {
    /// What a report shows of it.
    pub facts: CascadeFacts,
    /// One a repeat.
    pub thresholds: Vec<RepeatThreshold>,
}

/// The threshold that one repeat chose on its own validation rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RepeatThreshold {
    /// Number of the repeat.
    pub repeat: u32,
    /// Below this certainty a row is handed on.
    pub threshold: f64,
}

/// A cascade that the study names and that could not be put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncascaded {
    /// The two.
    #[serde(flatten)]
    pub pair: CascadeSpec,
    /// Why not.
    pub why: Uncascadable,
}

/// Why two candidates could not be put in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uncascadable {
    /// Too little of this one was measured.
    Unmeasured(String),
    /// The small one has no confidence: its answers are no probabilities.
    NoConfidence,
}
