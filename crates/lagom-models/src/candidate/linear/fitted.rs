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

impl LinearFit {
    /// Operations of the search for the penalty alone: all but those of the strength that was chosen.
    #[must_use]
    pub fn search_flops(&self) -> f64 {
        let epochs: u64 = self.search.iter().map(|tried| tried.epochs).sum();
        let kept = self.search.iter().find(|tried| tried.l2 == self.settled.l2).map_or(epochs, |tried| tried.epochs);
        self.flops * if epochs > 0 { 1.0 - kept as f64 / epochs as f64 } else { 0.0 }
    }
}
