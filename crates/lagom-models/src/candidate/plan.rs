//! How a candidate is trained: all that a lever may change of it.

use std::collections::BTreeMap;

use super::preprocess::PreprocessPlan;
use super::recipe::Recipe;
use super::rows::RowStep;
use super::spec::FitError;
use crate::data::{Inputs, Values};

/// How a candidate is trained: what levers may change of it, and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingPlan {
    /// The settings of its family.
    pub recipe: Recipe,
    /// What is done to the training rows before the family sees them, in the order in which it is done.
    pub rows: Vec<RowStep>,
    /// How columns and texts become numbers.
    pub preprocess: PreprocessPlan,
    /// The share of the targets that a larger model teaches; none where rows keep their own.
    pub distillation: Option<f64>,
    /// What the weights of the classes are tuned for; none where the likeliest class is called.
    pub decision: Option<Decision>,
    /// Columns of numbers along which the answers go one way alone.
    pub monotone: BTreeMap<String, Direction>,
}

/// Which way answers go as a number grows, all else equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// They never fall.
    Up,
    /// They never rise.
    Down,
}

impl TrainingPlan {
    /// How a family trains by a recipe of its own: all training rows as they are, and the preprocessing that lagom has found
    /// good for the family.
    #[must_use]
    pub fn plain(recipe: Recipe) -> Self {
        Self { recipe, ..Self::default() }
    }

    /// Does one step more to the training rows. Steps are kept in the order of their kinds, whatever the order in which they
    /// come; a second one of a kind takes the place of the first.
    pub fn step(&mut self, step: RowStep) {
        let at = self.rows.partition_point(|other| other.rank() < step.rank());
        match self.rows.get_mut(at).filter(|other| other.rank() == step.rank()) {
            Some(other) => *other = step,
            None => self.rows.insert(at, step),
        }
    }
}

/// Whether every column along which answers go one way alone is an input that holds numbers.
///
/// # Errors
/// One is not.
pub(super) fn check_monotone(monotone: &BTreeMap<String, Direction>, inputs: &Inputs<'_>) -> Result<(), FitError> {
    for name in monotone.keys() {
        match inputs.columns.iter().find(|column| column.name == *name).map(|column| &column.values) {
            Some(Values::Numbers(_)) => {}
            Some(Values::Categories { .. } | Values::Texts(_)) => {
                let message =
                    format!("`monotone` names the column `{name}`, which holds no numbers: it has no up or down");
                return Err(FitError::Unfit(message));
            }
            None => {
                let names: Vec<&str> = inputs.columns.iter().take(20).map(|column| column.name.as_str()).collect();
                let message =
                    format!("`monotone` names the column `{name}`, which is no input; these are: {}", names.join(", "));
                return Err(FitError::Unfit(message));
            }
        }
    }
    Ok(())
}

/// What the weights of the classes are tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The share of rows whose called class is right.
    Accuracy,
    /// The mean over the true classes of the share of each that is called.
    BalancedAccuracy,
    /// The mean over the classes of F1.
    MacroF1,
}

impl Decision {
    /// Each with its name in a study.
    pub(super) const ALL: [(&'static str, Self); 3] =
        [("accuracy", Self::Accuracy), ("balanced-accuracy", Self::BalancedAccuracy), ("macro-f1", Self::MacroF1)];
}
