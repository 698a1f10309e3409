//! The facts of one candidate that costs are worked out from.

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
    /// 99 % of them took at most this many.
    pub latency_p99: Option<f64>,
    /// Seconds to read it from disk; none of what is asked.
    pub load_seconds: Option<f64>,
    /// Additions, multiplications and comparisons of one prediction; none of what does not count them.
    pub operations: Option<f64>,
}

/// Where a candidate comes from: what it took to make it, or to ask it.
#[derive(Clone, Debug, PartialEq)]
pub enum Training {
    /// It was trained here.
    Here {
        /// CPU time of one trial as lagom trains it, in seconds, user and system: search of settings, training and evaluation.
        /// The median over finished repeats; none before one is finished, or where the machine does not tell.
        cpu_seconds: Option<f64>,
    },
    /// It was there already, and is asked.
    Asked {
        /// Money for 1,000 answers; none where it has a price but no answer to reckon it from.
        money_per_thousand: Option<f64>,
    },
    /// One that was trained here stands before one that is asked.
    Both {
        /// CPU time of the trained one.
        cpu_seconds: Option<f64>,
        /// Money for 1,000 answers of the two in a row.
        money_per_thousand: Option<f64>,
    },
}

impl Default for Training {
    fn default() -> Self {
        Training::Here { cpu_seconds: None }
    }
}
