//! Training of a perceptron of any kind.

use super::columns::Part;
use super::model::Tailored;
use super::network::Built;
use crate::candidate::neural::data::{Dense, Training};
use crate::candidate::neural::error::NeuralError;
use crate::candidate::neural::mlp::{Mlp, MlpShape, check_shape, fit_mlp, train_stacks};
use crate::candidate::neural::recipe::{NetworkFit, Recipe};
use crate::candidate::neural::train::{train, train_on};

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
/// As [`fit_mlp`]; [`NeuralError::Data`] if `parts` does not tell all columns; [`NeuralError::Idle`] if the recipe embeds what
/// is not among them.
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
        fitted.model.iter_mut().for_each(|one| one.prune(recipe.pruning));
        train_on(&mut fitted, data, recipe, seed)?;
        for one in &mut fitted.model {
            one.thaw();
            one.keep_sparse();
        }
    }
    if recipe.quantisation {
        fitted.model.iter_mut().for_each(Built::quantise);
    }
    let classes = data.train.1.is_classes();
    Ok(fitted.map(|members| Perceptron::Tailored(Tailored { members, classes })))
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
        Err(NeuralError::Idle(format!("`{lever}` changes columns of {what}, and no input column holds any")))
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
