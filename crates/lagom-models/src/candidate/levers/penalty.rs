//! Levers of linear models.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample};

/// Tibshirani 1996; scikit-learn's `Lasso` and `LogisticRegression(penalty="l1")`.
pub(super) static LINEAR_L1: Sets = Sets {
    about: &LeverAbout {
        name: "linear-l1",
        group: LeverGroup::Regularisation,
        summary: "strength of a penalty on absolute weights, which brings many of them to exactly 0: the sum of losses plus this times their absolute values. It takes the place of the penalty on squares, unless `linear-l2` sets that, too. Weights of 0 are stored and counted like others",
        values: LeverValues::Number(0.0001, 100_000.0),
        tries: &[Sample::Number(1.0), Sample::Number(10.0)],
        changes: "linear, frozen and static weights (lagom's own: none)",
    },
    // Of n-grams the solver would hold twenty copies of millions of weights.
    setting: "l1",
    families: &["linear", "frozen", "static"],
    tasks: &[],
};

/// The penalty of linear models, fixed: scikit-learn's `1 / C`, or `alpha` of `Ridge`.
pub(super) static LINEAR_L2: Sets = Sets {
    about: &LeverAbout {
        name: "linear-l2",
        group: LeverGroup::Regularisation,
        summary: "fixes the strength of the penalty on squared weights, which is else searched for: the sum of losses plus half of this times the squares",
        values: LeverValues::Number(0.0001, 100_000.0),
        tries: &[Sample::Number(1.0), Sample::Number(10.0), Sample::Number(100.0)],
        changes: "linear, ngrams, frozen and static weights (lagom's own: searched on validation rows)",
    },
    setting: "fixed_l2",
    families: &["linear", "ngrams", "frozen", "static"],
    tasks: &[],
};
