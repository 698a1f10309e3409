//! How networks are built, what they make small, and what is done to trained ones.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample, TaskKind};

const PERCEPTRONS: &[&str] = &["mlp"];
const NUMBERS: &[TaskKind] = &[TaskKind::Regression];

macro_rules! builds {
    ($(#[$doc:meta])* $constant:ident, $name:literal, $setting:literal, $families:expr, $tasks:expr, $values:expr, $tries:expr, $summary:literal, $changes:literal) => {
        $(#[$doc])*
        pub(super) static $constant: Sets = Sets {
            about: &LeverAbout {
                name: $name,
                group: LeverGroup::Architecture,
                summary: $summary,
                values: $values,
                tries: $tries,
                changes: $changes,
            },
            setting: $setting,
            families: $families,
            tasks: $tasks,
        };
    };
}

builds!(
    /// The loss of classes.
    CLASS_LOSS, "class-loss", "class_loss", &["mlp", "embedding"], &[TaskKind::Classification, TaskKind::TextClassification],
    LeverValues::OneOf(&["cross-entropy", "focal", "class-weighted", "hinge"]), &[Sample::Word("class-weighted"), Sample::Word("focal")],
    "what a training on classes makes small. `focal` (γ = 2) counts rows that are told well for little, `class-weighted` weighs rows by the inverse \
     frequency of their class, `hinge` asks for a lead of 1 over the best other class; its probabilities are the softmax of its scores. Training and \
     validation losses are then in its own unit",
    "mlp, embedding, for classes (lagom's own: cross-entropy)"
);
builds!(
    /// The loss of numbers.
    NUMBER_LOSS, "number-loss", "number_loss", PERCEPTRONS, NUMBERS,
    LeverValues::OneOf(&["squared", "absolute", "huber", "quantile"]), &[Sample::Word("huber"), Sample::Word("absolute")],
    "what a training on numbers makes small. `squared` predicts the mean, `absolute` and `quantile` (of one half) the median, `huber` (squared up to one \
     standard deviation of the target, absolute beyond) something between. Training and validation losses are then in its own unit",
    "mlp, for numbers (lagom's own: squared)"
);

#[cfg(test)]
mod tests {
    use super::super::{Lever, LeverScene, planned};
    use super::*;
    use crate::candidate::neural::{ClassLoss, NumberLoss, Recipe};
    use crate::candidate::plan::TrainingPlan;
    use crate::candidate::spec::Size;
    use crate::study::{FamilyId, Setting};

    fn set(classes: u32, lever: &str, value: Sample) -> Recipe {
        let settings = [Setting::of(lever, value)];
        planned((FamilyId::new("mlp"), &Size::default()), classes, &settings)
            .and_then(|plan| plan.recipe.to())
            .expect("a recipe")
    }

    #[test]
    fn each_sets_what_is_trained_by() {
        let plain = Recipe::default();
        let focal = set(2, "class-loss", Sample::Word("focal"));
        assert_eq!(focal, Recipe { class_loss: ClassLoss::Focal, ..plain });
        let huber = set(0, "number-loss", Sample::Word("huber"));
        assert_eq!(huber, Recipe { number_loss: NumberLoss::Huber, ..Recipe::values() });
    }

    #[test]
    fn each_is_for_what_it_changes() {
        let applies = |lever: &dyn Lever, family, task| {
            lever.applies(&LeverScene {
                family: FamilyId::new(family),
                task,
                classes: 2,
                plan: &TrainingPlan::default(),
            })
        };
        assert!(
            applies(&CLASS_LOSS, "embedding", TaskKind::TextClassification)
                && !applies(&CLASS_LOSS, "mlp", TaskKind::Regression)
        );
        assert!(
            applies(&NUMBER_LOSS, "mlp", TaskKind::Regression)
                && !applies(&NUMBER_LOSS, "mlp", TaskKind::Classification)
        );
    }
}
