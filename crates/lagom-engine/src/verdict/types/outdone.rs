//! A candidate that is good enough, beside a better one.

use serde::{Deserialize, Serialize};

/// A candidate that is good enough against the reference, and not against another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outdone {
    /// The candidate.
    pub candidate: String,
    /// Who is better on the rows of the verdict.
    pub by: String,
    /// By how much, in the metric's unit; positive.
    pub difference: f64,
}
