//! A trained model with its treatment: from typed columns to answers. Three kinds hold other models: `cascade`, `reweighted` and `tempered`.

mod cascade;
mod member;
mod peeled;
mod reweighted;
mod tempered;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use cascade::Cascade;
pub use peeled::Peeled;
pub use reweighted::Reweighted;
pub use tempered::Tempered;

use super::linear::{self, Linear};
use super::neural::{Bags, Dense, Embedding, Mlp, Tailored, TailoredTexts};
use super::predictor::{Kept, Load, Predictor};
use super::preprocess::{Preprocessor, TargetScale};
use super::spec::FitError;
use super::text::{NgramConfig, Vectoriser, hashed};
use super::trees::Forest;
use crate::data::{Inputs, Values};

/// Everything between an input row and an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// From columns to numbers.
    pub features: Features,
    /// From numbers to an answer.
    pub learner: Learner,
    /// Scale of a numeric target that the learner works in.
    pub scale: Option<TargetScale>,
}

/// The fitted treatment of the inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Features {
    /// The inputs are not looked at.
    None,
    /// A table's columns.
    Table(Preprocessor),
    /// Texts as rows of hashed n-grams with TF-IDF.
    Text(Vectoriser),
    /// Texts as bags of hashed n-grams.
    Bags(NgramConfig),
}

/// The trained part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Learner {
    /// The same answer for every row: class shares of the training rows, or their mean.
    Constant(Vec<f32>),
    /// Softmax or ridge regression.
    Linear(Linear),
    /// Boosted trees.
    Trees(Forest),
    /// A multilayer perceptron.
    Mlp(Mlp),
    /// Averaged n-gram embeddings.
    Embedding(Embedding),
    /// A model of a family with a form of its own; its treatment is its own, too.
    Kept(Kept),
    /// A perceptron that is built otherwise, or several.
    Tailored(Tailored),
    /// Averaged n-gram embeddings that were changed after their training, or several.
    TailoredTexts(TailoredTexts),
    /// A model with its treatment whose probabilities are weighed by class.
    Reweighted(Reweighted),
    /// Two models in a row: the second answers where the first is unsure.
    Cascade(Cascade),
    /// A model with its treatment whose probabilities are brought to a temperature.
    Tempered(Tempered),
}

impl Model {
    /// Number of stored parameters: weights and biases, inverse document frequencies, split thresholds and leaf values.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let learner = match &self.learner {
            Learner::Constant(_) => 1,
            Learner::Linear(model) => model.parameters(),
            Learner::Trees(model) => model.parameters(),
            Learner::Mlp(model) => model.parameters(),
            Learner::Embedding(model) => model.parameters(),
            Learner::Kept(model) => model.predictor().map_or(0, Predictor::parameters),
            Learner::Tailored(model) => model.parameters(),
            Learner::TailoredTexts(model) => model.parameters(),
            Learner::Reweighted(model) => model.parameters(),
            Learner::Cascade(pair) => pair.parameters(),
            Learner::Tempered(model) => model.parameters(),
        };
        match &self.features {
            Features::Text(vectoriser) => learner + vectoriser.parameters(),
            Features::None | Features::Table(_) | Features::Bags(_) => learner,
        }
    }

    /// Bytes of the files that it needs beside the bundle that it is in.
    #[must_use]
    pub fn bytes_beside(&self) -> u64 {
        match &self.learner {
            Learner::Kept(model) => model.predictor().map_or(0, Predictor::bytes_beside),
            Learner::Reweighted(model) => model.bytes_beside(),
            Learner::Cascade(pair) => pair.bytes_beside(),
            Learner::Tempered(model) => model.bytes_beside(),
            _ => 0,
        }
    }

    /// The folders that those files lie in, each once.
    #[must_use]
    pub fn folders_beside(&self) -> Vec<PathBuf> {
        match &self.learner {
            Learner::Kept(model) => model.predictor().map_or_else(|_| Vec::new(), Predictor::folders_beside),
            Learner::Reweighted(model) => model.folders_beside(),
            Learner::Tempered(model) => model.folders_beside(),
            Learner::Cascade(pair) => pair.folders_beside(),
            _ => Vec::new(),
        }
    }

    /// How many of these rows hold a text that is longer than what the model reads of one; of two models in a row, than what either reads.
    ///
    /// # Errors
    /// The texts can't be cut into tokens.
    pub fn cut_texts(&self, inputs: &Inputs<'_>) -> Result<u64, FitError> {
        match &self.learner {
            Learner::Kept(model) => model.predictor()?.cut_texts(inputs),
            Learner::Reweighted(model) => model.cut_texts(inputs),
            Learner::Tempered(model) => model.cut_texts(inputs),
            Learner::Cascade(pair) => pair.cut_texts(inputs),
            _ => Ok(0),
        }
    }

    /// The same with everything in it that it reads from elsewhere; none where it reads nothing.
    ///
    /// # Errors
    /// What it reads is not there any more, or has no encoding.
    pub fn packed(&self) -> Result<Option<Self>, FitError> {
        let learner = match &self.learner {
            Learner::Kept(model) => model.packed()?.map(Learner::Kept),
            Learner::Reweighted(model) => model.packed()?.map(Learner::Reweighted),
            Learner::Cascade(pair) => pair.packed()?.map(Learner::Cascade),
            Learner::Tempered(model) => model.packed()?.map(Learner::Tempered),
            _ => None,
        };
        Ok(learner.map(|learner| Self { learner, ..self.clone() }))
    }

    /// Makes what families keep as bytes of the bytes that were read from a file.
    ///
    /// # Errors
    /// What `load` says.
    pub fn read_by(&mut self, load: &Load<'_>) -> Result<(), FitError> {
        match &mut self.learner {
            Learner::Kept(model) => model.read_by(load),
            Learner::Reweighted(model) => model.read_by(load),
            Learner::Cascade(pair) => pair.read_by(load),
            Learner::Tempered(model) => model.read_by(load),
            _ => Ok(()),
        }
    }

    /// Class probabilities `[rows, classes]`, or values `[rows]` in the target's own unit; of language models the natural logarithm of the
    /// probability of each text.
    ///
    /// # Errors
    /// The parts of the model do not fit together: a bundle that was tampered with.
    pub fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        let rows = inputs.rows.len();
        let answers = match (&self.learner, &self.features) {
            (Learner::Constant(answer), _) => answer.repeat(rows),
            (Learner::Kept(model), _) => return model.predictor()?.predict(inputs),
            (Learner::Reweighted(model), _) => return model.predict(inputs),
            (Learner::Cascade(pair), _) => return pair.predict(inputs),
            (Learner::Tempered(model), _) => return model.predict(inputs),
            (learner, Features::Table(preprocess)) => {
                table(learner, &preprocess.transform(inputs), rows, preprocess.width())?
            }
            (Learner::Embedding(model), Features::Bags(config)) => {
                let (offsets, ids) = bags(config, &texts(inputs));
                model.predict(Bags { offsets: &offsets, ids: &ids, weights: None })?
            }
            (Learner::TailoredTexts(model), Features::Bags(config)) => {
                let (offsets, ids) = bags(config, &texts(inputs));
                model.predict(Bags { offsets: &offsets, ids: &ids, weights: None })?
            }
            (Learner::Linear(model), Features::Text(vectoriser)) => {
                model.predict(&linear::Matrix::Sparse(&vectoriser.transform(&texts(inputs))))?
            }
            _ => return Err(misfit()),
        };
        Ok(in_unit(answers, self.scale.as_ref()))
    }
}

/// A learner's answers in the target's own unit: it works in standard deviations with the precision of an f32; the
/// unit, with its offset, needs that of an f64.
pub(super) fn in_unit(answers: Vec<f32>, scale: Option<&TargetScale>) -> Vec<f64> {
    let mut answers: Vec<f64> = answers.into_iter().map(f64::from).collect();
    if let Some(scale) = scale {
        scale.undo(&mut answers);
    }
    answers
}

fn misfit() -> FitError {
    FitError::Unfit("the model's learner does not fit its features".to_owned())
}

fn table(learner: &Learner, values: &[f32], rows: usize, columns: usize) -> Result<Vec<f32>, FitError> {
    match learner {
        Learner::Linear(model) => Ok(model.predict(&linear::Matrix::Dense { rows, columns, values })?),
        Learner::Mlp(model) => Ok(model.predict(Dense { rows, columns, values })?),
        Learner::Tailored(model) => Ok(model.predict(Dense { rows, columns, values })?),
        Learner::Trees(forest) if forest.outputs() > 0 => {
            let mut answers = vec![0.0; rows * forest.outputs()];
            for (row, answer) in values.chunks_exact(columns.max(1)).zip(answers.chunks_exact_mut(forest.outputs())) {
                forest.predict(row, answer);
            }
            Ok(answers)
        }
        // A forest without an output is none that was trained.
        Learner::Trees(_)
        | Learner::Constant(_)
        | Learner::Embedding(_)
        | Learner::TailoredTexts(_)
        | Learner::Reweighted(_)
        | Learner::Cascade(_)
        | Learner::Tempered(_)
        | Learner::Kept(_) => Err(misfit()),
    }
}

/// The text of each row in view: its text columns, joined by a line break.
#[must_use]
pub(super) fn texts(inputs: &Inputs<'_>) -> Vec<String> {
    let columns: Vec<&Vec<String>> = inputs
        .columns
        .iter()
        .filter_map(|column| if let Values::Texts(texts) = &column.values { Some(texts) } else { None })
        .collect();
    let joined = |row: &u32| columns.iter().map(|texts| texts[*row as usize].as_str()).collect::<Vec<_>>().join("\n");
    inputs.rows.iter().map(joined).collect()
}

/// Hashed n-gram ids of each text, one after the other, and where each text's begin.
#[must_use]
pub(super) fn bags(config: &NgramConfig, texts: &[String]) -> (Vec<u32>, Vec<u32>) {
    let mut offsets = vec![0];
    let mut ids = Vec::new();
    for text in texts {
        hashed(text, config, &mut ids);
        offsets.push(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    }
    (offsets, ids)
}
