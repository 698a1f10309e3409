//! What a trial brings home.

use serde::{Deserialize, Serialize};

use super::Calibration;
use crate::candidate::{Point, RowChange, Shared, TunedParams};
use crate::data::Sealed;
use crate::measure::known;
use crate::metric::{Metric, Outcomes};
use crate::stats::{Seen, Stop, stops};

/// The measurement of one finished trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Figures.
    pub facts: TrialStats,
    /// Positions of the validation examples in the data set.
    pub rows: Vec<u32>,
    /// Outcomes on them, in the same order.
    pub validation: Outcomes,
    /// Outcomes on a sample of the training rows: for the gap between training and validation.
    pub train: Outcomes,
    /// Outcomes on the holdout, unread.
    pub sealed: Sealed,
}

/// The figures of a measurement; by default those of nothing trained.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrialStats {
    /// Number of stored parameters.
    pub parameters: u64,
    /// Size of the saved bundle with the files that it needs beside it, in bytes.
    pub bytes: u64,
    /// What of `bytes` are files beside the bundle: pretrained weights that it names.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes_beside: u64,
    /// Number of rows trained on.
    pub train_rows: u64,
    /// What the family settled on.
    pub settled: TunedParams,
    /// The training curve.
    pub history: Vec<Point>,
    /// The metric that the curve's qualities are in; none in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<Metric>,
    /// Floating-point operations of search, training and evaluation together.
    pub flops: f64,
    /// Share of `flops` that the search of learning rate and penalty took, between 0 and 1.
    pub search_share: f64,
    /// Wall time of the worker, in seconds.
    pub wall_seconds: f64,
    /// CPU time of the training, in seconds: user and system. That of the worker, with `shared` counted as if the training stood alone.
    pub cpu_seconds: f64,
    /// What of `flops` and `cpu_seconds` this worker did not spend, since another did the work for several; below 0 where it was this one.
    #[serde(default, skip_serializing_if = "Shared::is_none")]
    pub shared: Shared,
    /// Highest resident memory of the worker, in bytes, as the kernel counts it; none where it does not tell, or several
    /// trainings shared a process.
    #[serde(default, deserialize_with = "known")]
    pub peak_memory: Option<u64>,
    /// What levers did to the training rows, in the order in which they did it; empty where none did anything to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<RowChange>,
    /// What became of the calibration of a refit; none where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// The device that computed the training, and in which numbers: `cuda in bf16`. Then `cpu_seconds` and `peak_memory` are those of its host
    /// alone, and no cost of the training. None: the processor, in f32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed_on: Option<String>,
}

/// Whether a count is left out of the JSON.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A training that was ended early, since it can't matter: no measurement of its candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    /// The oriented quality below which it can't matter, in the metric `facts.watched`.
    pub target: f64,
    /// Where it ended, and what it could at most have reached.
    pub stop: Stop,
    /// Its figures up to there.
    pub facts: TrialStats,
}

impl Stopped {
    /// What a training comes to that is ended where its curve first shows that it can't reach `target`, looked for
    /// within the first `looks` points of its curve; none where it nowhere does.
    #[must_use]
    pub fn of(facts: &TrialStats, target: f64, looks: usize) -> Option<Self> {
        let seen: Option<Vec<Seen>> =
            facts.history.iter().map(|point| Some(Seen { step: point.step, quality: point.quality? })).collect();
        let seen = seen?;
        let at = |count: usize| Some((count, stops(&seen[..count], facts.settled.horizon, target)?));
        let (count, stop) = (1..=looks.min(seen.len())).find_map(at)?;
        let history = facts.history[..count].to_vec();
        let flops = history.last().and_then(|point| point.flops).unwrap_or(facts.flops);
        Some(Self { target, stop, facts: TrialStats { history, flops, ..facts.clone() } })
    }

    /// What a training that ran its course would have come to under `target`. It looks at its own end no more: there
    /// nothing was left to be saved.
    #[must_use]
    pub fn within(facts: &TrialStats, target: f64) -> Option<Self> {
        Self::of(facts, target, facts.history.len().saturating_sub(1))
    }
}
