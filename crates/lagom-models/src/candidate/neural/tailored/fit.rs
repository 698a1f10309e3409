//! Training of a perceptron of any kind.

use super::columns::Part;
use super::model::Tailored;
use super::network::Built;
use crate::candidate::neural::data::{Dense, Training};
use crate::candidate::neural::error::NeuralError;
use crate::candidate::neural::mlp::{Mlp, MlpShape, check_shape, fit_mlp, train_stacks};
use crate::candidate::neural::recipe::{NetworkFit, Recipe};
use crate::candidate::neural::train::train;

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
/// are set to 0 or brought to bytes.
///
/// # Errors
/// As [`fit_mlp`]; [`NeuralError::Data`] if `parts` does not tell all columns.
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
    let fitted = if recipe.is_built_otherwise() {
        build(shape, parts, data, recipe, seed)?
    } else {
        train_stacks(shape, data, recipe, seed)?.map(|members| members.into_iter().map(Built::from).collect())
    };
    let classes = data.train.1.is_classes();
    Ok(fitted.map(|mut members| {
        for one in &mut members {
            if recipe.pruning > 0.0 {
                one.prune(recipe.pruning);
            }
            if recipe.quantisation {
                one.quantise();
            }
        }
        Perceptron::Tailored(Tailored { members, classes })
    }))
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
    let outputs = data.train.1.outputs();
    train(data, recipe, seed, |random| Built::new(shape, (parts, outputs), recipe, random))
}
