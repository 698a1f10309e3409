//! How bounds are carried from the repeats to the models that are handed over.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// What lies between the repeats that were measured and the pair that is handed over. Differences: positive is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Carried {
    /// Rows that a repeat was trained on: the mean over repeats.
    pub trained_on: u64,
    /// Rows that the models handed over are trained on.
    pub handed_over_on: u64,
    /// Lower bound of the mean over repeats, at the confidence of the test.
    pub measured_lower: f64,
    /// Upper bound of it.
    pub measured_upper: f64,
    /// Standard deviation of the difference from one training to the next.
    pub luck: f64,
    /// What the difference changes by from the rows of the repeats to all of them; none where it was not measured.
    pub growth: Option<Estimate>,
    /// Whether the test would decide, were it not for want of the growth: then it counts as not passed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaits_growth: bool,
}
