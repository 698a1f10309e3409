//! Losses and their derivatives with respect to the scores.

use super::activation::{sigmoid, softmax, softplus};
use super::matrix::Matrix;
use super::model::{Linear, Target};
use crate::candidate::labels::Labels;

/// The target that labels ask for.
pub(super) fn target(labels: &Labels) -> Target {
    match labels {
        Labels::Classes { classes, .. } => Target::Classes(*classes),
        Labels::Values(_) => Target::Value,
    }
}

/// The loss of one row; turns its scores into the loss's derivative with respect to them.
pub(super) fn derive(labels: &Labels, row: usize, scores: &mut [f32]) -> f32 {
    match labels {
        Labels::Values(values) => {
            scores[0] -= values[row];
            0.5 * scores[0] * scores[0]
        }
        Labels::Classes { labels, .. } if scores.len() == 1 => {
            let (score, one) = (scores[0], labels[row] == 1);
            scores[0] = sigmoid(score) - if one { 1.0 } else { 0.0 };
            softplus(if one { -score } else { score })
        }
        Labels::Classes { labels, .. } => {
            let label = labels[row] as usize;
            let of_label = scores[label];
            let normaliser = softmax(scores);
            scores[label] -= 1.0;
            normaliser - of_label
        }
    }
}

/// Mean loss of a model over labelled rows, all of which must have been checked, each as often as it weighs; 0 without rows.
pub(super) fn mean(model: &Linear, x: &Matrix, labels: &Labels, weights: Option<&[f32]>) -> f64 {
    let mut scores = vec![0.0; model.target.outputs()];
    let mut total = 0.0;
    for row in 0..x.rows() {
        model.scores(x, row, &mut scores);
        let weight = weights.map_or(1.0, |weights| f64::from(weights[row]));
        total += weight * f64::from(derive(labels, row, &mut scores));
    }
    total / x.rows().max(1) as f64
}
