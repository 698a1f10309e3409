//! What timing a model tells beside its quantiles: how sure they are, how still the machine was, batches and operations.

use serde::{Deserialize, Serialize};

/// The details of a [`super::Deployment`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// The mean of the single predictions, in seconds; the slowest hundredth counts as its 99th percentile, since other work on the machine is in
    /// it.
    pub mean: f64,
    /// 90 % of them took at most this many seconds.
    pub p90: f64,
    /// How far each quantile may be off: the interval between two of the measured times that holds it with 95 %, whatever the distribution.
    pub intervals: Vec<QuantileInterval>,
    /// Seconds from opening the file to the first answer, in a fresh process.
    pub first_answer: f64,
    /// Batches of several sizes.
    pub batches: Vec<BatchTime>,
    /// Predictions a second with all cores at work, each in batches; none where there is one core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_cores: Option<AllCores>,
    /// Additions, multiplications and comparisons of one prediction, the mean over the timed rows; none of families that do not count them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations: Option<f64>,
    /// How still the machine was meanwhile.
    pub stillness: Stillness,
}

/// The interval of one quantile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantileInterval {
    /// The share of predictions that stay within: 0.5, 0.9, 0.95 or 0.99.
    pub share: f64,
    /// From this many seconds.
    pub low: f64,
    /// To this many.
    pub high: f64,
}

/// How long batches of one size take.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchTime {
    /// Rows of a batch.
    pub rows: u64,
    /// The median time of a batch, in seconds.
    pub seconds: f64,
    /// Bytes by which the highest resident memory had grown after them, over what the process had before it loaded the model; none where the
    /// kernel does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

/// Throughput with all cores at work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllCores {
    /// How many.
    pub cores: u32,
    /// Predictions a second.
    pub throughput: f64,
}

/// How still the machine was while a model was timed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stillness {
    /// Share of the time in which the process did not run, 0 to 1: something else had the core. None where the kernel does not tell.
    pub waited: Option<f64>,
    /// How far the medians of the first and of the second half of the predictions lie apart, as a share of the smaller one.
    pub drift: f64,
}

impl Timings {
    /// Those of two models in a row, the second of which answers a share of the rows: what adds up is added. Quantiles, their intervals and
    /// batches do not. What bounds the p95 in seconds bounds the p90, too.
    pub(super) fn before(&self, large: &Self, share: f64, p95: f64) -> Self {
        let operations = self.operations.zip(large.operations);
        Self {
            mean: self.mean + share * large.mean,
            p90: (self.p90 + large.p90).min(p95),
            intervals: Vec::new(),
            first_answer: self.first_answer + large.first_answer,
            batches: Vec::new(),
            all_cores: None,
            operations: operations.map(|(own, other)| own + share * other),
            stillness: Stillness {
                waited: self.stillness.waited.zip(large.stillness.waited).map(|(own, other)| own.max(other)),
                drift: self.stillness.drift.max(large.stillness.drift),
            },
        }
    }
}

/// A process that waited for a larger share of its time was disturbed.
const WAITED: f64 = 0.05;
/// Two halves whose medians lie further apart were: two measurings are to differ by at most a tenth.
const DRIFT: f64 = 0.1;

impl Stillness {
    /// Whether the times say what the model takes, and not what else the machine did.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.waited.is_none_or(|share| share <= WAITED) && self.drift <= DRIFT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_quiet_while_nobody_takes_the_core_and_the_halves_agree() {
        let of = |waited, drift| Stillness { waited, drift }.is_quiet();
        assert!(of(Some(0.05), 0.1) && of(None, 0.0));
        assert!(!of(Some(0.06), 0.0) && !of(Some(0.0), 0.11));
    }
}
