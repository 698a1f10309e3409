//! What goes wrong with a linear model.

use thiserror::Error;

/// Why a linear model could not be trained or used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinearError {
    /// Parts of the input disagree in size.
    #[error("the shapes do not agree: {0}")]
    Shape(String),
    /// A label no model can learn.
    #[error("the labels cannot be learned: {0}")]
    Labels(String),
    /// There are no training rows.
    #[error("there are no rows to train on")]
    Empty,
    /// The recipe cannot be followed.
    #[error("the recipe cannot be followed: {0}")]
    Recipe(String),
    /// A loss was not a finite number.
    #[error(
        "training diverged at l2 = {l2}: the loss is not a finite number; check the features for missing or huge values"
    )]
    Diverged {
        /// The strength it happened at, as text.
        l2: String,
    },
}
