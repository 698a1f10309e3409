//! Dropout (Srivastava et al. 2014): each step of a training leaves out a part of the hidden units.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample};

/// The lever. Networks with hidden layers have it; those of embeddings have none.
pub(super) static DROPOUT: Sets = Sets {
    about: &LeverAbout {
        name: "dropout",
        group: LeverGroup::Regularisation,
        summary: "share of hidden units left out in each step of a training; networks of fewer parameters than rows get less of it",
        values: LeverValues::Number(0.0, 0.9),
        tries: &[Sample::Number(0.2), Sample::Number(0.4), Sample::Number(0.0)],
        changes: "mlp, weights that are trained further, decoder (lagom's own: 0.1 for classes, of these weights and of decoders, else 0)",
    },
    setting: "dropout",
    families: &["mlp", "lora", "fine-tuned", "from-scratch", "decoder"],
    tasks: &[],
};

#[cfg(test)]
mod tests {
    use super::super::{Lever, LeverScene};
    use super::*;
    use crate::candidate::neural;
    use crate::candidate::plan::TrainingPlan;
    use crate::candidate::recipe::Recipe;
    use crate::study::{FamilyId, LeverValue, TaskKind};

    #[test]
    fn it_is_for_networks_with_hidden_layers_and_sets_what_they_train_by() {
        let mut plan = TrainingPlan::plain(Recipe::of(&neural::Recipe::default()).expect("settings"));
        let applies = |family| {
            let (family, task) = (FamilyId::new(family), TaskKind::Classification);
            DROPOUT.applies(&LeverScene { family, task, classes: 2, plan: &TrainingPlan::default() })
        };
        assert!(applies("mlp") && !applies("embedding"));
        DROPOUT.apply(&LeverValue::Number(0.4), &mut plan).expect("a dropout");
        assert_eq!(plan.recipe.to::<neural::Recipe>().map(|recipe| recipe.dropout), Ok(0.4));
    }
}
