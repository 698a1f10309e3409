//! How a linear model is trained, and what a training hands back.

use serde::{Deserialize, Serialize};

use super::error::LinearError;

/// How to train. Part of a trial's content address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// L2 strengths to try, from strong to weak; the objective is
    /// `sum of losses + l2 / 2 * |weights|²` (scikit-learn: `1 / C` of logistic, `alpha` of ridge).
    pub l2: Vec<f64>,
    /// The strength taken where there are neither validation rows nor a settled value.
    pub plain_l2: f64,
    /// The search ends once this many successive strengths have brought no lower validation loss.
    pub patience: u32,
    /// Most passes over the training rows for one strength.
    pub epochs: u64,
    /// A dense fit is done when the largest entry of the gradient, divided by the rows, is below this.
    pub tolerance: f64,
    /// A sparse classifier is done when its duality gap per row (nats) is below this: no other weights have
    /// an objective per row that is lower by more.
    pub gap: f64,
    /// Or below this share of the mean loss: a closer fit would hardly show on other rows.
    pub gap_share: f64,
    /// The one strength, where it is not searched for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_l2: Option<f64>,
    /// The strength of a penalty on absolute weights, `l1 * sum of |weights|`; 0 for none. With one squares are penalised only where `fixed_l2` says so.
    #[serde(default, skip_serializing_if = "is_none")]
    pub l1: f64,
}

fn is_none(strength: &f64) -> bool {
    *strength == 0.0
}

impl Default for Recipe {
    /// For standardised dense columns.
    fn default() -> Self {
        Self {
            l2: vec![1e4, 1e3, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.1, 0.01],
            plain_l2: 1.0,
            patience: 2,
            epochs: 200,
            tolerance: 1e-4,
            gap: 2e-3,
            gap_share: 0.02,
            fixed_l2: None,
            l1: 0.0,
        }
    }
}

impl Recipe {
    /// For sparse rows of about length one, such as TF-IDF. Longer rows make the ascent slow: scale them.
    #[must_use]
    pub fn text() -> Self {
        Self {
            l2: vec![3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003],
            plain_l2: 0.1,
            epochs: 40,
            ..Self::default()
        }
    }

    /// Refuses a recipe that cannot be followed.
    ///
    /// # Errors
    /// [`LinearError::Recipe`] for a strength that is not positive and finite, an empty or rising grid, or
    /// no epochs.
    pub(super) fn check(&self) -> Result<(), LinearError> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if !(self.l1.is_finite() && self.l1 >= 0.0) {
            return Err(LinearError::Recipe("the l1 must be a number of at least 0".into()));
        }
        if self.fixed_l2.is_some_and(|fixed| !positive(fixed)) {
            return Err(LinearError::Recipe("the fixed l2 must be a positive number".into()));
        }
        if self.l2.is_empty() || !self.l2.iter().copied().all(positive) || !positive(self.plain_l2) {
            return Err(LinearError::Recipe("every l2 must be a positive number".into()));
        }
        if self.l2.is_sorted_by(|a, b| a > b) && self.epochs > 0 {
            return Ok(());
        }
        Err(LinearError::Recipe("l2 must fall from strong to weak, and epochs be at least 1".into()))
    }
}

/// One L2 strength of the search.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The strength.
    pub l2: f64,
    /// Passes over the rows, from the solution of the strength before.
    pub epochs: u64,
    /// Whether the tolerance was reached within the recipe's epochs.
    pub converged: bool,
    /// Mean training loss at the end, as in [`Point::train_loss`](crate::candidate::Point::train_loss).
    pub train_loss: f64,
    /// Mean validation loss at the end.
    pub validation_loss: Option<f64>,
}
