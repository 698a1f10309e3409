//! Levers of boosted trees.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample};

const TREES: &[&str] = &["trees"];

/// Shrinkage (Friedman 2001).
pub(super) static SHRINKAGE: Sets = Sets {
    about: &LeverAbout {
        name: "shrinkage",
        group: LeverGroup::Regularisation,
        summary: "what the values of each tree are multiplied by before they are added: smaller steps need more rounds",
        values: LeverValues::Number(0.01, 1.0),
        tries: &[Sample::Number(0.05), Sample::Number(0.3)],
        changes: "trees (lagom's own: 0.1 to 0.3, smaller the more rounds)",
    },
    setting: "learning_rate",
    families: TREES,
    tasks: &[],
};

/// Stochastic gradient boosting (Friedman 2002).
pub(super) static ROW_SAMPLING: Sets = Sets {
    about: &LeverAbout {
        name: "row-sampling",
        group: LeverGroup::Regularisation,
        summary: "share of the training rows that each round grows its trees on",
        values: LeverValues::Number(0.1, 1.0),
        tries: &[Sample::Number(0.5), Sample::Number(0.8)],
        changes: "trees (lagom's own: 1)",
    },
    setting: "row_sampling",
    families: TREES,
    tasks: &[],
};

/// Columns drawn for each round, as XGBoost's `colsample_bytree` (Chen & Guestrin 2016).
pub(super) static COLUMN_SAMPLING: Sets = Sets {
    about: &LeverAbout {
        name: "column-sampling",
        group: LeverGroup::Regularisation,
        summary: "share of the columns that each round may split by",
        values: LeverValues::Number(0.1, 1.0),
        tries: &[Sample::Number(0.5), Sample::Number(0.8)],
        changes: "trees (lagom's own: 1)",
    },
    setting: "column_sampling",
    families: TREES,
    tasks: &[],
};

/// The least that a leaf weighs, as XGBoost's `min_child_weight`.
pub(super) static LEAF_WEIGHT: Sets = Sets {
    about: &LeverAbout {
        name: "leaf-weight",
        group: LeverGroup::Regularisation,
        summary: "how many rows a leaf must have at least (for classes: rows at the average spread of the classes)",
        values: LeverValues::Whole(1, 10_000),
        tries: &[Sample::Number(100.0), Sample::Number(1.0)],
        changes: "trees (lagom's own: 20, and 5 from three classes on)",
    },
    setting: "min_leaf",
    families: TREES,
    tasks: &[],
};

/// L2 penalty on leaves, as XGBoost's `lambda`.
pub(super) static LEAF_L2: Sets = Sets {
    about: &LeverAbout {
        name: "leaf-l2",
        group: LeverGroup::Regularisation,
        summary: "penalty on the squares of the leaves' values, in rows: larger ones make smaller steps where rows are few",
        values: LeverValues::Number(0.0, 1000.0),
        tries: &[Sample::Number(10.0), Sample::Number(0.0)],
        changes: "trees (lagom's own: 1)",
    },
    setting: "l2",
    families: TREES,
    tasks: &[],
};
