//! L-BFGS under a penalty on the absolute size of weights, which brings weights to exactly 0.
//!
//! OWL-QN: Andrew & Gao 2007, "Scalable training of L1-regularized log-linear models". The direction is that of L-BFGS on the pseudo-gradient
//! (the steepest slope among those that the absolute values allow), without the entries that go against it; a step that crosses 0 ends there. The
//! objective per row is `(sum of losses + l2 / 2 * |weights|² + l1 * sum of |weights|) / rows`, the bias free of penalties: with `l2 = 0` scikit-learn's
//! `Lasso` at `alpha = l1 / rows`, and its `LogisticRegression` with `penalty="l1"` at `C = 1 / l1`. All is summed in f64: whether a weight is 0 hangs on
//! slopes that an f32 does not tell apart.

use super::error::LinearError;
use super::lbfgs::{Pair, direction, remember};
use super::loss::target;
use super::matrix::Matrix;
use super::model::Linear;
use super::recipe::Recipe;
use super::solver::{Solver, Stage, Watch};
use crate::candidate::labels::Labels;

/// Share of the expected decrease a step must bring (Armijo; the customary constant).
const SUFFICIENT: f64 = 1e-4;
/// Halvings of a step before the search is taken to be at the limit of the precision.
const HALVINGS: u32 = 40;
/// Fewest evaluations that a strength is given: what an exact zero takes is more than what a loss does.
const EVALUATIONS: u64 = 500;

/// The state of a descent, kept from one strength to the next.
pub(super) struct Owlqn<'a> {
    x: Matrix<'a>,
    labels: Labels<'a>,
    rows: Option<&'a [f32]>,
    l1: f64,
    /// Weights, then biases.
    at: Vec<f64>,
    model: Linear,
    flops: f64,
}

/// A place on the objective.
struct Place {
    at: Vec<f64>,
    /// With both penalties, per row.
    objective: f64,
    /// Mean loss.
    loss: f64,
    /// Of the objective without the absolute values.
    gradient: Vec<f64>,
}

impl<'a> Owlqn<'a> {
    /// Starts at zero weights; `l1` is above 0.
    pub(super) fn new(x: Matrix<'a>, labels: Labels<'a>, (rows, l1): (Option<&'a [f32]>, f64)) -> Self {
        let model = Linear::zero(target(&labels), x.columns());
        Self { x, labels, rows, l1, at: vec![0.0; model.weights.len() + model.biases.len()], model, flops: 0.0 }
    }

    fn place(&mut self, at: Vec<f64>, l2: f64) -> Result<Place, LinearError> {
        let (split, outputs) = (self.model.weights.len(), self.model.biases.len());
        let mut gradient = vec![0.0; at.len()];
        let mut scores = vec![0.0; outputs];
        let mut loss = 0.0;
        for row in 0..self.x.rows() {
            scores.copy_from_slice(&at[split..]);
            each(&self.x, row, |column, value| {
                let weights = &at[column * outputs..(column + 1) * outputs];
                scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
            });
            let weight = self.rows.map_or(1.0, |rows| f64::from(rows[row]));
            loss += weight * derive(&self.labels, row, &mut scores);
            scores.iter_mut().for_each(|slope| *slope *= weight);
            each(&self.x, row, |column, value| {
                let slopes = &mut gradient[column * outputs..(column + 1) * outputs];
                slopes.iter_mut().zip(&scores).for_each(|(sum, slope)| *sum += value * slope);
            });
            gradient[split..].iter_mut().zip(&scores).for_each(|(sum, slope)| *sum += slope);
        }
        self.flops += 4.0 * (self.x.stored() * outputs) as f64;
        let count = self.x.rows().max(1) as f64;
        let weights = &at[..split];
        let penalty = weights.iter().map(|weight| 0.5 * l2 * weight * weight + self.l1 * weight.abs()).sum::<f64>();
        gradient.iter_mut().zip(weights).for_each(|(slope, weight)| *slope += l2 * weight);
        gradient.iter_mut().for_each(|slope| *slope /= count);
        let objective = (loss + penalty) / count;
        if objective.is_finite() && gradient.iter().all(|slope| slope.is_finite()) {
            return Ok(Place { at, objective, loss: loss / count, gradient });
        }
        Err(LinearError::Diverged { l2: l2.to_string() })
    }

    /// The steepest slope among those that the absolute values allow; 0 where a weight of 0 is best left there.
    fn pseudo_gradient(&self, place: &Place) -> Vec<f64> {
        let (split, strength) = (self.model.weights.len(), self.l1 / self.x.rows().max(1) as f64);
        let slope = |(index, (slope, at)): (usize, (&f64, &f64))| match (index < split, *at) {
            (false, _) => *slope,
            (true, at) if at != 0.0 => slope + strength * at.signum(),
            // Within the strength neither way leads down.
            (true, _) => slope - slope.clamp(-strength, strength),
        };
        place.gradient.iter().zip(&place.at).enumerate().map(slope).collect()
    }

    /// One step along `direction`, kept in the orthant that it begins in; nothing where no length of it improves the objective.
    fn search(
        &mut self,
        from: &Place,
        (slopes, direction): (&[f64], &[f64]),
        l2: f64,
        budget: &mut u64,
    ) -> Option<Place> {
        let split = self.model.weights.len();
        let mut length = 1.0;
        for _ in 0..HALVINGS {
            if *budget == 0 {
                return None;
            }
            *budget -= 1;
            let step = |(index, at): (usize, &f64)| {
                let moved = at + length * direction[index];
                let side = if *at == 0.0 { -slopes[index] } else { *at };
                if index < split && moved * side <= 0.0 { 0.0 } else { moved }
            };
            let at: Vec<f64> = from.at.iter().enumerate().map(step).collect();
            let expected: f64 =
                at.iter().zip(&from.at).zip(slopes).map(|((to, from), slope)| (to - from) * slope).sum();
            if expected >= 0.0 {
                return None;
            }
            if let Ok(place) = self.place(at, l2)
                && place.objective <= from.objective + SUFFICIENT * expected
            {
                return Some(place);
            }
            length *= 0.5;
        }
        None
    }

    fn settle(&mut self, place: &Place) {
        self.at.clone_from(&place.at);
        let split = self.model.weights.len();
        let to_f32 = |value: &f64| *value as f32;
        self.model.weights = place.at[..split].iter().map(to_f32).collect();
        self.model.biases = place.at[split..].iter().map(to_f32).collect();
    }
}

impl Solver for Owlqn<'_> {
    fn stage(&mut self, l2: f64, recipe: &Recipe, watch: &mut Watch) -> Result<Stage, LinearError> {
        let most = recipe.epochs.max(EVALUATIONS);
        let mut budget = most - 1;
        let mut here = self.place(self.at.clone(), l2)?;
        let mut memory: Vec<Pair> = Vec::new();
        self.settle(&here);
        watch.record(here.loss, &self.model);
        let steepest = |slopes: &[f64]| slopes.iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
        let mut slopes = self.pseudo_gradient(&here);
        let mut converged = steepest(&slopes) <= recipe.tolerance;
        while !converged && budget > 0 {
            let mut way = direction(&slopes, &memory);
            way.iter_mut().zip(&slopes).for_each(|(step, slope)| {
                if *step * slope >= 0.0 {
                    *step = 0.0;
                }
            });
            let before = budget;
            let Some(next) = self.search(&here, (&slopes, &way), l2, &mut budget) else {
                watch.skip(before - budget);
                if memory.is_empty() {
                    // Not even the steepest descent improves: an f64 sees no further.
                    converged = budget > 0;
                    break;
                }
                memory.clear();
                continue;
            };
            watch.skip(before - budget - 1);
            let (step, change) = (apart(&next.at, &here.at), apart(&next.gradient, &here.gradient));
            remember(&mut memory, step, change);
            here = next;
            self.settle(&here);
            watch.record(here.loss, &self.model);
            slopes = self.pseudo_gradient(&here);
            converged = steepest(&slopes) <= recipe.tolerance;
        }
        Ok(Stage { epochs: most - budget, converged })
    }

    fn model(&self) -> &Linear {
        &self.model
    }

    fn flops(&self) -> f64 {
        self.flops
    }
}

fn apart(to: &[f64], from: &[f64]) -> Vec<f64> {
    to.iter().zip(from).map(|(to, from)| to - from).collect()
}

/// Every stored value of a row, with its column.
fn each(x: &Matrix, row: usize, mut take: impl FnMut(usize, f64)) {
    match x {
        Matrix::Dense { columns, values, .. } => {
            let own = &values[row * columns..(row + 1) * columns];
            own.iter().enumerate().for_each(|(column, &value)| take(column, f64::from(value)));
        }
        Matrix::Sparse(sparse) => {
            let (indices, values) = sparse.row(row);
            indices.iter().zip(values).for_each(|(&column, &value)| take(column as usize, f64::from(value)));
        }
    }
}

/// The loss of one row; turns its scores into the loss's derivative with respect to them. As `loss::derive`, in f64.
fn derive(labels: &Labels, row: usize, scores: &mut [f64]) -> f64 {
    match labels {
        Labels::Values(values) => {
            scores[0] -= f64::from(values[row]);
            0.5 * scores[0] * scores[0]
        }
        Labels::Classes { labels, .. } if scores.len() == 1 => {
            let (score, one) = (scores[0], labels[row] == 1);
            scores[0] = 1.0 / (1.0 + (-score).exp()) - if one { 1.0 } else { 0.0 };
            let away = if one { -score } else { score };
            away.max(0.0) + (-away.abs()).exp().ln_1p()
        }
        Labels::Classes { labels, .. } => {
            let label = labels[row] as usize;
            let own = scores[label];
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            scores.iter_mut().for_each(|score| *score = (*score - most).exp());
            let sum: f64 = scores.iter().sum();
            scores.iter_mut().for_each(|score| *score /= sum);
            scores[label] -= 1.0;
            most + sum.ln() - own
        }
    }
}
