//! How a candidate is trained: all that a lever may change of it.

use super::recipe::Recipe;

/// How a candidate is trained: what levers may change of it, and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingPlan {
    /// The settings of its family.
    pub recipe: Recipe,
}
