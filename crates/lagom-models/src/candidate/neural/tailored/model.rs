//! A trained perceptron that is built otherwise: one network, or several whose answers are averaged.

use serde::{Deserialize, Serialize};

use super::network::Built;
use crate::candidate::neural::data::{Dense, Inputs};
use crate::candidate::neural::error::NeuralError;
use crate::candidate::neural::train::predict;

/// A trained perceptron that is built otherwise than [`Mlp`](crate::candidate::neural::Mlp), or changed after its training; or an
/// ensemble of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tailored {
    pub(super) members: Vec<Built>,
    pub(super) classes: bool,
}

impl Tailored {
    /// Numbers that it stores, of all networks together: weights that are not 0 where the zeros are left out, biases, frequencies, and of
    /// normalisations gains, shifts and running statistics.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.members.iter().map(Built::stored).sum()
    }

    /// Probabilities, row-major `[rows, classes]`, or standardised values `[rows]`; of several networks their mean.
    ///
    /// # Errors
    /// [`NeuralError::Data`] if the columns are not the network's inputs or a value is not finite; [`NeuralError::Shape`] if what is
    /// stored does not fit together.
    pub fn predict(&self, x: Dense<'_>) -> Result<Vec<f32>, NeuralError> {
        let misfit = || NeuralError::Shape("the stored weights do not fit together".into());
        let first = self.members.first().ok_or_else(misfit)?;
        let alike = |one: &Built| one.inputs() == first.inputs() && one.outputs() == first.outputs();
        if !self.members.iter().all(|one| one.is_sound() && alike(one)) || (!self.classes && first.outputs() != 1) {
            return Err(misfit());
        }
        if x.columns != first.inputs() {
            let message = format!("{} columns for a network with {} inputs", x.columns, first.inputs());
            return Err(NeuralError::Data(message));
        }
        x.check()?;
        predict(&self.members.iter().collect::<Vec<_>>(), &x, first.outputs(), self.classes)
    }
}
