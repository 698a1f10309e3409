//! Data sets whose truth is known: to try lagom on, and to measure how often its verdict is right.
//!
//! ```text
//! Kind, seed -> Known -> truth()          what the best possible model reaches
//!                     -> draw(rows, i)    sample number i: a table for a study, or a large fresh one
//!                     -> quality(…)       what any model's answers on a sample are truly worth
//! ```
//!
//! A [`Known`] draws its own constants (weights of a teacher, which inputs matter) from its seed, and
//! every sample from the seed and the sample's number. Equal arguments give equal tables.

mod kind;
mod law;
mod sample;
mod truth;

#[cfg(test)]
mod tests;

pub use kind::Kind;
pub use sample::Sample;
pub use truth::{Obtained, Quality, Truth};

use law::Law;

/// One data set of known truth: a rule from inputs to target with its noise, of which samples are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What kind of task it is.
    pub kind: Kind,
    /// What its constants and its samples are drawn from.
    pub seed: u64,
    law: Law,
}

impl Known {
    /// The data set of this kind and seed.
    #[must_use]
    pub fn new(kind: Kind, seed: u64) -> Self {
        Self { kind, seed, law: Law::new(kind, seed) }
    }

    /// Number of input columns.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.law.inputs
    }

    /// Number of classes; 0 where the target is a number.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.law.classes()
    }

    /// What the best possible model answers for one row of inputs: the probability of each class, or the
    /// mean of the target. No model can do better than to answer this.
    #[must_use]
    pub fn best(&self, inputs: &[f64]) -> Vec<f64> {
        self.law.best(inputs)
    }
}
