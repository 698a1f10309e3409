//! Training of a perceptron of any kind.

use super::columns::Part;
use super::model::Tailored;
use super::network::Built;
use crate::candidate::neural::data::{Dense, Training};
use crate::candidate::neural::error::NeuralError;
use crate::candidate::neural::mlp::{Mlp, MlpShape, check_shape, fit_mlp, train_stacks};
use crate::candidate::neural::recipe::{NetworkFit, Recipe};
use crate::candidate::neural::train::train;
use crate::candidate::tuned::TunedParams;

/// A trained perceptron.
#[derive(Debug, Clone, PartialEq)]
pub enum Perceptron {
    /// A stack of layers with ReLU between them.
    Plain(Mlp),
    /// One of another kind, or several.
    Tailored(Tailored),
}

/// Trains a perceptron, or several, as the recipe says; `parts` tells what the columns stand for, in their order.
///
/// With a recipe that changes nothing of how it is built, this is [`fit_mlp`]. Losses and curve are those of the training, before weights
/// are set to 0, trained on or brought to bytes.
///
/// # Errors
/// As [`fit_mlp`]; [`NeuralError::Data`] if `parts` does not tell all columns, or the recipe embeds what is not among them.
pub fn fit_perceptron(
    shape: &MlpShape,
    parts: &[Part],
    data: Training<'_, Dense<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<Perceptron>, NeuralError> {
    if !recipe.is_tailored() {
        return Ok(fit_mlp(shape, data, recipe, seed)?.map(Perceptron::Plain));
    }
    let mut fitted = if recipe.is_built_otherwise() {
        build(shape, parts, data, recipe, seed)?
    } else {
        train_stacks(shape, data, recipe, seed)?.map(|members| members.into_iter().map(Built::from).collect())
    };
    if recipe.pruning > 0.0 {
        prune(&mut fitted, data, recipe, seed)?;
    }
    if recipe.quantisation {
        fitted.model.iter_mut().for_each(Built::quantise);
    }
    let classes = data.train.1.is_classes();
    Ok(fitted.map(|members| Perceptron::Tailored(Tailored { members, classes })))
}

/// Share of a training's steps, and of its learning rate, by which the weights that are left are trained on. Han et al. 2015 take a tenth of
/// the rate, and as many steps as it needs.
const TRAINED_ON: f64 = 0.2;
const RATE_ON: f64 = 0.1;

/// Sets the smallest weights to 0 and trains the others on. What this takes is counted; what was settled stays, so that a refit does the same
/// behind its own training. A training that was ended since it can't matter ends here.
fn prune(
    fitted: &mut NetworkFit<Vec<Built>>,
    data: Training<'_, Dense<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<(), NeuralError> {
    fitted.model.iter_mut().for_each(|one| one.prune(recipe.pruning));
    if fitted.stopped.is_none() {
        let steps = ((TRAINED_ON * fitted.settled.steps as f64).ceil() as u64).max(1);
        let learning_rate = RATE_ON * fitted.settled.learning_rate;
        let settled = Some(TunedParams { steps, horizon: steps, learning_rate, l2: 0.0 });
        let on = Training { validation: None, watch: None, settled, ..data };
        let mut left = fitted.model.iter();
        let again = train(on, recipe, seed, |random| {
            let fresh = || Built::new(&MlpShape { hidden: Vec::new() }, (&[], 0), recipe, random);
            left.next().cloned().unwrap_or_else(fresh)
        })?;
        fitted.flops += again.flops;
        fitted.model = again.model;
    }
    fitted.model.iter_mut().for_each(Built::thaw);
    Ok(())
}

fn build(
    shape: &MlpShape,
    parts: &[Part],
    data: Training<'_, Dense<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<Vec<Built>>, NeuralError> {
    if cfg!(not(feature = "train")) {
        return Err(NeuralError::PredictsOnly);
    }
    let inputs = check_shape(shape, &data)?;
    let columns = |part: &Part| match part {
        Part::Number => 1,
        Part::Other(columns) | Part::Category(columns) => u64::from(*columns),
    };
    let told: u64 = parts.iter().map(columns).sum();
    if told != u64::from(inputs) {
        return Err(NeuralError::Data(format!("{inputs} columns, of which {told} are told")));
    }
    let has = |wanted: fn(&Part) -> bool| parts.iter().any(wanted);
    let idle = |lever: &str, what: &str| {
        Err(NeuralError::Data(format!("`{lever}` changes columns of {what}, and there is none")))
    };
    if recipe.periodic_embeddings > 0.0 && !has(|part| *part == Part::Number) {
        return idle("periodic-embeddings", "numbers");
    }
    if recipe.category_embeddings && !has(|part| matches!(part, Part::Category(_))) {
        return idle("category-embeddings", "categories");
    }
    let outputs = data.train.1.outputs();
    train(data, recipe, seed, |random| Built::new(shape, (parts, outputs), recipe, random))
}
