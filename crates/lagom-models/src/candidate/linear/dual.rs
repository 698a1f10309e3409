//! Stochastic dual coordinate ascent for softmax regression on sparse rows.
//!
//! Shalev-Shwartz and Zhang 2013 ("Stochastic dual coordinate ascent methods for regularized loss
//! minimization", JMLR 14). Each row owns a dual distribution `q` over the classes; the weights are
//! `sum over rows of x (label - q) / l2`. A visit to a row solves for its `q` with all others fixed (see
//! `omega`) and moves the weights along, so there is no learning rate. The sum over rows of
//! `KL(q || softmax(scores))` is the duality gap: how far the objective can be from its minimum.
//!
//! A row that weighs `w` counts `w` times: the weights are the sum of `w x (label - q) / l2`, and its own step is that of a row whose
//! squared length is `w` times as large.
//!
//! The bias is the weight of a column that is 1 everywhere, and penalised like the others.
//! Memory: 4 bytes for each row and output besides the model.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::activation::{sigmoid, softmax, softplus};
use super::error::LinearError;
use super::loss::target;
use super::matrix::Sparse;
use super::model::{Linear, add_scaled};
use super::omega;
use super::recipe::Recipe;
use super::solver::{Solver, Stage, Watch};
use crate::candidate::labels::Labels;

/// A row whose own gap is below this share of the wanted mean gap is left as it is: its weights would
/// hardly move.
const IDLE: f32 = 0.1;

/// Rows that weigh less are passed over: they would move the weights by nothing.
const WEIGHTLESS: f32 = 1e-6;

/// The state of an ascent, kept from one strength to the next.
pub(super) struct Dual<'a> {
    x: &'a Sparse,
    labels: &'a [u32],
    weights: Option<&'a [f32]>,
    model: Linear,
    /// `[rows, outputs]`: the dual distributions (two classes: that of class 1).
    duals: Vec<f32>,
    /// `[rows]`: squared length of each row, bias column included.
    lengths: Vec<f32>,
    order: Vec<usize>,
    random: ChaCha8Rng,
    l2: Option<f64>,
    flops: f64,
}

/// Sums over one pass.
#[derive(Default)]
struct Pass {
    loss: f64,
    gap: f64,
}

impl<'a> Dual<'a> {
    /// Starts at zero weights.
    pub(super) fn new(
        x: &'a Sparse,
        (labels, classes): (&'a [u32], u32),
        weights: Option<&'a [f32]>,
        seed: u64,
    ) -> Self {
        let model = Linear::zero(target(&Labels::Classes { labels, classes }), x.columns as usize);
        let outputs = model.target.outputs();
        let mut duals = vec![0.0; x.rows() * outputs];
        for (row, &label) in labels.iter().enumerate() {
            if outputs == 1 {
                duals[row] = label as f32;
            } else {
                duals[row * outputs + label as usize] = 1.0;
            }
        }
        let length = |row| 1.0 + x.row(row).1.iter().map(|value| value * value).sum::<f32>();
        Self {
            x,
            labels,
            weights,
            model,
            duals,
            lengths: (0..x.rows()).map(length).collect(),
            order: (0..x.rows()).collect(),
            random: ChaCha8Rng::seed_from_u64(seed),
            l2: None,
            flops: 0.0,
        }
    }

    /// Keeps the weights and shrinks the duals towards the labels, so that the weights stay what the
    /// duals say under the new, weaker strength.
    fn change_strength(&mut self, l2: f64) {
        let Some(before) = self.l2.replace(l2) else {
            return;
        };
        let ratio = (l2 / before) as f32;
        let outputs = self.model.target.outputs();
        for (row, &label) in self.labels.iter().enumerate() {
            for (output, dual) in self.duals[row * outputs..(row + 1) * outputs].iter_mut().enumerate() {
                let is_label = if outputs == 1 { label == 1 } else { label as usize == output };
                let goal = if is_label { 1.0 } else { 0.0 };
                *dual = goal - (goal - *dual) * ratio;
            }
        }
    }

    /// Visits every row once, in a new order.
    fn pass(&mut self, l2: f32, idle: f32) -> Pass {
        let mut sums = Pass::default();
        let outputs = self.model.target.outputs();
        let (mut scores, mut change) = (vec![0.0; outputs], vec![0.0; outputs]);
        self.order.shuffle(&mut self.random);
        for position in 0..self.order.len() {
            let row = self.order[position];
            let weight = self.weights.map_or(1.0, |weights| weights[row]);
            if weight < WEIGHTLESS {
                continue;
            }
            self.score(row, &mut scores);
            let (curvature, idle) = (self.lengths[row] * weight / l2, idle / weight);
            let before = sums.loss;
            let gap = if outputs == 1 {
                self.visit_binary(row, scores[0], (curvature, idle), (&mut change, &mut sums))
            } else {
                self.visit(row, &mut scores, (curvature, idle), (&mut change, &mut sums))
            };
            sums.gap += f64::from(gap * weight);
            if self.weights.is_some() {
                sums.loss = before + f64::from(weight) * (sums.loss - before);
            }
            self.flops += 2.0 * (self.x.row(row).0.len() * outputs) as f64;
            if gap > idle || !gap.is_finite() {
                self.move_weights(row, -weight / l2, &change);
                self.flops += 2.0 * (self.x.row(row).0.len() * outputs) as f64;
            }
        }
        sums
    }

    fn score(&self, row: usize, scores: &mut [f32]) {
        self.model.scores(&super::matrix::Matrix::Sparse(self.x), row, scores);
    }

    /// Two classes: updates the row's dual unless its gap is idle; returns the gap.
    fn visit_binary(
        &mut self,
        row: usize,
        score: f32,
        (curvature, idle): (f32, f32),
        (change, sums): (&mut [f32], &mut Pass),
    ) -> f32 {
        let q = self.duals[row];
        let signed = if self.labels[row] == 1 { -score } else { score };
        sums.loss += f64::from(softplus(signed));
        // KL(q || p) = softplus(score) - q score - entropy(q)
        let p = sigmoid(score);
        let part = |q: f32, p: f32| {
            if q > 0.0 { q * (q / p.max(f32::MIN_POSITIVE)).ln() } else { 0.0 }
        };
        let gap = (part(q, p) + part(1.0 - q, sigmoid(-score))).max(0.0);
        if gap > idle {
            self.duals[row] = omega::step_binary(score, q, curvature);
            change[0] = self.duals[row] - q;
        }
        if score.is_finite() { gap } else { f32::NAN }
    }

    /// More classes: updates the row's duals unless its gap is idle; returns the gap.
    fn visit(
        &mut self,
        row: usize,
        scores: &mut [f32],
        (curvature, idle): (f32, f32),
        (change, sums): (&mut [f32], &mut Pass),
    ) -> f32 {
        let outputs = scores.len();
        let of_label = scores[self.labels[row] as usize];
        sums.loss += f64::from(softmax(scores) - of_label);
        let duals = &mut self.duals[row * outputs..(row + 1) * outputs];
        let mut gap = 0.0f32;
        for (&q, &p) in duals.iter().zip(scores.iter()) {
            if q > 0.0 {
                gap += q * (q / p.max(f32::MIN_POSITIVE)).ln();
            }
        }
        gap = if of_label.is_finite() { gap.max(0.0) } else { f32::NAN };
        if gap > idle {
            omega::step(scores, duals, curvature, change);
        }
        gap
    }

    fn move_weights(&mut self, row: usize, factor: f32, change: &[f32]) {
        let outputs = change.len();
        add_scaled(&mut self.model.biases, change, factor);
        let (indices, values) = self.x.row(row);
        for (&index, &value) in indices.iter().zip(values) {
            let start = index as usize * outputs;
            add_scaled(&mut self.model.weights[start..start + outputs], change, value * factor);
        }
    }
}

impl Solver for Dual<'_> {
    fn stage(&mut self, l2: f64, recipe: &Recipe, watch: &mut Watch) -> Result<Stage, LinearError> {
        self.change_strength(l2);
        let rows = self.x.rows().max(1) as f64;
        let idle = IDLE * recipe.gap as f32;
        for epoch in 1..=recipe.epochs {
            let sums = self.pass(l2 as f32, idle);
            let gap = sums.gap / rows;
            if !gap.is_finite() || !sums.loss.is_finite() {
                return Err(LinearError::Diverged { l2: l2.to_string() });
            }
            watch.record(sums.loss / rows, &self.model);
            if gap <= recipe.gap.max(recipe.gap_share * sums.loss / rows) {
                return Ok(Stage { epochs: epoch, converged: true });
            }
        }
        Ok(Stage { epochs: recipe.epochs, converged: false })
    }

    fn model(&self) -> &Linear {
        &self.model
    }

    fn flops(&self) -> f64 {
        self.flops
    }
}
