//! Why a training has no result.

use crate::compute::ComputeError;
use crate::error::{StateError, WeightsError};

/// Why a training has no result.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// Loss or gradient is not a number.
    #[error("training diverged at step {step}: the loss is {loss}")]
    Diverged {
        /// At which step.
        step: u64,
        /// The loss.
        loss: f64,
    },
    /// The recipe or the targets cannot be.
    #[error("{0}")]
    Recipe(String),
    /// The state that was to be resumed is none of this training.
    #[error(transparent)]
    State(#[from] StateError),
    /// Texts, weights or a device failed.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// It can't be computed where it should be.
    #[error(transparent)]
    Compute(#[from] ComputeError),
    /// The watch ended it.
    #[error("the training was ended at step {step}")]
    Ended {
        /// At which step.
        step: u64,
    },
}
