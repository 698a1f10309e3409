//! A model whose classes are called by weighed probabilities.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::member::Member;
use super::{Learner, Model};
use crate::candidate::predictor::Load;
use crate::candidate::spec::FitError;
use crate::data::Inputs;

/// A model whose probabilities are weighed by class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reweighted {
    model: Member,
    /// A factor for each class, above 0.
    weights: Vec<f64>,
}

impl Reweighted {
    /// A model with a factor for each class, above 0.
    ///
    /// # Errors
    /// The model has no encoding.
    pub(in crate::candidate) fn of(model: Model, weights: Vec<f64>) -> Result<Self, postcard::Error> {
        Ok(Self { model: Member::of(model)?, weights })
    }

    /// The model whose probabilities are weighed.
    ///
    /// # Errors
    /// It was not read yet.
    pub(super) fn inner(&self) -> Result<&Model, FitError> {
        self.model.model()
    }

    /// A factor for each class.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Its parameters: those of the model, and a weight for each class.
    #[must_use]
    pub(super) fn parameters(&self) -> u64 {
        self.model.model().map_or(0, Model::parameters) + self.weights.len() as u64
    }

    /// Probabilities `[rows, classes]`, weighed.
    ///
    /// # Errors
    /// The parts of the model do not fit together.
    pub(super) fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let mut answers = self.model.model()?.predict(inputs)?;
        let classes = self.weights.len();
        if classes == 0 || answers.len() != inputs.rows.len() * classes {
            return Err(FitError::Unfit("the model has another number of classes than weights".to_owned()));
        }
        for row in answers.chunks_exact_mut(classes) {
            row.iter_mut().zip(&self.weights).for_each(|(probability, weight)| *probability *= weight);
            let sum: f64 = row.iter().sum();
            if sum > 0.0 && sum.is_finite() {
                row.iter_mut().for_each(|probability| *probability /= sum);
            }
        }
        Ok(answers)
    }

    /// Operations of one prediction: those of the model, and for each class a weight, a sum and a division.
    pub(in crate::candidate) fn operations(&self, inputs: &Inputs<'_>) -> Option<f64> {
        Some(self.model.model().ok()?.operations(inputs)? + 3.0 * self.weights.len() as f64)
    }

    /// Bytes of the files that it needs beside its own.
    pub(super) fn bytes_beside(&self) -> u64 {
        self.model.bytes_beside()
    }

    /// The folders that those files lie in.
    pub(super) fn folders_beside(&self) -> Vec<PathBuf> {
        self.model.folders_beside()
    }

    /// How many of these rows hold a text that is longer than what the model reads of one.
    ///
    /// # Errors
    /// The texts can't be cut into tokens.
    pub(super) fn cut_texts(&self, inputs: &Inputs<'_>) -> Result<u64, FitError> {
        self.model.model()?.cut_texts(inputs)
    }

    /// The same with all that it needs in it; none where it has all.
    ///
    /// # Errors
    /// What it needs can't be read.
    pub(super) fn packed(&self) -> Result<Option<Self>, FitError> {
        let packed = self.model.packed()?;
        Ok(packed.map(|model| Self { model, weights: self.weights.clone() }))
    }

    /// Makes the model inside of the bytes that were read from a file.
    ///
    /// # Errors
    /// What `load` says.
    pub(super) fn read_by(&mut self, load: &Load<'_>) -> Result<(), FitError> {
        self.model.read_by(load, |learner| {
            matches!(learner, Learner::Cascade(_) | Learner::Reweighted(_) | Learner::Tempered(_))
        })
    }
}
