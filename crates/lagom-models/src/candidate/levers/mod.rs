//! Levers: what a study may change in how models are trained. A file and a line in [`LEVERS`] each.

mod dropout;

use super::recipe::Recipe;
use super::spec::FitError;
use crate::study::{FamilyId, LeverAbout, Setting};

/// Every lever, in the order in which they are applied.
pub static LEVERS: &[&dyn Lever] = &[&dropout::Dropout];

/// Something that may be changed in the training of a candidate: its training rows, their preprocessing or its recipe, and
/// nothing else. (So far all levers change recipes.)
pub trait Lever: Sync {
    /// Its name, range and what it does, without its code.
    fn about(&self) -> &'static LeverAbout;

    /// Whether it changes anything for a family with such a recipe.
    fn applies(&self, family: FamilyId, recipe: &Recipe) -> bool;

    /// Changes a recipe as the setting says.
    ///
    /// # Errors
    /// The recipe has nothing to set.
    fn apply(&self, value: f64, recipe: &mut Recipe) -> Result<(), FitError>;
}

/// The lever of that name.
#[must_use]
pub fn lever(name: &str) -> Option<&'static dyn Lever> {
    LEVERS.iter().copied().find(|lever| lever.about().name == name)
}

/// The settings that change anything for a family with such a recipe.
pub(super) fn applying(settings: &[Setting], family: FamilyId, recipe: &Recipe) -> Vec<Setting> {
    let applies = |one: &&Setting| lever(&one.lever).is_some_and(|lever| lever.applies(family, recipe));
    settings.iter().filter(applies).cloned().collect()
}

/// The recipe under so many levers.
///
/// # Errors
/// This lagom has no such lever, or the recipe nothing that it sets.
pub(super) fn changed(mut recipe: Recipe, settings: &[Setting]) -> Result<Recipe, FitError> {
    for setting in settings {
        let unknown = || FitError::Unfit(format!("this lagom has no lever `{}`", setting.lever));
        lever(&setting.lever).ok_or_else(unknown)?.apply(setting.value, &mut recipe)?;
    }
    Ok(recipe)
}
