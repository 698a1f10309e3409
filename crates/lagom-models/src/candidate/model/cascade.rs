//! Two models in a row: the second answers where the first is unsure.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::member::Member;
use super::{Learner, Model, misfit};
use crate::candidate::predictor::Load;
use crate::candidate::spec::FitError;
use crate::data::Inputs;
use crate::metric::certainty;

/// Two models in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cascade {
    small: Member,
    large: Member,
    threshold: f64,
}

impl Cascade {
    /// The first answers where its certainty ([`certainty`], the sum of its squared class probabilities) is at least the threshold.
    ///
    /// # Errors
    /// A model has no encoding.
    pub fn of(small: Model, large: Model, threshold: f64) -> Result<Self, postcard::Error> {
        Ok(Self { small: Member::of(small)?, large: Member::of(large)?, threshold })
    }

    /// Makes models of the bytes.
    ///
    /// # Errors
    /// The bytes are no model, or that of a cascade; what `load` says.
    pub(super) fn read_by(&mut self, load: &Load<'_>) -> Result<(), FitError> {
        let is_cascade = |learner: &Learner| matches!(learner, Learner::Cascade(_));
        self.small.read_by(load, is_cascade)?;
        self.large.read_by(load, is_cascade)
    }

    /// Bytes of the files that the two need beside the bundle.
    pub(super) fn bytes_beside(&self) -> u64 {
        self.small.bytes_beside() + self.large.bytes_beside()
    }

    /// The folders that those files lie in, each once.
    pub(super) fn folders_beside(&self) -> Vec<PathBuf> {
        let mut folders = [self.small.folders_beside(), self.large.folders_beside()].concat();
        folders.dedup();
        folders
    }

    /// How many of these rows hold a text that is longer than what one of the two reads of it: the model that reads less cuts them all.
    ///
    /// # Errors
    /// The texts can't be cut into tokens.
    pub(super) fn cut_texts(&self, inputs: &Inputs<'_>) -> Result<u64, FitError> {
        Ok(self.small.model()?.cut_texts(inputs)?.max(self.large.model()?.cut_texts(inputs)?))
    }

    /// The same with all that the two need in it; none where they have all.
    ///
    /// # Errors
    /// What one needs can't be read, or has no encoding.
    pub(super) fn packed(&self) -> Result<Option<Self>, FitError> {
        let (small, large) = (self.small.packed()?, self.large.packed()?);
        if small.is_none() && large.is_none() {
            return Ok(None);
        }
        let or = |packed: Option<Member>, own: &Member| packed.unwrap_or_else(|| own.clone());
        Ok(Some(Self { small: or(small, &self.small), large: or(large, &self.large), threshold: self.threshold }))
    }

    /// Parameters of both together.
    pub(super) fn parameters(&self) -> u64 {
        [&self.small, &self.large].iter().filter_map(|one| one.model().ok()).map(Model::parameters).sum()
    }

    /// Operations of one prediction, the mean over these rows: those of the first, and of the second on the rows that are handed on.
    pub(in crate::candidate) fn operations(&self, inputs: &Inputs<'_>) -> Option<f64> {
        let (small, large) = (self.small.model().ok()?, self.large.model().ok()?);
        let answers = small.predict(inputs).ok()?;
        let classes = answers.len().checked_div(inputs.rows.len()).filter(|classes| *classes > 0)?;
        let unsure =
            answers.chunks_exact(classes).zip(inputs.rows).filter(|(answer, _)| certainty(answer) < self.threshold);
        let rows: Vec<u32> = unsure.map(|(_, row)| *row).collect();
        let share = rows.len() as f64 / inputs.rows.len() as f64;
        let second = if rows.is_empty() { 0.0 } else { large.operations(&Inputs { rows: &rows, ..*inputs })? };
        Some(small.operations(inputs)? + share * second)
    }

    /// Class probabilities `[rows, classes]`.
    pub(super) fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let mut answers = self.small.model()?.predict(inputs)?;
        let rows = inputs.rows.len();
        let classes = answers.len().checked_div(rows).unwrap_or(0);
        if rows == 0 {
            return Ok(answers);
        }
        if classes == 0 || answers.len() != rows * classes {
            return Err(misfit());
        }
        let unsure = |(_, answer): &(usize, &[f64])| certainty(answer) < self.threshold;
        let unsure: Vec<usize> = answers.chunks_exact(classes).enumerate().filter(unsure).map(|(at, _)| at).collect();
        if unsure.is_empty() {
            return Ok(answers);
        }
        let handed_on: Vec<u32> = unsure.iter().map(|&at| inputs.rows[at]).collect();
        let second = self.large.model()?.predict(&Inputs { rows: &handed_on, ..*inputs })?;
        if second.len() != unsure.len() * classes {
            return Err(misfit());
        }
        for (&at, answer) in unsure.iter().zip(second.chunks_exact(classes)) {
            answers[at * classes..(at + 1) * classes].copy_from_slice(answer);
        }
        Ok(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Features, Learner};

    fn constant(answer: &[f32]) -> Model {
        Model { features: Features::None, learner: Learner::Constant(answer.to_vec()), scale: None }
    }

    fn read(pair: Cascade) -> Result<Model, FitError> {
        let model = Model { features: Features::None, learner: Learner::Cascade(pair), scale: None };
        let bytes = postcard::to_stdvec(&model).expect("whole");
        let mut back: Model = postcard::from_bytes(&bytes).expect("whole");
        let Learner::Cascade(pair) = &mut back.learner else { panic!("a cascade") };
        pair.read_by(&|id, _| Err(FitError::Unfit(format!("no family {id}"))))?;
        Ok(back)
    }

    #[test]
    fn unsure_rows_are_answered_by_the_second() {
        // Certainties of the first: 0.9² + 0.1² = 0.82.
        let inputs = Inputs { columns: &[], rows: &[4, 7] };
        for (threshold, expected) in [(0.8, [0.9, 0.1]), (0.83, [0.2, 0.8])] {
            let pair = Cascade::of(constant(&[0.9, 0.1]), constant(&[0.2, 0.8]), threshold).expect("whole");
            let model = read(pair).expect("two models");
            let answers = model.predict(&inputs).expect("two rows");
            let expected = [expected, expected].concat();
            assert!(
                answers.iter().zip(expected).all(|(a, b): (&f64, f64)| (a - b).abs() < 1e-6),
                "{threshold}: {answers:?}"
            );
            assert_eq!(model.parameters(), 2);
        }
    }

    #[test]
    fn cascades_do_not_nest_and_broken_bytes_are_no_model() {
        let inner = Cascade::of(constant(&[0.9, 0.1]), constant(&[0.2, 0.8]), 0.5).expect("whole");
        let nested = Model { features: Features::None, learner: Learner::Cascade(inner.clone()), scale: None };
        assert!(read(Cascade::of(nested, constant(&[1.0, 0.0]), 0.5).expect("whole")).is_err());
        let mut cut = inner;
        cut.large.bytes.pop();
        assert!(read(cut).is_err());
        // Another number of classes than the first has.
        let odd = Cascade::of(constant(&[0.5, 0.5]), constant(&[1.0]), 0.9).expect("whole");
        assert!(read(odd).expect("two models").predict(&Inputs { columns: &[], rows: &[0] }).is_err());
    }
}
