//! What looks at a training have found so far: kept with its checkpoints.

use serde::{Deserialize, Serialize};

use crate::candidate::tuned::Point;

/// What looks have found so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SoFar {
    /// The training curve.
    pub(super) history: Vec<Point>,
    /// The least validation loss.
    pub(super) best: Option<f64>,
    /// Looks since then.
    pub(super) worse: usize,
    /// Operations of all looks.
    pub(super) flops: f64,
}
