//! What timing a model tells beside its quantiles: how sure they are, how still the machine was, batches and operations.

use serde::{Deserialize, Serialize};

use super::energy::Energy;
use super::roof::Roof;
use crate::study::costs::Range;

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
    /// How far the mean may be off: its 95 % interval by the means of blocks of predictions that follow each other, so that a machine that slows
    /// down shows in it. None in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_range: Option<Range>,
    /// Seconds from opening the file to the first answer, in a fresh process; the median of several.
    pub first_answer: f64,
    /// The lowest and the highest time to load, each in a fresh process of its own, so that they hold the median with 95 % at least. None in
    /// older stores, and where too few processes could be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_range: Option<Range>,
    /// Batches of several sizes.
    pub batches: Vec<BatchTime>,
    /// Predictions a second with all cores at work, each in batches; none where there is one core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_cores: Option<AllCores>,
    /// Additions, multiplications and comparisons of one prediction, the mean over the timed rows; none of families that do not count them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations: Option<f64>,
    /// Bytes of the numbers that one prediction holds at once beside the parameters, four for each: counted, not measured. None of families that do
    /// not count them, and in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// The highest resident memory of the whole process after loading and single predictions, in bytes: what the operating system tells of a process that
    /// does nothing else. None where the kernel does not tell, and in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resident: Option<u64>,
    /// Energy of 1,000 predictions; none in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<Energy>,
    /// What one core of this machine reaches at best; none where that can't be measured, and in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roof: Option<Roof>,
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
        let mean_range = self.mean_range.zip(large.mean_range);
        let load_range = self.load_range.zip(large.load_range);
        Self {
            mean: self.mean + share * large.mean,
            p90: (self.p90 + large.p90).min(p95),
            intervals: Vec::new(),
            mean_range: mean_range
                .map(|(own, other)| Range { low: own.low + share * other.low, high: own.high + share * other.high }),
            first_answer: self.first_answer + large.first_answer,
            load_range: load_range.map(|(own, other)| Range { low: own.low + other.low, high: own.high + other.high }),
            batches: Vec::new(),
            all_cores: None,
            held: None,
            resident: None,
            energy: None,
            roof: None,
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

/// Two measurings of the same model differ by up to this share, whatever the interval within one says: processes lie differently in memory, and cores
/// change their pace. Of 8 processes each of five models, on a machine that was not quiet, medians and means differed from their middle by at most 4.3 %,
/// the 95th percentile by 8.6 %, the 99th by 75 % (log of 2026-11-30 on how sure prices are).
const AGAIN: f64 = 0.05;
/// The same where the machine was not quiet.
const UNQUIET: f64 = 0.1;

impl Timings {
    /// What the time that this share of predictions stays within may as well be, were it measured again; none where no interval was kept.
    ///
    /// The interval of the quantile holds for the predictions of one measuring. It is widened by the drift between the halves of it, at least by what
    /// two measurings differ by. Where the machine was not quiet a quantile above the median may be too long by any amount, since the slowest predictions
    /// are those that other work interrupts: then it may be as short as the median.
    #[must_use]
    pub fn range(&self, share: f64) -> Option<Range> {
        self.intervals.iter().find(|one| one.share == share).map(|one| self.again(*one))
    }

    /// The same of the mean.
    #[must_use]
    pub fn range_of_mean(&self) -> Option<Range> {
        self.mean_range.map(|found| self.again(QuantileInterval { share: 0.5, low: found.low, high: found.high }))
    }

    fn again(&self, one: QuantileInterval) -> Range {
        let quiet = self.stillness.is_quiet();
        let apart = 1.0 + self.stillness.drift.max(if quiet { AGAIN } else { UNQUIET });
        let median = self.intervals.iter().find(|other| other.share == 0.5);
        let interrupted = median.filter(|_| !quiet && one.share > 0.5);
        let low = interrupted.map_or(one.low, |median| median.low.min(one.low));
        Range { low: low / apart, high: one.high * apart }
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

    #[test]
    fn what_a_time_may_be_is_its_interval_and_the_drift_and_as_short_as_the_median_where_others_had_the_core() {
        let interval = |share, low, high| QuantileInterval { share, low, high };
        let of = |waited, drift| Timings {
            intervals: vec![interval(0.5, 1.0, 1.1), interval(0.99, 4.0, 6.0)],
            mean_range: Some(Range { low: 1.2, high: 1.4 }),
            stillness: Stillness { waited: Some(waited), drift },
            ..Timings::default()
        };
        let near = |found: Option<Range>, low: f64, high: f64| {
            found.is_some_and(|found| (found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12)
        };
        // A twentieth at least, a tenth where the halves differ by that.
        assert!(near(of(0.0, 0.0).range(0.99), 4.0 / 1.05, 6.3) && near(of(0.0, 0.1).range(0.99), 4.0 / 1.1, 6.6));
        // Others had the core for a fifth of the time: the slowest may be as fast as the median, and all are known within a tenth.
        assert!(near(of(0.2, 0.0).range(0.99), 1.0 / 1.1, 6.6) && near(of(0.2, 0.0).range(0.5), 1.0 / 1.1, 1.21));
        assert!(near(of(0.2, 0.0).range_of_mean(), 1.2 / 1.1, 1.54));
        assert_eq!((of(0.0, 0.0).range(0.95), Timings::default().range_of_mean()), (None, None));
    }
}
