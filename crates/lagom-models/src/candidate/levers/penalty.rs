//! Levers of linear models.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample};

/// The penalty of linear models, fixed: scikit-learn's `1 / C`, or `alpha` of `Ridge`.
pub(super) static LINEAR_L2: Sets = Sets {
    about: &LeverAbout {
        name: "linear-l2",
        group: LeverGroup::Regularisation,
        summary: "fixes the strength of the penalty on squared weights, which is else searched for: the sum of losses plus half of this times the squares",
        values: LeverValues::Number(0.0001, 100_000.0),
        tries: &[Sample::Number(1.0)],
        changes: "linear, ngrams, frozen weights (lagom's own: searched on validation rows)",
    },
    setting: "fixed_l2",
    families: &["linear", "ngrams", "frozen"],
    tasks: &[],
};
