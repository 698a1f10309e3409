//! Exact Shapley values of linear models.
//!
//! Of `b + Σ w_i x_i` with inputs taken as independent the value of input `i` is `w_i (x_i − mean_i)` over the training rows (Štrumbelj & Kononenko
//! 2014; `LinearExplainer` with `interventional` in the Python package `shap`).

use crate::candidate::linear::Linear;

/// What a linear model's score is made of.
pub(super) struct LinearEffects {
    /// The score at the mean of the training rows.
    pub(super) base: f64,
    /// The score of this row.
    pub(super) score: f64,
    /// One a column of the matrix.
    pub(super) columns: Vec<f64>,
}

/// The Shapley values of output `k` for one row; none where the parts do not fit.
pub(super) fn linear_effects(model: &Linear, (means, k): (&[f64], usize), row: &[f32]) -> Option<LinearEffects> {
    let outputs = model.target.outputs();
    let columns = model.columns as usize;
    let fits = row.len() == columns && means.len() == columns && model.weights.len() == columns * outputs;
    let bias = f64::from(*model.biases.get(k)?);
    if !fits || k >= outputs {
        return None;
    }
    let weights = || model.weights.iter().skip(k).step_by(outputs).map(|weight| f64::from(*weight));
    let base = bias + weights().zip(means).map(|(weight, mean)| weight * mean).sum::<f64>();
    let score = bias + weights().zip(row).map(|(weight, value)| weight * f64::from(*value)).sum::<f64>();
    let effect = |((weight, value), mean): ((f64, &f32), &f64)| weight * (f64::from(*value) - mean);
    Some(LinearEffects { base, score, columns: weights().zip(row).zip(means).map(effect).collect() })
}
