//! A difference in a measure that people can picture.

use serde::{Deserialize, Serialize};

use crate::metric::Metric;
use crate::stats::Estimate;

/// The difference of one test in a plainer measure, on the very rows of the test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tangible {
    /// The candidate that is tested.
    pub candidate: String,
    /// What it is compared with.
    pub against: String,
    /// The measure: the share of right answers, or RMSE in the target's unit.
    pub metric: Metric,
    /// What the candidate comes to, in this measure.
    pub own: f64,
    /// What the other comes to.
    pub other: f64,
    /// The difference; positive is better, whatever the measure's direction.
    pub difference: Estimate,
}
