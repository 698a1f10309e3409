//! Training rows, and what levers do to them before a family sees them: from training examples to training examples.
//!
//! ```text
//! Examples (training) -> TrainingRows -> RowStep, RowStep, … -> TrainingRows -> Examples, weights, changes
//! ```
//!
//! Only rows in view of the training are looked at: never those that it is validated on, never sealed ones. All chance comes from the
//! training's seed, so a refit does the same to its rows.

mod apply;
mod balance;
mod clean;
mod crossfit;
mod labels;
mod numbers;
mod repeated;
mod step;
mod teach;
mod texts;
mod training_rows;

#[cfg(test)]
mod reviewed_tests;
#[cfg(test)]
mod tests;

pub(super) use apply::apply;
pub(super) use crossfit::{FOLDS as PARTS, dealt, parted};
pub use step::{Augmentation, Cleaning, RowChange, RowStep};
pub(super) use teach::{Taught, taught};
pub(super) use training_rows::TrainingRows;
