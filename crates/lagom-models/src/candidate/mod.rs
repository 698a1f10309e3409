//! What can do the job: one file a family, and the registry of them.
//!
//! ```text
//! Dataset -> DataShape, LadderSpec -> ladder -> Candidate
//! Candidate, Examples -> fit -> Fitted { Model, TunedParams, … }     Model, Inputs -> answers
//! ```
//!
//! `linear`, `trees`, `neural` and `text` know numbers only; `families` and [`Model`] connect them
//! to columns, labels and units. `neural` is the only room that knows the tensor library.

mod byte_grams;
#[cfg(feature = "pretrained")]
mod choices;
mod decision;
mod distillation;
mod documents;
mod families;
mod fit;
mod labels;
mod ladder;
#[cfg(test)]
mod language_tests;
mod levers;
pub mod linear;
mod model;
#[cfg_attr(not(feature = "train"), allow(dead_code, reason = "gradients alone need them"))]
pub mod neural;
mod operations;
mod outside;
#[cfg(test)]
mod plain_tests;
mod plan;
mod predictor;
pub mod preprocess;
#[cfg(feature = "pretrained")]
mod pretrained;
#[cfg(not(feature = "pretrained"))]
#[path = "without_pretrained.rs"]
mod pretrained;
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

#[cfg(feature = "pretrained")]
pub use choices::{Choice, adapted, choose};
pub use families::{Effort, FAMILIES, Family, about, every, family};
pub use fit::{TRAIN_SAMPLE, check_preprocessing, effort, fingerprint, fit, once};
pub use ladder::ladder;
pub use levers::{LEVERS, Lever, LeverScene, applying, lever, planned, takes_reviewed, tried};
pub use model::{Cascade, Features, Learner, Model, Peeled, Reweighted, Tempered};
pub use outside::{CUT_TEXTS, Outside, Reach, StaticSizes};
pub use plan::{Decision, Direction, TrainingPlan};
pub use predictor::{Kept, Load, Predictor};
#[cfg(not(feature = "pretrained"))]
pub use pretrained::{Choice, adapted, choose};
pub use pretrained::{Lesson, Lessons, Room, WeightsBackend, look_at_answering, room};
pub use pretrained::{WeightsFault, adaptation_of, check_names, ladder_of, look, look_for, reach_of, remarks};
pub use recipe::Recipe;
pub use registries::registries;
pub use rows::{Augmentation, Cleaning, RowChange, RowStep};
pub use shape::DataShape;
pub use spec::{Candidate, FitError, Size, Spec};
pub use training::{FitContext, Fitted, Purpose, Shared};
pub use tuned::{Point, TunedParams};
pub use watch::Watch;
