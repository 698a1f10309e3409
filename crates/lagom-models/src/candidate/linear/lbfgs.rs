//! L-BFGS with a backtracking line search, for dense rows (and for values on sparse or very wide rows).
//!
//! Nocedal and Wright, "Numerical Optimization", 2nd ed., algorithm 7.4 with the memory of ten steps. Rows
//! are multiplied in f32 and summed over blocks in f64; weights and directions are f64. The bias is not
//! penalised. An epoch is one evaluation of loss and gradient over all training rows.

use super::error::LinearError;
use super::loss::{derive, target};
use super::matrix::Matrix;
use super::model::{Linear, add_scaled};
use super::recipe::Recipe;
use super::solver::{Solver, Stage, Watch};
use crate::candidate::labels::Labels;

/// Steps remembered.
const MEMORY: usize = 10;
/// Rows multiplied in f32 before the sums are taken over into f64.
const BLOCK: usize = 256;
/// Share of the expected decrease a step must bring (Armijo; the customary constant).
const SUFFICIENT: f64 = 1e-4;
/// Halvings of a step before the search is taken to be at the limit of the precision.
const HALVINGS: u32 = 20;

/// The state of a descent, kept from one strength to the next.
pub(super) struct Lbfgs<'a> {
    x: Matrix<'a>,
    labels: Labels<'a>,
    weights: Option<&'a [f32]>,
    model: Linear,
    flops: f64,
}

/// A place on the objective: weights then biases, mean loss with and without the penalty, gradient.
struct Place {
    at: Vec<f64>,
    objective: f64,
    loss: f64,
    gradient: Vec<f64>,
}

/// A remembered step: its displacement, the change of the gradient, their inner product.
pub(super) type Pair = (Vec<f64>, Vec<f64>, f64);

impl<'a> Lbfgs<'a> {
    /// Starts at zero weights.
    pub(super) fn new(x: Matrix<'a>, labels: Labels<'a>, weights: Option<&'a [f32]>) -> Self {
        Self { x, labels, weights, model: Linear::zero(target(&labels), x.columns()), flops: 0.0 }
    }

    /// Objective per row and its gradient; leaves the model at `at`.
    pub(super) fn evaluate(&mut self, at: &[f64], l2: f64) -> (f64, f64, Vec<f64>) {
        let split = self.model.weights.len();
        let to_f32 = |value: &f64| *value as f32;
        self.model.weights.clear();
        self.model.weights.extend(at[..split].iter().map(to_f32));
        self.model.biases.clear();
        self.model.biases.extend(at[split..].iter().map(to_f32));
        let mut gradient = vec![0.0f64; at.len()];
        let mut block = vec![0.0f32; at.len()];
        let mut scores = vec![0.0f32; self.model.biases.len()];
        let (mut loss, rows) = (0.0f64, self.x.rows());
        for row in 0..rows {
            self.model.scores(&self.x, row, &mut scores);
            let mut of_row = derive(&self.labels, row, &mut scores);
            if let Some(weights) = self.weights {
                of_row *= weights[row];
                scores.iter_mut().for_each(|slope| *slope *= weights[row]);
            }
            loss += f64::from(of_row);
            let (weights, biases) = block.split_at_mut(split);
            add_outer(&self.x, row, &scores, weights);
            add_scaled(biases, &scores, 1.0);
            if (row + 1) % BLOCK == 0 || row + 1 == rows {
                for (sum, part) in gradient.iter_mut().zip(&mut block) {
                    *sum += f64::from(std::mem::take(part));
                }
            }
        }
        self.flops += 4.0 * (self.x.stored() * scores.len()) as f64;
        let (count, mut squares) = (rows.max(1) as f64, 0.0);
        for (index, slope) in gradient.iter_mut().enumerate() {
            if index < split {
                *slope += l2 * at[index];
                squares += at[index] * at[index];
            }
            *slope /= count;
        }
        ((loss + 0.5 * l2 * squares) / count, loss / count, gradient)
    }

    fn place(&mut self, at: Vec<f64>, l2: f64) -> Result<Place, LinearError> {
        let (objective, loss, gradient) = self.evaluate(&at, l2);
        if objective.is_finite() && gradient.iter().all(|slope| slope.is_finite()) {
            return Ok(Place { at, objective, loss, gradient });
        }
        Err(LinearError::Diverged { l2: l2.to_string() })
    }

    /// One step along `direction`; nothing where no length of it improves the objective.
    fn search(&mut self, from: &Place, direction: &[f64], l2: f64, budget: &mut u64) -> Option<Place> {
        let slope = inner(&from.gradient, direction);
        let mut length = 1.0;
        for _ in 0..HALVINGS {
            if *budget == 0 || slope >= 0.0 {
                return None;
            }
            *budget -= 1;
            let at = from.at.iter().zip(direction).map(|(at, step)| at + length * step).collect();
            if let Ok(place) = self.place(at, l2)
                && place.objective <= from.objective + SUFFICIENT * length * slope
            {
                return Some(place);
            }
            length *= 0.5;
        }
        None
    }
}

impl Solver for Lbfgs<'_> {
    fn stage(&mut self, l2: f64, recipe: &Recipe, watch: &mut Watch) -> Result<Stage, LinearError> {
        let start = self.model.weights.iter().chain(&self.model.biases).map(|&value| f64::from(value)).collect();
        let mut here = self.place(start, l2)?;
        let mut budget = recipe.epochs - 1;
        let mut memory: Vec<Pair> = Vec::new();
        watch.record(here.loss, &self.model);
        let mut converged = steepest(&here) <= recipe.tolerance;
        while !converged && budget > 0 {
            let direction = direction(&here.gradient, &memory);
            let before = budget;
            let Some(next) = self.search(&here, &direction, l2, &mut budget) else {
                watch.skip(before - budget);
                if memory.is_empty() {
                    // Not even the steepest descent improves: f32 products see no further.
                    converged = budget > 0;
                    break;
                }
                memory.clear();
                continue;
            };
            watch.skip(before - budget - 1);
            watch.record(next.loss, &self.model);
            let apart = |to: &[f64], from: &[f64]| to.iter().zip(from).map(|(to, from)| to - from).collect();
            remember(&mut memory, apart(&next.at, &here.at), apart(&next.gradient, &here.gradient));
            here = next;
            converged = steepest(&here) <= recipe.tolerance;
        }
        self.evaluate(&here.at, l2);
        Ok(Stage { epochs: recipe.epochs - budget, converged })
    }

    fn model(&self) -> &Linear {
        &self.model
    }

    fn flops(&self) -> f64 {
        self.flops
    }
}

/// `weights += x[row] outer slopes`, `weights` being `[columns, outputs]`.
fn add_outer(x: &Matrix, row: usize, slopes: &[f32], weights: &mut [f32]) {
    let outputs = slopes.len();
    match x {
        Matrix::Dense { columns, values, .. } => {
            let features = &values[row * columns..(row + 1) * columns];
            if let [slope] = slopes {
                return add_scaled(weights, features, *slope);
            }
            for (&value, weights) in features.iter().zip(weights.chunks_exact_mut(outputs)) {
                add_scaled(weights, slopes, value);
            }
        }
        Matrix::Sparse(sparse) => {
            let (indices, values) = sparse.row(row);
            for (&index, &value) in indices.iter().zip(values) {
                let start = index as usize * outputs;
                add_scaled(&mut weights[start..start + outputs], slopes, value);
            }
        }
    }
}

/// Largest entry of the gradient.
fn steepest(place: &Place) -> f64 {
    place.gradient.iter().fold(0.0, |largest: f64, slope| largest.max(slope.abs()))
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(target: &mut [f64], source: &[f64], factor: f64) {
    for (target, source) in target.iter_mut().zip(source) {
        *target += factor * source;
    }
}

/// The two-loop recursion: minus the approximate inverse Hessian times the gradient.
pub(super) fn direction(gradient: &[f64], memory: &[Pair]) -> Vec<f64> {
    let mut result: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let Some((_, last_change, last_product)) = memory.last() else {
        let length = inner(&result, &result).sqrt().max(1.0);
        result.iter_mut().for_each(|step| *step /= length);
        return result;
    };
    let mut factors = vec![0.0; memory.len()];
    for (factor, (step, change, product)) in factors.iter_mut().zip(memory).rev() {
        *factor = inner(step, &result) / product;
        add(&mut result, change, -*factor);
    }
    let scale = last_product / inner(last_change, last_change);
    result.iter_mut().for_each(|entry| *entry *= scale);
    for (factor, (step, change, product)) in factors.iter().zip(memory) {
        let correction = factor - inner(change, &result) / product;
        add(&mut result, step, correction);
    }
    result
}

/// Remembers a step along which the gradient rose; forgets the oldest beyond [`MEMORY`].
pub(super) fn remember(memory: &mut Vec<Pair>, step: Vec<f64>, change: Vec<f64>) {
    let product = inner(&step, &change);
    if product > 1e-12 * inner(&change, &change) {
        if memory.len() == MEMORY {
            memory.remove(0);
        }
        memory.push((step, change, product));
    }
}
