//! The search over L2 strengths.

use super::dual::Dual;
use super::error::LinearError;
use super::fitted::LinearFit;
use super::labels::check_labels;
use super::lbfgs::Lbfgs;
use super::loss;
use super::matrix::{Matrix, Training};
use super::model::Linear;
use super::owlqn::Owlqn;
use super::recipe::{Recipe, Tried};
use super::ridge::{self, Ridge};
use super::solver::{Solver, Watch};
use crate::candidate::labels::Labels;
use crate::candidate::tuned::TunedParams;

/// Trains a linear model and chooses its L2 strength by validation loss.
///
/// With `settled`, or without validation rows, there is one strength and no search. The same input gives
/// the same bits; `seed` only orders the rows of a sparse classifier.
///
/// # Errors
/// [`LinearError::Shape`], [`LinearError::Labels`] and [`LinearError::Empty`] for unsound data,
/// [`LinearError::Recipe`], and [`LinearError::Diverged`] where a loss is not finite.
pub fn fit(data: &Training, recipe: &Recipe, seed: u64) -> Result<LinearFit, LinearError> {
    let (x, labels) = data.train;
    check(data, recipe)?;
    let mut recipe = recipe.clone();
    if let Some(fixed) = recipe.fixed_l2.or((recipe.l1 > 0.0).then_some(0.0)) {
        recipe.l2 = vec![fixed];
        recipe.plain_l2 = fixed;
    }
    if let Some(settled) = data.settled {
        recipe.l2 = vec![settled.l2];
        recipe.epochs = settled.steps.max(1);
    } else if data.validation.is_none() {
        recipe.l2 = vec![recipe.plain_l2];
    }
    if recipe.l1 > 0.0 {
        return search(Owlqn::new(x, labels, (data.weights, recipe.l1)), data, &recipe);
    }
    match (x, labels) {
        (Matrix::Sparse(sparse), Labels::Classes { labels, classes }) => {
            search(Dual::new(sparse, (labels, classes), data.weights, seed), data, &recipe)
        }
        (Matrix::Dense { columns, values, .. }, Labels::Values(targets)) if columns <= ridge::WIDEST => {
            search(Ridge::new(values, columns, (targets, data.weights)), data, &recipe)
        }
        _ => search(Lbfgs::new(x, labels, data.weights), data, &recipe),
    }
}

/// Refuses what cannot be trained on.
fn check(data: &Training, recipe: &Recipe) -> Result<(), LinearError> {
    recipe.check()?;
    let (x, labels) = &data.train;
    x.check()?;
    check_labels(labels, x.rows())?;
    if x.rows() == 0 {
        return Err(LinearError::Empty);
    }
    check_weights(data.weights, x.rows())?;
    let is_sound = |l2: f64| l2.is_finite() && (l2 > 0.0 || recipe.l1 > 0.0 && l2 == 0.0);
    if data.settled.is_some_and(|settled| !is_sound(settled.l2)) {
        return Err(LinearError::Recipe("the settled l2 must be a positive number".into()));
    }
    let Some((other, other_labels)) = &data.validation else {
        return Ok(());
    };
    other.check()?;
    check_labels(other_labels, other.rows())?;
    if other.rows() == 0 {
        return Err(LinearError::Shape("the validation set has no rows".into()));
    }
    if other.columns() != x.columns() || loss::target(other_labels) != loss::target(labels) {
        return Err(LinearError::Shape("validation rows differ from training rows in columns or classes".into()));
    }
    Ok(())
}

/// Refuses weights that do not fit the rows, or are none.
fn check_weights(weights: Option<&[f32]>, rows: usize) -> Result<(), LinearError> {
    let Some(weights) = weights else { return Ok(()) };
    if weights.len() != rows {
        return Err(LinearError::Shape(format!("{rows} rows but {} weights of rows", weights.len())));
    }
    if weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0) && weights.iter().any(|weight| *weight > 0.0) {
        return Ok(());
    }
    Err(LinearError::Shape("weights of rows must be finite and at least 0, and one of them above it".into()))
}

/// Walks the strengths and keeps the best model.
fn search(mut solver: impl Solver, data: &Training, recipe: &Recipe) -> Result<LinearFit, LinearError> {
    let mut watch = Watch { validation: data.validation, history: Vec::new(), step: 0, flops: 0.0 };
    let mut tried: Vec<Tried> = Vec::new();
    let mut best: Option<(f64, Linear, TunedParams, usize)> = None;
    let mut worse = 0;
    for &l2 in &recipe.l2 {
        let stage = solver.stage(l2, recipe, &mut watch)?;
        let last = watch.history.last().copied();
        let (train_loss, validation_loss) = last.map_or((f64::NAN, None), |p| (p.train_loss, p.validation_loss));
        tried.push(Tried { l2, epochs: stage.epochs, converged: stage.converged, train_loss, validation_loss });
        let score = validation_loss.unwrap_or(train_loss);
        if !score.is_finite() {
            return Err(LinearError::Diverged { l2: l2.to_string() });
        }
        if best.as_ref().is_none_or(|(lowest, ..)| score < *lowest) {
            worse = 0;
            let settled = TunedParams { l2, steps: watch.step, ..TunedParams::default() };
            best = Some((score, solver.model().clone(), settled, watch.history.len()));
        } else {
            worse += 1;
            if worse >= recipe.patience {
                break;
            }
        }
    }
    let Some((_, model, settled, points)) = best else {
        return Err(LinearError::Recipe("no l2 to try".into()));
    };
    if !model.weights.iter().chain(&model.biases).all(|weight| weight.is_finite()) {
        return Err(LinearError::Diverged { l2: settled.l2.to_string() });
    }
    watch.history.truncate(points);
    let flops = solver.flops() + watch.flops;
    Ok(LinearFit { model, settled, history: watch.history, search: tried, flops })
}
