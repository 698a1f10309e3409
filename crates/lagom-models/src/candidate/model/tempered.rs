//! A model whose probabilities are brought to a temperature.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::member::Member;
use super::{Features, Learner, Model, misfit};
use crate::candidate::predictor::Load;
use crate::candidate::spec::FitError;
use crate::data::Inputs;
use crate::stats::tempered;

/// A model whose log-odds are divided by a temperature (Guo et al. 2017): above 1 it is less sure than it was. No called class changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tempered {
    model: Member,
    temperature: f64,
}

impl Model {
    /// The same model with its log-odds divided by a temperature above 0.
    ///
    /// # Errors
    /// The model has no encoding, or is at a temperature already; the temperature is none.
    pub fn at_temperature(self, temperature: f64) -> Result<Self, FitError> {
        if matches!(self.learner, Learner::Tempered(_)) || !(temperature.is_finite() && temperature > 0.0) {
            return Err(misfit());
        }
        let model = Member::of(self).map_err(|error| FitError::Unfit(error.to_string()))?;
        Ok(Self { features: Features::None, learner: Learner::Tempered(Tempered { model, temperature }), scale: None })
    }
}

impl Tempered {
    /// What the log-odds are divided by.
    #[must_use]
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// The model whose probabilities are brought to it.
    ///
    /// # Errors
    /// It was not read yet.
    pub(super) fn inner(&self) -> Result<&Model, FitError> {
        self.model.model()
    }

    /// Its parameters: those of the model, and the temperature.
    pub(super) fn parameters(&self) -> u64 {
        self.model.model().map_or(0, Model::parameters) + 1
    }

    /// Probabilities `[rows, classes]`.
    ///
    /// # Errors
    /// The parts of the model do not fit together.
    pub(super) fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let stated = self.model.model()?.predict(inputs)?;
        let classes = stated.len().checked_div(inputs.rows.len()).unwrap_or(0);
        if inputs.rows.is_empty() {
            return Ok(stated);
        }
        let is_sound = self.temperature.is_finite() && self.temperature > 0.0;
        if classes < 2 || stated.len() != inputs.rows.len() * classes || !is_sound {
            return Err(misfit());
        }
        let mut answers = tempered(&stated, classes, self.temperature);
        for (stated, answer) in stated.chunks_exact(classes).zip(answers.chunks_exact_mut(classes)) {
            let top = called(stated);
            // Where two are so close that they round to one, the one that was called stays above.
            if called(answer) != top {
                let most = answer.iter().copied().fold(0.0, f64::max);
                answer[top] = most.next_up();
            }
        }
        Ok(answers)
    }

    /// Operations of one prediction: those of the model, and for each class a division, a sum and a division.
    pub(in crate::candidate) fn operations(&self, inputs: &Inputs<'_>) -> Option<f64> {
        let model = self.model.model().ok()?;
        let one = model.predict(&Inputs { rows: inputs.rows.get(..1)?, ..*inputs }).ok()?;
        Some(model.operations(inputs)? + 3.0 * one.len() as f64)
    }

    /// Bytes of the files that it needs beside its own.
    pub(super) fn bytes_beside(&self) -> u64 {
        self.model.bytes_beside()
    }

    /// The folders that it needs beside its own file.
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
        Ok(packed.map(|model| Self { model, temperature: self.temperature }))
    }

    /// Makes the model inside of the bytes that were read from a file.
    ///
    /// # Errors
    /// What `load` says.
    pub(super) fn read_by(&mut self, load: &Load<'_>) -> Result<(), FitError> {
        self.model.read_by(load, |learner| matches!(learner, Learner::Cascade(_) | Learner::Tempered(_)))
    }
}

/// The place of the highest probability; the first of equals.
fn called(row: &[f64]) -> usize {
    (0..row.len()).fold(0, |best, at| if row[at] > row[best] { at } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Reweighted;

    fn constant(answer: &[f32]) -> Model {
        Model { features: Features::None, learner: Learner::Constant(answer.to_vec()), scale: None }
    }

    fn answer(model: &Model) -> Vec<f64> {
        model.predict(&Inputs { columns: &[], rows: &[0] }).expect("answers")
    }

    #[test]
    fn log_odds_are_divided_and_no_called_class_changes() {
        // ln(0.8 / 0.2) = ln 4; half of it is ln 2, the odds of 2 to 1.
        let model = constant(&[0.2, 0.8]).at_temperature(2.0).expect("whole");
        assert!((answer(&model)[1] - 2.0 / 3.0).abs() < 1e-7 && model.parameters() == 2);
        // Weights first, then the temperature: odds of 4 to 1 are weighed to 1 to 1.
        let inner = Reweighted::of(constant(&[0.2, 0.8]), vec![4.0, 1.0]).expect("whole");
        let weighed = Model { features: Features::None, learner: Learner::Reweighted(inner), scale: None };
        assert!((answer(&weighed.at_temperature(2.0).expect("whole"))[1] - 0.5).abs() < 1e-7);
        // The next f32 above one half: at 50 both round to one half or nearly so, and the second is still called.
        let close = [0.5_f32.next_down(), 0.5_f32.next_up(), 1e-9];
        for temperature in [0.02, 0.5, 1.0, 3.0, 50.0] {
            for stated in [close.to_vec(), vec![0.1, 0.3, 0.6], vec![1.0, 0.0, 0.0], vec![0.0, 0.0, 1.0]] {
                let found = answer(&constant(&stated).at_temperature(temperature).expect("whole"));
                let stated: Vec<f64> = stated.iter().map(|one| f64::from(*one)).collect();
                assert_eq!(called(&found), called(&stated), "{stated:?} at {temperature}: {found:?}");
                assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
        assert!(constant(&[1.0]).at_temperature(0.0).is_err() && constant(&[1.0]).at_temperature(f64::NAN).is_err());
        let twice = constant(&[0.2, 0.8]).at_temperature(2.0).and_then(|model| model.at_temperature(2.0));
        assert!(twice.is_err());
    }

    #[test]
    fn it_is_read_again_from_its_bytes() {
        let model = constant(&[0.2, 0.8]).at_temperature(1.5).expect("whole");
        let bytes = postcard::to_stdvec(&model).expect("bytes");
        let mut again: Model = postcard::from_bytes(&bytes).expect("a model");
        assert!(again.predict(&Inputs { columns: &[], rows: &[0] }).is_err(), "nothing has read the model inside yet");
        again.read_by(&|id, _| Err(FitError::Unfit(format!("no family {id}")))).expect("read");
        assert_eq!(answer(&again), answer(&model));
        // One within another is refused.
        let nested = Tempered { model: Member::of(model).expect("bytes"), temperature: 2.0 };
        let mut nested = Model { features: Features::None, learner: Learner::Tempered(nested), scale: None };
        assert!(nested.read_by(&|id, _| Err(FitError::Unfit(format!("no family {id}")))).is_err());
    }
}
