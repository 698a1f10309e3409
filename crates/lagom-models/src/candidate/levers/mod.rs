//! Levers: what a study may change in how models are trained. A file and a line in [`LEVERS`] each.

mod alters;
mod architecture;
mod boosting;
mod changes;
mod cleaning;
mod decision;
mod dropout;
mod monotone;
mod network_regularisation;
mod optimisation;
mod penalty;
mod preprocessing;
#[cfg(test)]
mod real_data_tests;
mod rows;
mod sets;
#[cfg(test)]
mod tests;

#[cfg(test)]
mod real_tests;

use super::families::family;
use super::plan::TrainingPlan;
use super::spec::{FitError, Size};
use crate::study::{FamilyId, LeverAbout, LeverValue, Sample, Setting, TaskKind};

/// Every lever, in the order in which they are applied.
pub static LEVERS: &[&dyn Lever] = &[
    &rows::DATA_SHARE,
    &rows::SHUFFLED_LABELS,
    &rows::LABEL_NOISE,
    &rows::DEDUPLICATE,
    &cleaning::WrongLabels,
    &rows::WINSORISE,
    &rows::OVERSAMPLING,
    &rows::NOISE_COPIES,
    &rows::AUGMENTATION,
    &rows::CLASS_WEIGHTS,
    &preprocessing::SCALING,
    &preprocessing::CATEGORIES,
    &preprocessing::DATE_PARTS,
    &preprocessing::NUMERIC_TEXT,
    &preprocessing::WORDS,
    &preprocessing::CHARACTERS,
    &preprocessing::LOWERCASE,
    &preprocessing::SUBLINEAR,
    &boosting::SHRINKAGE,
    &boosting::ROW_SAMPLING,
    &boosting::COLUMN_SAMPLING,
    &boosting::LEAF_WEIGHT,
    &boosting::LEAF_L2,
    &monotone::Monotone,
    &penalty::LINEAR_L2,
    &penalty::LINEAR_L1,
    // Its grid of rates and its weight decay are what the levers behind it change.
    &optimisation::OPTIMISER,
    &optimisation::SCHEDULE,
    &optimisation::WARM_UP,
    &optimisation::BATCH_SIZE,
    &optimisation::RATE_SEARCH,
    &optimisation::LEARNING_RATE,
    &dropout::DROPOUT,
    &network_regularisation::WORD_DROPOUT,
    &network_regularisation::WEIGHT_DECAY,
    &network_regularisation::L1,
    &network_regularisation::L2,
    &network_regularisation::LABEL_SMOOTHING,
    &network_regularisation::EARLY_STOPPING,
    &network_regularisation::GRADIENT_CLIPPING,
    &network_regularisation::MIXUP,
    &network_regularisation::WEIGHT_AVERAGING,
    &architecture::CLASS_LOSS,
    &architecture::NUMBER_LOSS,
    &architecture::ACTIVATION,
    &architecture::NORMALISATION,
    &architecture::RESIDUAL,
    &architecture::DEPTH,
    &architecture::PERIODIC_EMBEDDINGS,
    &architecture::CATEGORY_EMBEDDINGS,
    &architecture::ENSEMBLE,
    &architecture::PRUNING,
    &architecture::QUANTISATION,
    &decision::DISTILLATION,
    &decision::DECISION,
];

/// Something that may be changed in the training of a candidate: its training rows, their preprocessing or its recipe, and
/// nothing else.
pub trait Lever: Sync {
    /// Its name, settings and what it does, without its code.
    fn about(&self) -> &'static LeverAbout;

    /// Whether it changes anything there, at the settings that are worth trying.
    fn applies(&self, scene: &LeverScene<'_>) -> bool;

    /// The same at one setting, where that is another matter.
    fn applies_at(&self, _: &LeverValue, scene: &LeverScene<'_>) -> bool {
        self.applies(scene)
    }

    /// Settings that take what a person has reviewed: tried before all others where anything was, and faults where nothing was.
    fn of_reviewed(&self) -> &'static [Sample] {
        &[]
    }

    /// Settings that are no improvement, but what the others of this lever are compared with beside the plain training: they do as much
    /// to the rows, but at random.
    fn controls(&self) -> &'static [Sample] {
        &[]
    }

    /// Changes a plan as the setting says.
    ///
    /// # Errors
    /// The plan has nothing to set, or the setting is none of this lever.
    fn apply(&self, value: &LeverValue, plan: &mut TrainingPlan) -> Result<(), FitError>;
}

/// What a lever would be pulled on.
#[derive(Clone, Copy, Debug)]
pub struct LeverScene<'a> {
    /// The family.
    pub family: FamilyId,
    /// The kind of task.
    pub task: TaskKind,
    /// The classes; 0 where numbers are predicted.
    pub classes: u32,
    /// How the family trains before any lever.
    pub plan: &'a TrainingPlan,
}

/// The lever of that name.
#[must_use]
pub fn lever(name: &str) -> Option<&'static dyn Lever> {
    LEVERS.iter().copied().find(|lever| lever.about().name == name)
}

/// The settings of a lever that are worth trying, those of what a person has reviewed first: where nothing was there are none of them.
#[must_use]
pub fn tried(lever: &dyn Lever, is_reviewed: bool) -> Vec<Setting> {
    let reviewed: &[Sample] = if is_reviewed { lever.of_reviewed() } else { &[] };
    let about = lever.about();
    reviewed.iter().chain(about.tries).map(|sample| Setting::of(about.name, *sample)).collect()
}

/// Whether a setting takes what a person has reviewed.
#[must_use]
pub fn takes_reviewed(setting: &Setting) -> bool {
    let is_it = |sample: &Sample| LeverValue::from(*sample) == setting.value;
    lever(&setting.lever).is_some_and(|lever| lever.of_reviewed().iter().any(is_it))
}

/// Those of the settings that change anything for a size of a family; none of a family that is not trained here.
#[must_use]
pub fn applying(settings: &[Setting], (id, size): (FamilyId, &Size), task: TaskKind, classes: u32) -> Vec<Setting> {
    let Some(recipe) = family(id).and_then(|family| family.recipe(size, classes).ok()) else { return Vec::new() };
    let scene = LeverScene { family: id, task, classes, plan: &TrainingPlan::plain(recipe) };
    let applies = |one: &&Setting| lever(&one.lever).is_some_and(|lever| lever.applies_at(&one.value, &scene));
    settings.iter().filter(applies).cloned().collect()
}

/// How a size of a family is trained for so many classes (0: for numbers) under so many levers, whatever their order: they are applied in
/// that of [`LEVERS`].
///
/// # Errors
/// The size is not of the family, this lagom has no such lever, or the family nothing that it sets.
pub fn planned((id, size): (FamilyId, &Size), classes: u32, settings: &[Setting]) -> Result<TrainingPlan, FitError> {
    let family = family(id).ok_or_else(|| FitError::Unfit(format!("this lagom has no family `{id}`")))?;
    let mut plan = TrainingPlan::plain(family.recipe(size, classes)?);
    let unknown = |setting: &&Setting| lever(&setting.lever).is_none();
    if let Some(setting) = settings.iter().find(unknown) {
        return Err(FitError::Unfit(format!("this lagom has no lever `{}`", setting.lever)));
    }
    for lever in LEVERS {
        for setting in settings.iter().filter(|setting| setting.lever == lever.about().name) {
            lever.apply(&setting.value, &mut plan)?;
        }
    }
    Ok(plan)
}
