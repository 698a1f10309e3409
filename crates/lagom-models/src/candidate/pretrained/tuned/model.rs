//! Weights that were trained further, as a model: what is kept of it, and its answers.

use std::path::{Path, PathBuf};

use lagom_pretrained::fine_tune::TunedModel;
use serde::{Deserialize, Serialize};

use super::super::source::Source;
use crate::candidate::model::{in_unit, texts};
use crate::candidate::predictor::Predictor;
use crate::candidate::preprocess::TargetScale;
use crate::candidate::spec::FitError;
use crate::data::Inputs;

/// Texts that go through a network together.
pub(super) const BATCH: usize = 32;

/// A model that was trained further.
#[derive(Clone, Debug)]
pub(super) struct TunedTexts {
    model: TunedModel,
    /// The weights that a low-rank change stands on; none where all are the model's own.
    base: Option<Source>,
    /// Of a numeric target; none of classes.
    scale: Option<TargetScale>,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    base: Option<Source>,
    scale: Option<TargetScale>,
    model: Vec<u8>,
}

impl TunedTexts {
    /// A model that was just trained on these weights.
    pub(super) fn new(model: TunedModel, source: Source, scale: Option<TargetScale>) -> Self {
        let base = model.base().map(|_| source);
        Self { model, base, scale }
    }

    /// What [`Predictor::to_bytes`] wrote, in a file in the folder `beside`.
    ///
    /// # Errors
    /// The bytes are no such model; the weights that it stands on are gone, or others.
    pub(super) fn read(bytes: &[u8], beside: &Path) -> Result<Self, FitError> {
        let Written { base, scale, model } = postcard::from_bytes(bytes)
            .map_err(|error| FitError::Unfit(format!("no weights that were trained further: {error}")))?;
        let base = base.map(|source: Source| source.found(beside)).transpose()?;
        let encoder = match &base {
            Some(source) => source.network()?.encoder(),
            None => None,
        };
        let model = TunedModel::from_bytes(&model, encoder).map_err(|error| FitError::Unfit(error.to_string()))?;
        if scale.is_some() && model.outputs() != 1 {
            return Err(FitError::Unfit("it has several outputs for one number".to_owned()));
        }
        Ok(Self { model, base, scale })
    }
}

/// What the outputs of a network are as answers: probabilities of classes, or the numbers themselves.
pub(super) fn answers(mut logits: Vec<f32>, outputs: usize, classes: bool) -> Vec<f32> {
    if classes {
        for row in logits.chunks_exact_mut(outputs.max(1)) {
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter_mut().for_each(|logit| *logit = (*logit - top).exp());
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|share| *share /= sum);
        }
    }
    logits
}

impl Predictor for TunedTexts {
    fn parameters(&self) -> u64 {
        self.model.parameters()
    }

    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let texts = texts(inputs);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let logits = self.model.predict(&texts, BATCH).map_err(|error| FitError::Unfit(error.to_string()))?;
        Ok(in_unit(answers(logits, self.model.outputs(), self.scale.is_none()), self.scale.as_ref()))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        let written = Written {
            base: self.base.clone(),
            scale: self.scale,
            model: self.model.to_bytes().map_err(|error| FitError::Unfit(error.to_string()))?,
        };
        postcard::to_stdvec(&written).map_err(|error| FitError::Unfit(format!("it can't be written as bytes: {error}")))
    }

    fn bytes_beside(&self) -> u64 {
        self.base.as_ref().map_or(0, Source::bytes_beside)
    }

    fn folders_beside(&self) -> Vec<PathBuf> {
        self.base.as_ref().and_then(Source::folder).into_iter().collect()
    }

    fn cut_texts(&self, inputs: &Inputs<'_>) -> Result<u64, FitError> {
        let texts = texts(inputs);
        let cut = self.model.count_cut(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        cut.map(|cut| cut as u64).map_err(|error| FitError::Unfit(error.to_string()))
    }

    fn packed(&self) -> Result<Option<Box<dyn Predictor>>, FitError> {
        match &self.base {
            Some(base) if base.bytes_beside() > 0 => {
                Ok(Some(Box::new(Self { base: Some(base.packed()?), ..self.clone() })))
            }
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_become_probabilities_and_numbers_stay() {
        // exp(0) : exp(ln 3) = 1 : 3.
        let shares = answers(vec![0.0, 3.0_f32.ln(), 100.0, 100.0], 2, true);
        assert!(shares.iter().zip([0.25, 0.75, 0.5, 0.5]).all(|(a, b)| (a - b).abs() < 1e-6), "{shares:?}");
        assert_eq!(answers(vec![0.5, -2.0], 1, false), vec![0.5, -2.0]);
    }
}
