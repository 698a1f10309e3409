//! Losses and their gradients with respect to the network's outputs, in plain loops.
//!
//! The tensor library's `exp` is scalar and its graph costs some microseconds for each operation,
//! so the last step (softmax and its gradient, which are short formulas) is done here.

use crate::candidate::labels::Labels;

/// Loss of a batch.
pub(super) struct BatchLoss {
    /// Mean over the rows: cross-entropy in nats, or squared error.
    pub(super) mean: f64,
    /// Its gradient with respect to the outputs, row-major `[rows, outputs]`.
    pub(super) gradient: Vec<f32>,
    /// What the mean is over: the number of rows, or the sum of their weights.
    pub(super) weight: f64,
}

/// Turns a row of logits into probabilities in place; returns ln Σ exp(logit).
pub(super) fn softmax(row: &mut [f32]) -> f32 {
    let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0f32;
    for value in row.iter_mut() {
        *value = (*value - top).exp();
        sum += *value;
    }
    for value in row.iter_mut() {
        *value /= sum;
    }
    top + sum.ln()
}

/// Mean loss over `batch` (indices of the rows of `labels` the outputs belong to) and its gradient.
///
/// Classes: cross-entropy against `(1 - smoothing) * one-hot + smoothing / classes`; gradient
/// `(softmax - target) / rows`. Values: mean of `(output - value)^2`; gradient `2 (o - v) / rows`.
pub(super) fn loss(outputs: Vec<f32>, labels: &Labels<'_>, batch: &[u32], smoothing: f32) -> BatchLoss {
    let rows = batch.len().max(1) as f32;
    let mut gradient = outputs;
    let mut total = 0.0f64;
    match labels {
        Labels::Classes { labels, classes } => {
            let width = *classes as usize;
            let spread = smoothing / *classes as f32;
            for (row, index) in gradient.chunks_exact_mut(width).zip(batch) {
                let truth = labels[*index as usize] as usize;
                let target_logit = row[truth];
                let mean_logit = if spread > 0.0 { row.iter().sum::<f32>() * spread } else { 0.0 };
                let log_sum = softmax(row);
                total += f64::from(log_sum - (1.0 - smoothing) * target_logit - mean_logit);
                row.iter_mut().for_each(|p| *p = (*p - spread) / rows);
                row[truth] -= (1.0 - smoothing) / rows;
            }
        }
        Labels::Values(values) => {
            for (output, index) in gradient.iter_mut().zip(batch) {
                let error = *output - values[*index as usize];
                total += f64::from(error) * f64::from(error);
                *output = 2.0 * error / rows;
            }
        }
    }
    BatchLoss { mean: total / f64::from(rows), gradient, weight: f64::from(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_of_equal_logits_is_log_classes() {
        let labels = Labels::Classes { labels: &[1, 0], classes: 4 };
        let got = loss(vec![0.3; 8], &labels, &[0, 1], 0.0);
        assert!((got.mean - 4f64.ln()).abs() < 1e-6);
        assert!((got.gradient[1] - (0.25 - 1.0) / 2.0).abs() < 1e-6);
        assert!((got.gradient[0] - 0.125).abs() < 1e-6);
    }

    #[test]
    fn gradients_match_finite_differences() {
        let (classes, values) = ([2u32, 0], [0.5f32, -1.0, 2.0]);
        let cases = [
            (Labels::Classes { labels: &classes, classes: 3 }, vec![0.1f32, -0.7, 0.4, 1.2, 0.0, -0.2], vec![0u32, 1]),
            (Labels::Values(&values), vec![0.2f32, 0.4, -0.3], vec![2, 0, 1]),
        ];
        for (labels, outputs, batch) in cases {
            let exact = loss(outputs.clone(), &labels, &batch, 0.1).gradient;
            for i in 0..outputs.len() {
                let at = |d: f32| {
                    let mut moved = outputs.clone();
                    moved[i] += d;
                    loss(moved, &labels, &batch, 0.1).mean
                };
                let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
                assert!((slope - f64::from(exact[i])).abs() < 1e-4, "{slope} {}", exact[i]);
            }
        }
    }
}
