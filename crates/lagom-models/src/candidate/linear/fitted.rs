//! What a training hands back.

use super::model::Linear;
use super::recipe::Tried;
use crate::candidate::tuned::{Progress, TunedParams};

/// A trained model and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearFit {
    /// The model of the chosen strength.
    pub model: Linear,
    /// What a refit reuses.
    pub settled: TunedParams,
    /// The learning curve from zero weights to the chosen model, through the stronger penalties.
    pub history: Vec<Progress>,
    /// Every strength tried, in order.
    pub search: Vec<Tried>,
    /// Floating-point operations of the whole search, validation passes included: 2 for each stored value
    /// and output in a forward pass and 2 in a backward pass.
    pub flops: f64,
}
