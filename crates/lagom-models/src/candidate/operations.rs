//! Operations of one prediction, and the numbers that it holds at once.
//!
//! Operations: additions, multiplications and comparisons of what was learned.
//!
//! Counted by hand, not measured. A dense layer of `i` inputs and `o` outputs takes `i · o` multiplications and as many additions, its
//! biases among them: `2 i o`. A hidden unit takes one more, the comparison with 0 (ReLU). A tree takes a comparison for each split on
//! the way of the row, and one addition. The preparation of inputs and the last softmax are left out: they are not learned, and the same
//! for all sizes. Of texts and trees the count hangs on the row, so that it is a mean over rows.

use super::linear;
use super::model::{Features, Learner, Model, bags, texts};
use crate::data::Inputs;

impl Model {
    /// Operations of one prediction, the mean over these rows; none of families that do not count them, or of no rows.
    #[must_use]
    pub fn operations(&self, inputs: &Inputs<'_>) -> Option<f64> {
        let rows = inputs.rows.len();
        if rows == 0 {
            return None;
        }
        match (&self.learner, &self.features) {
            (Learner::Constant(_), _) => Some(0.0),
            (Learner::Linear(model), Features::Table(_)) => Some(2.0 * model.weights.len() as f64),
            (Learner::Linear(model), Features::Text(vectoriser)) => {
                let matrix = vectoriser.transform(&texts(inputs));
                let stored = linear::Matrix::Sparse(&matrix).stored();
                Some(2.0 * (stored * model.target.outputs()) as f64 / rows as f64)
            }
            (Learner::Mlp(model), _) => Some(model.operations()),
            (Learner::Embedding(model), Features::Bags(config)) => {
                let (_, ids) = bags(config, &texts(inputs));
                Some(model.operations(ids.len() as f64 / rows as f64))
            }
            (Learner::Trees(forest), Features::Table(preprocess)) => {
                let values = preprocess.transform(inputs);
                let all: u64 = values.chunks_exact(preprocess.width().max(1)).map(|row| forest.operations(row)).sum();
                Some(all as f64 / rows as f64)
            }
            (Learner::Reweighted(model), _) => model.operations(inputs),
            (Learner::Cascade(pair), _) => pair.operations(inputs),
            (Learner::Tempered(model), _) => model.operations(inputs),
            _ => None,
        }
    }

    /// Numbers that one prediction holds at once beside the parameters: prepared inputs and outputs, of a perceptron those of its widest layer. What is
    /// needed to prepare the inputs is left out. None of families that do not count them, and of texts.
    #[must_use]
    pub fn numbers_held(&self) -> Option<u64> {
        let held = match (&self.learner, &self.features) {
            (Learner::Constant(answer), _) => answer.len(),
            (Learner::Linear(model), Features::Table(preprocess)) => preprocess.width() + model.target.outputs(),
            (Learner::Trees(forest), Features::Table(preprocess)) => preprocess.width() + forest.outputs(),
            (Learner::Mlp(model), Features::Table(_)) => model.held(),
            _ => return None,
        };
        Some(held as u64)
    }
}
