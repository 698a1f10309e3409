//! Multi-layer perceptron on a table of numbers.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::adam::Moments;
use super::data::{Dense, Inputs, Training};
use super::error::NeuralError;
use super::recipe::{NetworkFit, Recipe};
use super::stack::{Dropout, Stack};
use super::train::{Answers, Network, Step, predict, train};

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

    /// Widths from the input to the output, with so many hidden layers (0: its own). Other numbers of layers are of the same width, that
    /// at which the parameters come nearest to its own.
    pub(super) fn widths(&self, inputs: u32, outputs: u32, depth: u32) -> Vec<u32> {
        let hidden = if depth == 0 || depth as usize == self.hidden.len() {
            self.hidden.clone()
        } else {
            vec![self.width_at(u64::from(inputs), u64::from(outputs), depth); depth as usize]
        };
        [vec![inputs], hidden, vec![outputs]].concat()
    }

    /// The width w of `depth` hidden layers at which (depth - 1) w² + (inputs + outputs + depth) w + outputs, their parameters, come
    /// nearest to its own.
    fn width_at(&self, inputs: u64, outputs: u64, depth: u32) -> u32 {
        let aim = self.parameters(inputs, outputs);
        let (a, b) = (f64::from(depth) - 1.0, (inputs + outputs) as f64 + f64::from(depth));
        let left = aim.saturating_sub(outputs) as f64;
        let width = if a > 0.0 { ((b * b + 4.0 * a * left).sqrt() - b) / (2.0 * a) } else { left / b };
        let low = (width as u32).max(1);
        let off = |width: &u32| {
            let shape = Self { hidden: vec![*width; depth as usize] };
            shape.parameters(inputs, outputs).abs_diff(aim)
        };
        if off(&(low + 1)) < off(&low) { low + 1 } else { low }
    }
}

/// A trained perceptron: ReLU hidden layers, softmax (classes) or identity (values) at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mlp {
    stack: Stack,
    classes: bool,
}

impl Mlp {
    /// Its layers.
    #[cfg(test)]
    pub(super) fn into_stack(self) -> Stack {
        self.stack
    }

    /// Number of weights and biases.
    pub fn parameters(&self) -> u64 {
        self.stack.parameters()
    }

    /// Operations of one prediction: `2 · inputs · outputs` a layer, and a comparison for each hidden unit.
    pub fn operations(&self) -> f64 {
        self.stack.operations()
    }

    /// Numbers that one prediction holds at once beside the weights: the inputs and outputs of the widest layer.
    #[must_use]
    pub fn held(&self) -> usize {
        self.stack.held()
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

impl<'a> Answers<Dense<'a>> for Stack {
    fn outputs(&self, inputs: &Dense<'a>, rows: &[u32]) -> Result<Vec<f32>, NeuralError> {
        self.forward(gather(inputs, rows), rows.len())
    }
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
    let classes = data.train.1.is_classes();
    let fitted = train_stacks(shape, data, recipe, seed)?;
    Ok(fitted.map(|mut members| Mlp { stack: members.swap_remove(0), classes }))
}

/// Trains the layers of perceptrons: one, or as many as the recipe's ensemble has. Errors as [`fit_mlp`].
pub(super) fn train_stacks(
    shape: &MlpShape,
    data: Training<'_, Dense<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<Vec<Stack>>, NeuralError> {
    let inputs = check_shape(shape, &data)?;
    let widths = shape.widths(inputs, data.train.1.outputs(), recipe.depth);
    train(data, recipe, seed, |random| Stack::new(&widths, random))
}

/// The network can be built; returns the columns of its input.
pub(super) fn check_shape(shape: &MlpShape, data: &Training<'_, Dense<'_>>) -> Result<u32, NeuralError> {
    let columns = data.train.0.columns;
    let inputs = u32::try_from(columns).map_err(|_| NeuralError::Shape(format!("{columns} columns")))?;
    if inputs == 0 || shape.hidden.contains(&0) {
        return Err(NeuralError::Shape("every layer needs at least one unit".into()));
    }
    if data.validation.is_some_and(|(x, _)| x.columns != columns) {
        return Err(NeuralError::Data("training and validation rows differ in columns".into()));
    }
    Ok(inputs)
}
