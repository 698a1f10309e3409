//! What is told of a training that was ended early.

use serde::{Deserialize, Serialize};

use crate::measure::known;

/// A training that was ended early, in the metric's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoppedRepeat {
    /// Number of the repeat.
    pub repeat: u32,
    /// Steps done.
    pub step: u64,
    /// Steps that the schedule was laid out for.
    pub horizon: u64,
    /// The best quality on validation rows by then.
    pub quality: f64,
    /// What it could at most have reached.
    pub ceiling: f64,
    /// What it would have had to reach to matter.
    pub target: f64,
    /// Floating-point operations spent on it.
    pub flops: f64,
    /// CPU seconds spent on it; those of the whole training where that was measured before.
    pub cpu_seconds: f64,
    /// Peak memory of its worker, in bytes; none where the kernel does not tell.
    #[serde(default, deserialize_with = "known")]
    pub peak_memory: Option<u64>,
}
