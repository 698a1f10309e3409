//! How trees are grown, and which sizes are worth trying.

use serde::{Deserialize, Serialize};

/// How many trees to grow, how large, and how fast they learn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TreesConfig {
    /// The most leaves one tree may have; at least 2.
    pub leaves: u32,
    /// The most rounds; each adds one tree, or one per class from three classes on.
    pub rounds: u32,
    /// What each leaf value is multiplied by; above 0.
    pub learning_rate: f64,
    /// The L2 penalty on leaf values, in rows: targets are standardised first.
    pub l2: f64,
    /// The smallest leaf, in rows for values; for classes, in rows at the classes'
    /// average spread before the first round (the sum of second derivatives).
    pub min_leaf: u32,
    /// Rounds without a better validation loss before stopping; 0 never stops early.
    pub patience: u32,
    /// Share of the training rows that each round grows its trees on, drawn anew for each; above 0, and 1 for all.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub row_sampling: f64,
    /// Share of the columns that each round may split by, drawn anew for each; above 0, at least one column, and 1 for all.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub column_sampling: f64,
}

fn whole() -> f64 {
    1.0
}

fn is_whole(share: &f64) -> bool {
    *share == 1.0
}

/// Most leaves and rounds of each rung with its learning rate: few large steps for a small forest, many
/// small ones for a large one. Chosen on the validation loss of optdigits, adult and California housing.
const RUNGS: [(u32, u32, f64); 6] =
    [(4, 20, 0.3), (4, 60, 0.2), (8, 100, 0.15), (8, 250, 0.1), (16, 300, 0.1), (31, 500, 0.1)];

/// Leaves and rounds of the ladder, from small to large.
#[must_use]
pub fn trees_ladder() -> Vec<(u32, u32)> {
    RUNGS.iter().map(|&(leaves, rounds, _)| (leaves, rounds)).collect()
}

impl TreesConfig {
    /// The recipe of a rung; a size that is not on the ladder learns at the rate of the largest rung.
    #[must_use]
    pub fn rung(leaves: u32, rounds: u32, classes: u32) -> Self {
        let known = RUNGS.iter().find(|rung| (rung.0, rung.1) == (leaves, rounds));
        let learning_rate = known.map_or(0.1, |rung| rung.2);
        // A class of its own a tree: its leaves are smaller from the start.
        let min_leaf = if classes > 2 { 5 } else { 20 };
        Self {
            leaves,
            rounds,
            learning_rate,
            l2: 1.0,
            min_leaf,
            patience: 30,
            row_sampling: whole(),
            column_sampling: whole(),
        }
    }
}
