//! What stands around the model that learned.

use super::{Learner, Model};
use crate::candidate::spec::FitError;

/// A model without what stands around it: with `s` its score of a class, the whole has `(s + ln weight) / temperature`.
#[derive(Clone, Copy, Debug)]
pub struct Peeled<'a> {
    /// The model that learned.
    pub model: &'a Model,
    /// A factor for each class; none where all are 1.
    pub weights: Option<&'a [f64]>,
    /// What the scores are divided by.
    pub temperature: f64,
}

impl Model {
    /// The model within weights of classes and a temperature.
    ///
    /// # Errors
    /// A model within was not read yet.
    pub fn peeled(&self) -> Result<Peeled<'_>, FitError> {
        let mut peeled = Peeled { model: self, weights: None, temperature: 1.0 };
        if let Learner::Tempered(model) = &self.learner {
            (peeled.model, peeled.temperature) = (model.inner()?, model.temperature());
        }
        if let Learner::Reweighted(model) = &peeled.model.learner {
            (peeled.model, peeled.weights) = (model.inner()?, Some(model.weights()));
        }
        Ok(peeled)
    }
}
