//! What can go wrong while a network is trained or asked.

use thiserror::Error;

/// Why a network could not be trained, or could not answer.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NeuralError {
    /// The loss stopped being a finite number, or grew a million times beyond its start.
    #[error(
        "training diverged at step {step}: the loss was no longer finite or had exploded; a lower learning rate or scaled inputs help"
    )]
    Diverged {
        /// Optimiser step (from 1) at which it was seen; 0 means before any update.
        step: u64,
    },
    /// The data do not fit together, or do not fit the network.
    #[error("the data for the network are malformed: {0}")]
    Data(String),
    /// A recipe changes what is not there.
    #[error("{0}")]
    Idle(String),
    /// A shape or a recipe asks for something impossible.
    #[error("the network cannot be built: {0}")]
    Shape(String),
    /// Neither a validation part nor a settled recipe was given, so the steps cannot be chosen.
    #[error("a network needs either a validation part or settled steps and learning rate")]
    Unsettled,
    /// It was built to predict alone.
    #[error("this program was built without the feature `train` of lagom-models: it can use networks, and train none")]
    PredictsOnly,
    /// The tensor library reported a failure.
    #[error("the tensor library failed: {0}")]
    Tensor(String),
}
