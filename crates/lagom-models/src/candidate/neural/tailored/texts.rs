//! Networks of embeddings whose weights were changed after their training, or several of them.

use serde::{Deserialize, Serialize};

use super::matrix::Matrix;
use super::network::Built;
use crate::candidate::neural::data::{Bags, Inputs, Training};
use crate::candidate::neural::embedding::{
    Averager, Embedding, EmbeddingShape, fit_embedding, means, train_averagers, uses,
};
use crate::candidate::neural::error::NeuralError;
use crate::candidate::neural::recipe::{NetworkFit, Recipe};
use crate::candidate::neural::train::{Answers, predict, train_on};

/// A trained network of embeddings.
#[derive(Debug, Clone, PartialEq)]
pub enum TextNetwork {
    /// One, as it was trained.
    Plain(Embedding),
    /// One that was changed afterwards, or several.
    Tailored(TailoredTexts),
}

/// A trained network of embeddings whose weights were set to 0 or brought to bytes, or an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TailoredTexts {
    members: Vec<Member>,
    classes: bool,
}

/// One network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Member {
    /// `[buckets, dimension]`.
    table: Matrix,
    /// From the mean of a text's vectors to the outputs.
    head: Built,
}

impl Member {
    fn is_sound(&self) -> bool {
        let dimension = self.table.outputs as usize;
        self.table.inputs > 0
            && dimension > 0
            && self.table.is_sound()
            && self.head.is_sound()
            && self.head.inputs() == dimension
    }
}

impl From<Averager> for Member {
    fn from(averager: Averager) -> Self {
        let Averager { buckets, dimension, table, stack, .. } = averager;
        Self { table: Matrix::new(buckets, dimension, table), head: Built::from(stack) }
    }
}

impl<'a> Answers<Bags<'a>> for Member {
    fn outputs(&self, inputs: &Bags<'a>, rows: &[u32]) -> Result<Vec<f32>, NeuralError> {
        let uses = uses(self.table.inputs, inputs, rows, None);
        self.head.forward(means(&self.table.values, self.table.outputs as usize, &uses, rows.len()), rows.len())
    }
}

impl TailoredTexts {
    /// Numbers that it stores, of all networks together: weights that are not 0 where the zeros are left out, and biases.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.members.iter().map(|one| one.table.parameters() + one.head.stored()).sum()
    }

    /// Probabilities, row-major `[rows, classes]`, or standardised values `[rows]`; of several networks their mean.
    ///
    /// # Errors
    /// [`NeuralError::Data`] for malformed bags; [`NeuralError::Shape`] if what is stored does not fit together.
    pub fn predict(&self, x: Bags<'_>) -> Result<Vec<f32>, NeuralError> {
        let misfit = || NeuralError::Shape("the stored weights do not fit together".into());
        let width = self.members.first().ok_or_else(misfit)?.head.outputs();
        if !self.members.iter().all(|one| one.is_sound() && one.head.outputs() == width)
            || (!self.classes && width != 1)
        {
            return Err(misfit());
        }
        x.check()?;
        predict(&self.members.iter().collect::<Vec<_>>(), &x, width, self.classes)
    }
}

/// Trains a network of embeddings, or several, as the recipe says. With a recipe that changes nothing of a trained one, this is
/// [`fit_embedding`]. Losses and curve are those of the training, before weights are set to 0, trained on or brought to bytes.
///
/// # Errors
/// As [`fit_embedding`].
pub fn fit_texts(
    shape: &EmbeddingShape,
    data: Training<'_, Bags<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<TextNetwork>, NeuralError> {
    if !recipe.is_tailored() {
        return Ok(fit_embedding(shape, data, recipe, seed)?.map(TextNetwork::Plain));
    }
    let mut fitted = train_averagers(shape, data, recipe, seed)?;
    if recipe.pruning > 0.0 {
        fitted.model.iter_mut().for_each(|one| one.prune(recipe.pruning));
        train_on(&mut fitted, data, recipe, seed)?;
        fitted.model.iter_mut().for_each(Averager::thaw);
    }
    let classes = data.train.1.is_classes();
    Ok(fitted.map(|members| {
        let mut members: Vec<Member> = members.into_iter().map(Member::from).collect();
        for Member { table, head } in &mut members {
            if recipe.pruning > 0.0 {
                table.keep_sparse();
                head.keep_sparse();
            }
            if recipe.quantisation {
                table.quantise();
                head.quantise();
            }
        }
        TextNetwork::Tailored(TailoredTexts { members, classes })
    }))
}
