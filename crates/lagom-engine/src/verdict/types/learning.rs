//! What the validation rows say of learning.

use serde::{Deserialize, Serialize};

use crate::metric::Metric;
use crate::stats::Estimate;

/// What the validation rows say of learning.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Learning {
    /// The best candidate within the limits by its point estimate, whether or not it is shown to beat guessing.
    pub leader: Option<String>,
    /// The candidate that is to beat guessing on the sealed rows before the reference, since its gain is the surest; none
    /// where the reference's is, or one of the two is asked and the reference's gain is as good as sure.
    pub surest: Option<String>,
    /// Candidates that share the error rate: those within the limits and those that were given up early.
    pub tried: u64,
    /// The one-sided error rate of the test of each score, at which none of all candidates errs at the study's confidence.
    pub error: f64,
    /// The candidates shown to beat guessing on validation rows, all together at the study's confidence, the surest first.
    pub shown: Vec<String>,
    /// The gain of every candidate within the limits over guessing, the surest first.
    pub gains: Vec<Gain>,
}

/// The gain of one candidate over guessing on validation rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The candidate.
    pub candidate: String,
    /// The score in which it is the surest; positive is better whatever its direction.
    pub score: Metric,
    /// How many scores that was picked from.
    pub among: u64,
    /// The gain, in the score's unit.
    pub gain: Estimate,
    /// The same were it as large as few models reach, in AUC where that is one of the scores: with that spread, would it have been shown? None
    /// where nobody can say what few reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strong: Option<Estimate>,
    /// The probability of such a gain, or a larger one, where nothing is learned; times `among`, at most 1.
    pub p_value: f64,
}
