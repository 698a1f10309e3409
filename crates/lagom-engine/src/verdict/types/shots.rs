//! What more shots bring.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// One model at several numbers of shots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotEffect {
    /// The name of its table in the study.
    pub table: String,
    /// Its numbers of shots, from the fewest to the most; at least two.
    pub steps: Vec<ShotStep>,
}

/// One number of shots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotStep {
    /// The candidate: its row has quality and costs.
    pub candidate: String,
    /// Solved examples before each question.
    pub shots: u32,
    /// How much better it is than with the fewest shots, on the validation rows that both have answered; positive is better.
    /// None for the fewest shots, and where nothing is shared.
    pub difference: Option<Estimate>,
}
