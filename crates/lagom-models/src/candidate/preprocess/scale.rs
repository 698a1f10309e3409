//! Standardising a numeric target, so that one recipe fits targets of every unit.

use serde::{Deserialize, Serialize};

use crate::stats;

/// `(value - mean) / deviation` of a numeric target, fitted on training rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    /// Mean of the training targets, in their own unit.
    pub mean: f64,
    /// Standard deviation of the training targets, in their own unit; 1 where it is 0.
    pub deviation: f64,
}

impl TargetScale {
    /// Fits the scale on training targets.
    #[must_use]
    pub fn fit(values: &[f64]) -> Self {
        let deviation = stats::variance(values).sqrt();
        let mean = if values.is_empty() { 0.0 } else { stats::mean(values) };
        Self { mean, deviation: if deviation > 0.0 { deviation } else { 1.0 } }
    }

    /// Standardised values.
    #[must_use]
    pub fn apply(&self, values: &[f64]) -> Vec<f32> {
        values.iter().map(|value| ((value - self.mean) / self.deviation) as f32).collect()
    }

    /// Back to the target's own unit, in place.
    pub fn undo(&self, values: &mut [f64]) {
        for value in values {
            *value = *value * self.deviation + self.mean;
        }
    }
}
