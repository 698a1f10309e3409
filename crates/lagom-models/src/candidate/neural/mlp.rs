//! Multi-layer perceptron on a table of numbers.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::adam::Moments;
use super::data::{Dense, Inputs, Training};
use super::error::NeuralError;
use super::recipe::{NetworkFit, Recipe};
use super::stack::{Dropout, Stack};
use super::train::{Network, Step, predict, train};

/// The hidden layers of a perceptron.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpShape {
    /// Width of each hidden layer, from the input on; empty makes a linear model.
    pub hidden: Vec<u32>,
}

impl MlpShape {
    /// Weights and biases of the network with `inputs` columns and `outputs` outputs.
    pub fn parameters(&self, inputs: u64, outputs: u64) -> u64 {
        let hidden = self.hidden.iter().map(|w| u64::from(*w));
        let mut from = inputs;
        let mut sum = 0u64;
        for width in hidden.chain([outputs]) {
            sum = sum.saturating_add(from.saturating_add(1).saturating_mul(width));
            from = width;
        }
        sum
    }
}

/// A trained perceptron: ReLU hidden layers, softmax (classes) or identity (values) at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mlp {
    stack: Stack,
    classes: bool,
}

impl Mlp {
    /// Number of weights and biases.
    pub fn parameters(&self) -> u64 {
        self.stack.parameters()
    }

    /// Probabilities, row-major `[rows, classes]`, or standardised values `[rows]`.
    ///
    /// # Errors
    /// [`NeuralError::Data`] if the columns are not the network's inputs or a value is not finite;
    /// [`NeuralError::Shape`] if the stored weights do not fit together.
    pub fn predict(&self, x: Dense<'_>) -> Result<Vec<f32>, NeuralError> {
        if !self.stack.is_sound() {
            return Err(NeuralError::Shape("the stored weights do not fit together".into()));
        }
        if x.columns != self.stack.inputs() {
            let message = format!("{} columns for a network with {} inputs", x.columns, self.stack.inputs());
            return Err(NeuralError::Data(message));
        }
        x.check()?;
        predict(&[&self.stack], &x, self.stack.outputs(), self.classes)
    }
}

/// The given rows of a table, copied one after the other.
pub(super) fn gather(x: &Dense<'_>, rows: &[u32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(rows.len() * x.columns);
    for row in rows {
        let from = *row as usize * x.columns;
        out.extend_from_slice(&x.values[from..from + x.columns]);
    }
    out
}

impl<'a> Network<Dense<'a>> for Stack {
    type Memory = Vec<[Moments; 2]>;

    fn memory(&self) -> Self::Memory {
        self.moments()
    }

    fn learn(
        &mut self,
        memory: &mut Self::Memory,
        inputs: &Dense<'a>,
        step: &Step<'_>,
        random: &mut ChaCha8Rng,
    ) -> Result<f64, NeuralError> {
        let recipe = step.recipe;
        let dropout = (recipe.dropout > 0.0).then_some(Dropout { share: recipe.dropout, random });
        let input = (step_rows(inputs, step), step.batch.len());
        let mut gradients = self.gradients(input, false, dropout, |y| step.loss(y))?;
        let update = step.update();
        if update.has_penalties() {
            self.penalise(&mut gradients, &update);
        }
        if let Some(factor) = update.clipping(|| gradients.squared()) {
            gradients.scale(factor);
        }
        self.update(&gradients, memory, &update);
        Ok(gradients.loss)
    }

    fn outputs(&self, inputs: &Dense<'a>, rows: &[u32]) -> Result<Vec<f32>, NeuralError> {
        self.forward(gather(inputs, rows), rows.len())
    }

    fn parameters(&self) -> u64 {
        Stack::parameters(self)
    }

    fn row_flops(&self, _: &Dense<'a>) -> f64 {
        2.0 * self.parameters() as f64
    }

    fn blend(&mut self, other: &Self, share: f32) {
        Stack::blend(self, other, share);
    }
}

/// The rows of a step, mixed with their partners where it mixes.
pub(super) fn step_rows(inputs: &Dense<'_>, step: &Step<'_>) -> Vec<f32> {
    let mut rows = gather(inputs, step.batch);
    if let Some(mixed) = &step.mixed {
        mixed.mix(&mut rows, &gather(inputs, &mixed.partners));
    }
    rows
}

/// Trains a perceptron.
///
/// With a validation part: search for the learning rate, then training with early stopping. With
/// `data.settled`: exactly those steps. The same arguments give the same bits.
///
/// # Errors
/// [`NeuralError::Data`] or [`NeuralError::Shape`] for malformed arguments,
/// [`NeuralError::Unsettled`] without validation and settled steps, [`NeuralError::Diverged`] when
/// every learning rate made the loss explode.
pub fn fit_mlp(
    shape: &MlpShape,
    data: Training<'_, Dense<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<Mlp>, NeuralError> {
    let columns = data.train.0.columns;
    let inputs = u32::try_from(columns).map_err(|_| NeuralError::Shape(format!("{columns} columns")))?;
    if inputs == 0 || shape.hidden.contains(&0) {
        return Err(NeuralError::Shape("every layer needs at least one unit".into()));
    }
    if data.validation.is_some_and(|(x, _)| x.columns != columns) {
        return Err(NeuralError::Data("training and validation rows differ in columns".into()));
    }
    let mut widths = vec![inputs];
    widths.extend(&shape.hidden);
    widths.push(data.train.1.outputs());
    let classes = data.train.1.is_classes();
    let fitted = train(data, recipe, seed, |random| Stack::new(&widths, random))?;
    Ok(fitted.map(|mut members| Mlp { stack: members.swap_remove(0), classes }))
}
