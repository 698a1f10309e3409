//! What trees are trained on, and what a training leaves behind.

use super::forest::Forest;

/// The inputs: one number per row and column.
#[derive(Debug, Clone, Copy)]
pub struct Features<'a> {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// Row after row; NaN means missing.
    pub values: &'a [f32],
}

/// What a training has beside its rows and settings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drawn<'a> {
    /// What each training row weighs: its derivatives count so many times. 1 on average; none where all weigh the same.
    pub weights: Option<&'a [f32]>,
    /// Seed of the rows and columns that are drawn, where not all are taken.
    pub seed: u64,
    /// Columns of the matrix along which the sums of trees may go up alone (true), or down alone (false).
    pub monotone: &'a [(usize, bool)],
}

/// A trained forest and how its training went.
#[derive(Debug, Clone)]
pub struct ForestFit {
    /// The forest, cut back to the best round where there was a validation set.
    pub forest: Forest,
    /// The number of rounds settled on: what a refit on all the rows should use.
    pub rounds: u32,
    /// The loss on the training rows after each round trained: mean cross-entropy
    /// in nats, or mean squared error in the target's unit, every row counted once whatever it weighs.
    pub train_loss: Vec<f64>,
    /// The same on the validation rows; empty without them.
    pub validation_loss: Vec<f64>,
}

/// Why no forest could be trained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreesError {
    /// A setting is out of its range.
    #[error("the trees' setting `{0}` is out of range")]
    Config(&'static str),
    /// There are no rows or no columns.
    #[error("there is nothing to train on: {rows} rows and {columns} columns")]
    Empty {
        /// The rows given.
        rows: usize,
        /// The columns given.
        columns: usize,
    },
    /// Two lengths that must agree do not.
    #[error("{what}: {got} given where {wanted} are needed")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// How many were given.
        got: usize,
        /// How many are needed.
        wanted: usize,
    },
    /// A label is not a class, or not a finite number.
    #[error("the label of row {row} (from 0) is not a class below the count, or not finite")]
    Label {
        /// The row.
        row: usize,
    },
    /// The validation labels are of another kind than the training labels.
    #[error("the training and validation labels differ in kind or in the count of classes")]
    Kind,
    /// The tree learner refused the data.
    #[error("the tree learner refused the data: {0}")]
    Learner(String),
}
