//! What a training settled on and how it went, the same for all families.

use serde::{Deserialize, Serialize};

/// What one family settled on while training: what a refit without validation rows reuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TunedParams {
    /// Steps of the optimiser, epochs or rounds of boosting, as the family counts them; 0 where there are none.
    pub steps: u64,
    /// Steps that the learning rate's schedule was laid out for; 0 where there is no schedule.
    pub horizon: u64,
    /// Learning rate found by the search; 0 where there is none.
    pub learning_rate: f64,
    /// L2 penalty found by the search; 0 where there is none.
    pub l2: f64,
}

impl TunedParams {
    /// What most repeats agree on: the median of each figure.
    #[must_use]
    pub fn median(repeats: &[Self]) -> Self {
        let middle = |pick: fn(&Self) -> f64| crate::stats::median(&repeats.iter().map(pick).collect::<Vec<f64>>());
        if repeats.is_empty() {
            return Self::default();
        }
        Self {
            steps: middle(|one| one.steps as f64).round() as u64,
            horizon: middle(|one| one.horizon as f64).round() as u64,
            learning_rate: middle(|one| one.learning_rate),
            l2: middle(|one| one.l2),
        }
    }
}

/// One point of a training curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Steps done, as the family counts them.
    pub step: u64,
    /// Mean loss on training rows, lower is better: nats an example for classes, squared standard
    /// deviations (half of that for linear models) for numbers.
    pub train_loss: f64,
    /// Mean loss on validation rows, in the same unit.
    pub validation_loss: f64,
    /// Quality on validation rows in the metric that the training was watched by, oriented: higher is better. None
    /// for families that are not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<f64>,
    /// Floating-point operations so far, search and evaluation included; none where quality is not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flops: Option<f64>,
}

/// A point of a curve as a trainer writes it, with validation rows or without.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Steps done, as the family counts them; those of a search are counted where the curve runs through it.
    pub step: u64,
    /// As in [`Point::train_loss`].
    pub train_loss: f64,
    /// As in [`Point::validation_loss`]; none without validation rows.
    pub validation_loss: Option<f64>,
    /// As in [`Point::quality`].
    pub quality: Option<f64>,
    /// Floating-point operations so far, search and evaluation included; none where they are not counted by step.
    pub flops: Option<f64>,
}

impl Progress {
    /// The point that is kept of it; none without validation rows.
    pub(super) fn measured(&self) -> Option<Point> {
        let Self { step, train_loss, validation_loss, quality, flops } = *self;
        Some(Point {
            step,
            train_loss,
            validation_loss: validation_loss?,
            quality,
            flops: flops.filter(|_| quality.is_some()),
        })
    }
}
