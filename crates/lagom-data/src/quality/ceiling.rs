//! The ceiling: the quality that no model can honestly pass on these data.

use serde::{Deserialize, Serialize};

/// What bounds the accuracy of every model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// By equal inputs with different labels: exact. None where no input comes again, or the target has no classes.
    pub equal_inputs: Option<EqualInputs>,
    /// By the estimated share of wrong labels: an estimate. None where it was not estimated.
    pub wrong_labels: Option<WrongLabels>,
}

/// The most that a model can have right, since it gives equal inputs one answer: the share of rows that have the commonest label of
/// their group of equal inputs (the accuracy of the best rule on these rows).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EqualInputs {
    /// Accuracy, between 0 and 1.
    pub accuracy: f64,
    /// Rows that no model can have right as well.
    pub wrong: u64,
    /// Rows whose inputs come more than once: only they can show it.
    pub repeated: u64,
    /// All rows.
    pub rows: u64,
}

/// What a model comes to that is always right, judged by labels of which some are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrongLabels {
    /// Accuracy, between 0 and 1: one less the estimated share of wrong labels, and no less than what the model that the estimate rests on
    /// has itself on rows that it has not seen. A hint, not a bound: hard rows taken for wrong labels make it too low, wrong labels that follow
    /// a rule make it too high.
    pub accuracy: f64,
}
