//! Levers that set one setting of a recipe.

use super::{Lever, LeverScene};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::spec::FitError;
use crate::study::{LeverAbout, LeverValue, TaskKind};

/// A lever that sets one setting of the recipes of some families.
pub(super) struct Sets {
    /// What is known of it.
    pub(super) about: &'static LeverAbout,
    /// The setting's name in those recipes.
    pub(super) setting: &'static str,
    /// The families whose recipes have it.
    pub(super) families: &'static [&'static str],
    /// The tasks for which it changes anything; all where there is none.
    pub(super) tasks: &'static [TaskKind],
}

impl Lever for Sets {
    fn about(&self) -> &'static LeverAbout {
        self.about
    }

    fn applies(&self, scene: &LeverScene<'_>) -> bool {
        self.families.contains(&scene.family.name()) && (self.tasks.is_empty() || self.tasks.contains(&scene.task))
    }

    fn apply(&self, value: &LeverValue, plan: &mut TrainingPlan) -> Result<(), FitError> {
        plan.recipe.set(self.setting, value);
        Ok(())
    }
}
