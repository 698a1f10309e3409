//! The facts of one candidate that costs are worked out from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was measured or told of one candidate; `None` is not known, and never stands for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Stored parameters.
    pub parameters: Option<u64>,
    /// Size of the file, in bytes.
    pub bytes: Option<u64>,
    /// What it takes in use; none where it was not timed.
    pub in_use: Option<InUse>,
    /// Where it comes from.
    pub training: Training,
    /// What probes measured of it, by the name of the probe.
    pub probed: BTreeMap<String, Estimated>,
}

/// What a figure may as well be: the interval that it is known within.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// From this.
    pub low: f64,
    /// To this.
    pub high: f64,
}

/// A figure and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimated {
    /// The figure.
    pub value: f64,
    /// Its interval at the study's confidence; none where nobody can say.
    pub range: Option<Range>,
}

/// How well the times of [`InUse`] are known; none where no interval was kept, or only a bound is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeRanges {
    /// The median.
    pub p50: Option<Range>,
    /// The 90th percentile.
    pub p90: Option<Range>,
    /// The 95th.
    pub p95: Option<Range>,
    /// The 99th.
    pub p99: Option<Range>,
    /// The mean.
    pub mean: Option<Range>,
    /// The time to load.
    pub load: Option<Range>,
}

impl Range {
    /// Whether a limit cuts through it: part of it is within, and part beyond.
    #[must_use]
    pub fn straddles(&self, limit: f64) -> bool {
        self.low <= limit && limit < self.high
    }

    /// Whether nothing says which of the two is the smaller one.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low < other.high && other.low < self.high
    }
}

/// What a model takes in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InUse {
    /// 95 % of single predictions took at most this many seconds.
    pub latency_p95: f64,
    /// Bytes that loading and using it add to a process; none where nobody knows, as of a model on another machine.
    pub memory: Option<u64>,
    /// The mean wait for one prediction, in seconds; none where only quantiles were kept.
    pub mean: Option<f64>,
    /// Half of single predictions took at most this many seconds.
    pub latency_p50: Option<f64>,
    /// 90 % of them took at most this many.
    pub latency_p90: Option<f64>,
    /// 99 % of them took at most this many.
    pub latency_p99: Option<f64>,
    /// Seconds to read it from disk; none of what is asked.
    pub load_seconds: Option<f64>,
    /// Additions, multiplications and comparisons of one prediction; none of what does not count them.
    pub operations: Option<f64>,
    /// How well the times are known.
    pub ranges: TimeRanges,
}

/// Where a candidate comes from: what it took to make it, or to ask it.
#[derive(Clone, Debug, PartialEq)]
pub enum Training {
    /// It was trained here.
    Here {
        /// CPU time of one trial as lagom trains it, in seconds, user and system: search of settings, training and evaluation.
        /// The median over finished repeats; none before one is finished, or where the machine does not tell.
        cpu_seconds: Option<Estimated>,
    },
    /// It was there already, and is asked.
    Asked {
        /// Money for 1,000 answers; none where it has a price but no answer to reckon it from.
        money_per_thousand: Option<f64>,
    },
    /// One that was trained here stands before one that is asked.
    Both {
        /// CPU time of the trained one, in seconds.
        cpu_seconds: Option<Estimated>,
        /// Money for 1,000 answers of the two in a row.
        money_per_thousand: Option<f64>,
    },
}

impl Default for Training {
    fn default() -> Self {
        Training::Here { cpu_seconds: None }
    }
}
