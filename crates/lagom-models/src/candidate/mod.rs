//! What can do the job: one folder a family, and the one match from name to code.
//!
//! ```text
//! Dataset, LadderSpec -> ladder -> Candidate
//! Candidate, Examples -> fit -> Fitted { Model, Settled, … }     Model, Inputs -> answers
//! ```
//!
//! `linear`, `trees`, `neural` and `text` know numbers only; [`fit`](fn@fit) and [`Model`] connect them
//! to columns, labels and units. `neural` is the only room that knows the tensor library.

mod fit;
mod ladder;
pub mod linear;
mod model;
pub mod neural;
mod spec;
#[cfg(test)]
mod tests;
pub mod text;
pub mod treatment;
pub mod trees;
mod watch;

pub use fit::{Fitted, Purpose, fingerprint, fit};
pub use ladder::{ladder, largest_perceptron};
pub use model::{Features, Learner, Model};
pub use spec::{Candidate, FitError, Point, Settled, Spec};
pub use watch::Watch;
