//! The smallest margins at which smaller candidates are good enough.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// The smallest margins, all of which hold at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Staircase {
    /// One step a smaller candidate, from the cheapest to the dearest.
    pub steps: Vec<Stair>,
}

/// One step: a candidate is shown to be at most so much worse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stair {
    /// The candidate.
    pub candidate: String,
    /// What it is compared with; none for a bar.
    pub against: Option<String>,
    /// The smallest margin that is shown to hold (it is good enough at any margin above), at least 0; for a bar the highest bar that it
    /// is shown to clear. In the metric's unit; none where nothing is shown.
    pub holds: Option<f64>,
    /// What that rests on.
    pub basis: Basis,
    /// The measured difference, or the distance above the study's bar; positive is better.
    pub difference: Option<Estimate>,
    /// One-sided confidence of its own bound, such that all hold together; none where it has none.
    pub confidence: Option<f64>,
}

/// What a step rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Its own bound.
    Bound,
    /// The test at the study's margin or bar, which it passed; its own bound shows less.
    Test,
    /// Nothing: it was not tested, and why.
    Untested(Untested),
}

/// Why a candidate has no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Untested {
    /// It was trained too few times: the climb saw no reason for more.
    FewRepeats,
    /// It, or what it is compared with, was not asked all of the rows of the verdict.
    NotAsked,
    /// How the difference grows with the rows was not measured: by the estimate it is far beyond the margin.
    Growth,
}

impl Staircase {
    /// Whether there is no smaller candidate to tell of.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The step of a candidate.
    #[must_use]
    pub fn step(&self, candidate: &str) -> Option<&Stair> {
        self.steps.iter().find(|step| step.candidate == candidate)
    }
}
