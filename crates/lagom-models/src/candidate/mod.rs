//! What can do the job: one file a family, and the registry of them.
//!
//! ```text
//! Dataset -> DataShape, LadderSpec -> ladder -> Candidate
//! Candidate, Examples -> fit -> Fitted { Model, TunedParams, … }     Model, Inputs -> answers
//! ```
//!
//! `linear`, `trees`, `neural` and `text` know numbers only; `families` and [`Model`] connect them
//! to columns, labels and units. `neural` is the only room that knows the tensor library.

mod cascade;
mod decision;
mod distillation;
mod families;
mod fit;
mod labels;
mod ladder;
mod levers;
pub mod linear;
mod model;
#[cfg_attr(not(feature = "train"), allow(dead_code, reason = "gradients alone need them"))]
pub mod neural;
mod operations;
#[cfg(test)]
mod plain_tests;
mod plan;
mod predictor;
pub mod preprocess;
mod recipe;
mod registries;
mod rows;
mod shape;
mod spec;
#[cfg(test)]
mod tests;
pub mod text;
mod training;
pub mod trees;
mod tuned;
mod watch;

pub use cascade::Cascade;
pub use decision::{Decision, Reweighted};
pub use families::{Effort, FAMILIES, Family, about, every, family};
pub use fit::{TRAIN_SAMPLE, check_preprocessing, effort, fingerprint, fit};
pub use ladder::ladder;
pub use levers::{LEVERS, Lever, LeverScene, applying, lever, planned};
pub use model::{Features, Learner, Model};
pub use plan::TrainingPlan;
pub use predictor::{Kept, Load, Predictor};
pub use recipe::Recipe;
pub use registries::registries;
pub use rows::{Augmentation, Cleaning, RowChange, RowStep};
pub use shape::DataShape;
pub use spec::{Candidate, FitError, Size, Spec};
pub use training::{FitContext, Fitted, Purpose};
pub use tuned::{Point, TunedParams};
pub use watch::Watch;
