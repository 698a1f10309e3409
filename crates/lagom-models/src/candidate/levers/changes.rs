//! Levers that change the rows or the preprocessing of a plan.

use super::{Lever, LeverScene};
use crate::candidate::families::family;
use crate::candidate::plan::TrainingPlan;
use crate::candidate::spec::FitError;
use crate::study::{LeverAbout, LeverValue, Sample, TaskKind};

/// A lever that changes a plan by a function of its setting.
pub(super) struct Changes {
    /// What is known of it.
    pub(super) about: &'static LeverAbout,
    /// The families for which it changes anything.
    pub(super) families: &'static [&'static str],
    /// The tasks for which it changes anything.
    pub(super) tasks: &'static [TaskKind],
    /// Whether every setting of it needs a family that can weigh rows.
    pub(super) weighs: bool,
    /// As [`Lever::controls`].
    pub(super) controls: &'static [Sample],
    /// Changes a plan; none where the setting is none of this lever.
    pub(super) change: fn(&LeverValue, &mut TrainingPlan) -> Option<()>,
}

impl Lever for Changes {
    fn about(&self) -> &'static LeverAbout {
        self.about
    }

    fn applies(&self, scene: &LeverScene<'_>) -> bool {
        let can_weigh = || family(scene.family).is_some_and(|family| family.weighs_rows());
        self.families.contains(&scene.family.name())
            && self.tasks.contains(&scene.task)
            && (!self.weighs || can_weigh())
    }

    fn controls(&self) -> &'static [Sample] {
        self.controls
    }

    fn apply(&self, value: &LeverValue, plan: &mut TrainingPlan) -> Result<(), FitError> {
        let unknown = || FitError::Unfit(format!("the lever `{}` has no setting {value}", self.about.name));
        (self.change)(value, plan).ok_or_else(unknown)
    }
}

/// The word that a lever is set to.
pub(super) fn word(value: &LeverValue) -> Option<&str> {
    match value {
        LeverValue::Word(word) => Some(word),
        LeverValue::Switch(_) | LeverValue::Number(_) | LeverValue::Columns(_) => None,
    }
}

/// The number that a lever is set to, where it lies between two bounds.
pub(super) fn number(value: &LeverValue, (least, most): (f64, f64)) -> Option<f64> {
    match value {
        LeverValue::Number(number) => Some(*number).filter(|number| (least..=most).contains(number)),
        LeverValue::Switch(_) | LeverValue::Word(_) | LeverValue::Columns(_) => None,
    }
}

/// Whether a lever is on.
pub(super) fn switch(value: &LeverValue) -> Option<bool> {
    match value {
        LeverValue::Switch(on) => Some(*on),
        LeverValue::Number(_) | LeverValue::Word(_) | LeverValue::Columns(_) => None,
    }
}
