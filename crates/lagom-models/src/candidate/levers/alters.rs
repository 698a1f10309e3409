//! Levers that change several settings of the recipe of networks at once.

use super::{Lever, LeverScene};
use crate::candidate::neural::Recipe as NetworkRecipe;
use crate::candidate::plan::TrainingPlan;
use crate::candidate::recipe::Recipe;
use crate::candidate::spec::FitError;
use crate::study::{LeverAbout, LeverValue, TaskKind};

/// A lever that changes the recipes of networks as a function says.
pub(super) struct Alters {
    /// What is known of it.
    pub(super) about: &'static LeverAbout,
    /// The families whose recipes are those of networks and which it changes.
    pub(super) families: &'static [&'static str],
    /// The tasks for which it changes anything; all where there is none.
    pub(super) tasks: &'static [TaskKind],
    /// What it does; none where the value is no setting of it.
    pub(super) alter: fn(&mut NetworkRecipe, &LeverValue) -> Option<()>,
}

impl Lever for Alters {
    fn about(&self) -> &'static LeverAbout {
        self.about
    }

    fn applies(&self, scene: &LeverScene<'_>) -> bool {
        self.families.contains(&scene.family.name()) && (self.tasks.is_empty() || self.tasks.contains(&scene.task))
    }

    fn apply(&self, value: &LeverValue, plan: &mut TrainingPlan) -> Result<(), FitError> {
        let mut recipe = plan.recipe.to()?;
        let none = || FitError::Unfit(format!("the lever `{}` has no setting {value}", self.about.name));
        (self.alter)(&mut recipe, value).ok_or_else(none)?;
        plan.recipe = Recipe::of(&recipe)?;
        Ok(())
    }
}

/// The number of a setting.
pub(super) fn number(value: &LeverValue) -> Option<f64> {
    if let LeverValue::Number(number) = value { Some(*number) } else { None }
}

/// The variant of a word, as recipes write it.
pub(super) fn word<T: serde::de::DeserializeOwned>(value: &LeverValue) -> Option<T> {
    let LeverValue::Word(word) = value else { return None };
    serde_json::from_value(serde_json::Value::from(word.as_str())).ok()
}
