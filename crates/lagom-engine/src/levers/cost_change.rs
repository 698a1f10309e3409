//! What a lever does to what a model costs.

use serde::{Deserialize, Serialize};

use crate::study::Cost;
use crate::study::costs::{COSTS, TrainingCost};
use crate::verdict::{CandidateResults, cost};

/// What a lever does to a cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostChange {
    /// The cost.
    pub cost: &'static dyn Cost,
    /// What the plain recipe costs.
    pub plain: f64,
    /// What it costs with the lever.
    pub with: f64,
}

/// What an arm does to each cost that is known of both.
pub(super) fn costs(plain: &CandidateResults, with: &CandidateResults) -> Vec<CostChange> {
    let change = |by: &'static dyn Cost| Some(CostChange { cost: by, plain: cost(plain, by)?, with: cost(with, by)? });
    // Of the others a ledger would be long, and say little.
    let told = COSTS.iter().filter(|by| by.about().usual || by.is(&TrainingCost));
    told.filter_map(|by| change(*by)).collect()
}
