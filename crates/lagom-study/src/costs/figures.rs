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
}

impl Default for Training {
    fn default() -> Self {
        Training::Here { cpu_seconds: None }
    }
}
