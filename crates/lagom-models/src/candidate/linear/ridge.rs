//! Ridge regression in closed form: Cholesky on the normal equations, in f64.
//!
//! Columns and target are centred first, which leaves the bias out of the penalty, as scikit-learn's
//! `Ridge(fit_intercept=True)` does. The products are summed once and serve every strength.

use super::error::LinearError;
use super::loss;
use super::matrix::Matrix;
use super::model::{Linear, Target};
use super::recipe::Recipe;
use super::solver::{Solver, Stage, Watch};
use crate::candidate::labels::Labels;

/// Widest matrix solved in closed form: the sums take 8 MB, one factorisation a third of a second.
pub(super) const WIDEST: usize = 1024;

/// The sums that every strength shares.
pub(super) struct Ridge<'a> {
    values: &'a [f32],
    targets: &'a [f32],
    weights: Option<&'a [f32]>,
    columns: usize,
    means: Vec<f64>,
    target_mean: f64,
    /// `[columns, columns]`: centred products of the columns, upper triangle.
    products: Vec<f64>,
    /// `[columns]`: centred products with the target.
    with_target: Vec<f64>,
    model: Linear,
    flops: f64,
}

impl<'a> Ridge<'a> {
    /// Sums the products. `values` is `[rows, columns]`, `targets` and weights `[rows]`, at least one row.
    pub(super) fn new(values: &'a [f32], columns: usize, (targets, weights): (&'a [f32], Option<&'a [f32]>)) -> Self {
        let weight = |row: usize| weights.map_or(1.0, |weights| f64::from(weights[row]));
        let rows = targets.len().max(1) as f64;
        let mut means = vec![0.0f64; columns];
        for (at, row) in values.chunks_exact(columns.max(1)).enumerate() {
            for (mean, &value) in means.iter_mut().zip(row) {
                *mean += weight(at) * f64::from(value) / rows;
            }
        }
        let weighed = targets.iter().enumerate().map(|(at, &value)| weight(at) * f64::from(value));
        let target_mean = weighed.sum::<f64>() / rows;
        let mut products = vec![0.0f64; columns * columns];
        let mut with_target = vec![0.0f64; columns];
        let mut centred = vec![0.0f64; columns];
        for (at, (row, &goal)) in values.chunks_exact(columns.max(1)).zip(targets).enumerate() {
            for ((centred, &value), mean) in centred.iter_mut().zip(row).zip(&means) {
                *centred = f64::from(value) - mean;
            }
            for (index, &value) in centred.iter().enumerate() {
                let value = weight(at) * value;
                with_target[index] += value * (f64::from(goal) - target_mean);
                let sums = &mut products[index * columns + index..(index + 1) * columns];
                for (sum, other) in sums.iter_mut().zip(&centred[index..]) {
                    *sum += value * other;
                }
            }
        }
        let flops = rows * (columns * (columns + 4)) as f64;
        let model = Linear::zero(Target::Value, columns);
        Self { values, targets, weights, columns, means, target_mean, products, with_target, model, flops }
    }

    /// Weights under one strength; nothing where the sums are not finite.
    fn solve(&self, l2: f64) -> Option<Vec<f64>> {
        let size = self.columns;
        let mut lower = vec![0.0f64; size * size];
        for row in 0..size {
            for column in 0..=row {
                let (above, of_row) = (&lower[column * size..], &lower[row * size..]);
                let done: f64 = above[..column].iter().zip(&of_row[..column]).map(|(a, b)| a * b).sum();
                let mut rest = self.products[column * size + row] - done;
                if row == column {
                    rest += l2;
                    if !rest.is_finite() || rest <= 0.0 {
                        return None;
                    }
                    lower[row * size + row] = rest.sqrt();
                } else {
                    lower[row * size + column] = rest / lower[column * size + column];
                }
            }
        }
        let mut solution = self.with_target.clone();
        for row in 0..size {
            let done: f64 = (0..row).map(|column| lower[row * size + column] * solution[column]).sum();
            solution[row] = (solution[row] - done) / lower[row * size + row];
        }
        for row in (0..size).rev() {
            let done: f64 = (row + 1..size).map(|below| lower[below * size + row] * solution[below]).sum();
            solution[row] = (solution[row] - done) / lower[row * size + row];
        }
        solution.iter().all(|weight| weight.is_finite()).then_some(solution)
    }
}

impl Solver for Ridge<'_> {
    fn stage(&mut self, l2: f64, _: &Recipe, watch: &mut Watch) -> Result<Stage, LinearError> {
        let diverged = || LinearError::Diverged { l2: l2.to_string() };
        let weights = self.solve(l2).ok_or_else(diverged)?;
        let shift: f64 = weights.iter().zip(&self.means).map(|(weight, mean)| weight * mean).sum();
        self.model.weights = weights.iter().map(|&weight| weight as f32).collect();
        self.model.biases = vec![(self.target_mean - shift) as f32];
        let cubes = (self.columns as f64).powi(3) / 3.0;
        self.flops += cubes + 2.0 * self.values.len() as f64;
        let x = Matrix::Dense { rows: self.targets.len(), columns: self.columns, values: self.values };
        let train = loss::mean(&self.model, &x, &Labels::Values(self.targets), self.weights);
        if !train.is_finite() {
            return Err(diverged());
        }
        watch.record(train, &self.model);
        Ok(Stage { epochs: 1, converged: true })
    }

    fn model(&self) -> &Linear {
        &self.model
    }

    fn flops(&self) -> f64 {
        self.flops
    }
}
