//! What keeps networks from learning their training rows by heart.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample, TaskKind};

/// The families that are networks.
const NETWORKS: &[&str] = &["mlp", "embedding"];
/// The same, and pretrained weights that are trained further.
const TRANSFORMERS_TOO: &[&str] = &["mlp", "embedding", "lora", "fine-tuned", "from-scratch", "decoder"];
const CLASSES: &[TaskKind] = &[TaskKind::Classification, TaskKind::TextClassification];

macro_rules! regularises {
    ($(#[$doc:meta])* $constant:ident, $name:literal, $setting:literal, $families:expr, $tasks:expr, $values:expr, $tries:expr, $summary:literal, $changes:literal) => {
        $(#[$doc])*
        pub(super) static $constant: Sets = Sets {
            about: &LeverAbout {
                name: $name,
                group: LeverGroup::Regularisation,
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

regularises!(
    /// Loshchilov & Hutter 2019.
    WEIGHT_DECAY, "weight-decay", "weight_decay", TRANSFORMERS_TOO, &[],
    LeverValues::Number(0.0, 10.0), &[Sample::Number(0.3), Sample::Number(0.0)],
    "share of the weights, times the learning rate, that they lose in each step; added to the gradient instead with `adam`, `sgd` and \
     `rmsprop`. Biases have none, and networks of fewer parameters than rows get less of it",
    "mlp, embedding, weights that are trained further, decoder (lagom's own with `adamw`: 0.1 of mlp for classes and of decoders, else 0.01)"
);
regularises!(
    /// Tibshirani 1996.
    L1, "l1", "l1", NETWORKS, &[],
    LeverValues::Number(0.0, 1.0), &[Sample::Number(1e-5), Sample::Number(1e-4)],
    "the sum of the weights' absolute values, times this, is added to the loss (of embeddings those that a step touches)",
    "mlp, embedding (lagom's own: 0)"
);
regularises!(
    /// Hoerl & Kennard 1970; PyTorch's `weight_decay` of SGD.
    L2, "l2", "l2", NETWORKS, &[],
    LeverValues::Number(0.0, 1.0), &[Sample::Number(1e-4), Sample::Number(1e-3)],
    "half the sum of the squared weights, times this, is added to the loss (of embeddings those that a step touches); beside `weight-decay`, \
     which the optimiser takes apart",
    "mlp, embedding (lagom's own: 0)"
);
regularises!(
    /// Szegedy et al. 2016; PyTorch's `CrossEntropyLoss(label_smoothing=…)`.
    LABEL_SMOOTHING, "label-smoothing", "label_smoothing", TRANSFORMERS_TOO, CLASSES,
    LeverValues::Number(0.0, 0.9), &[Sample::Number(0.1)],
    "share of each training label that goes to all classes evenly; networks of fewer parameters than rows get less of it",
    "mlp, embedding, weights that are trained further, for classes (lagom's own: 0.02 of mlp, else 0)"
);
regularises!(
    /// Prechelt 1998.
    EARLY_STOPPING, "early-stopping", "early_stopping", NETWORKS, &[],
    LeverValues::Switch, &[Sample::Switch(false)],
    "whether the weights of the lowest validation loss are kept, and a training ends where it has not fallen for long; else each \
     training goes on to the end, and the last weights are kept",
    "mlp, embedding (lagom's own: true)"
);
regularises!(
    /// Pascanu et al. 2013.
    GRADIENT_CLIPPING, "gradient-clipping", "gradient_clipping", TRANSFORMERS_TOO, &[],
    LeverValues::Number(0.0, 1000.0), &[Sample::Number(1.0)],
    "longest gradient of all parameters together; a longer one is scaled down to it. 0: none is",
    "mlp, embedding, weights that are trained further, decoder (lagom's own: 0; 1 of these weights and of decoders)"
);
regularises!(
    /// Zhang et al. 2018.
    MIXUP, "mixup", "mixup", &["mlp"], &[],
    LeverValues::Number(0.0, 10.0), &[Sample::Number(0.2), Sample::Number(1.0)],
    "rows of a step are mixed with others, and their labels with theirs, in a share of Beta(α, α) with this α; 0: not",
    "mlp (lagom's own: 0)"
);
regularises!(
    /// Izmailov et al. 2018.
    WEIGHT_AVERAGING, "weight-averaging", "weight_averaging", NETWORKS, &[],
    LeverValues::OneOf(&["none", "ema", "swa"]), &[Sample::Word("ema"), Sample::Word("swa")],
    "which weights are measured and kept: those of a step, a running mean over about 100 steps (`ema`), or the mean over the last quarter of the \
     schedule (`swa`), which each training then goes through to its end",
    "mlp, embedding (lagom's own: none)"
);
regularises!(
    /// Iyyer et al. 2015.
    WORD_DROPOUT, "word-dropout", "word_dropout", &["embedding"], &[],
    LeverValues::Number(0.0, 0.9), &[Sample::Number(0.5), Sample::Number(0.0)],
    "share of a text's words and pieces of words left out in each step of a training",
    "embedding (lagom's own: 0.3)"
);

#[cfg(test)]
mod tests {
    use super::super::{Lever, LeverScene, planned};
    use super::*;
    use crate::candidate::neural::{Recipe, WeightAveraging};
    use crate::candidate::plan::TrainingPlan;
    use crate::candidate::spec::Size;
    use crate::study::{FamilyId, Setting};

    fn set(family: &'static str, lever: &str, value: Sample) -> Recipe {
        let settings = [Setting::of(lever, value)];
        planned((FamilyId::new(family), &Size::default()), 2, &settings)
            .and_then(|plan| plan.recipe.to())
            .expect("a recipe")
    }

    #[test]
    fn each_sets_what_is_trained_by() {
        let plain = Recipe::default();
        let number = Sample::Number(0.25);
        assert_eq!(set("mlp", "weight-decay", number), Recipe { weight_decay: 0.25, ..plain.clone() });
        assert_eq!(set("mlp", "l1", number), Recipe { l1: 0.25, ..plain.clone() });
        assert_eq!(set("mlp", "l2", Sample::Number(1.0)), Recipe { l2: 1.0, ..plain.clone() });
        assert_eq!(set("mlp", "label-smoothing", number), Recipe { label_smoothing: 0.25, ..plain.clone() });
        assert_eq!(
            set("mlp", "early-stopping", Sample::Switch(false)),
            Recipe { early_stopping: false, ..plain.clone() }
        );
        assert_eq!(set("mlp", "gradient-clipping", number), Recipe { gradient_clipping: 0.25, ..plain.clone() });
        assert_eq!(set("mlp", "mixup", number), Recipe { mixup: 0.25, ..plain.clone() });
        let swa = Recipe { weight_averaging: WeightAveraging::Swa, ..plain.clone() };
        assert_eq!(set("mlp", "weight-averaging", Sample::Word("swa")), swa);
        assert_eq!(set("embedding", "word-dropout", number), Recipe { word_dropout: 0.25, ..Recipe::embedding() });
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
        for lever in [&WEIGHT_DECAY, &L1, &L2, &LABEL_SMOOTHING, &EARLY_STOPPING, &GRADIENT_CLIPPING, &WEIGHT_AVERAGING]
        {
            assert!(
                applies(lever, "mlp", TaskKind::Classification) && !applies(lever, "linear", TaskKind::Classification)
            );
            assert!(applies(lever, "embedding", TaskKind::TextClassification));
        }
        assert!(!applies(&LABEL_SMOOTHING, "mlp", TaskKind::Regression));
        assert!(
            applies(&MIXUP, "mlp", TaskKind::Regression) && !applies(&MIXUP, "embedding", TaskKind::TextClassification)
        );
        assert!(applies(&WORD_DROPOUT, "embedding", TaskKind::TextClassification));
        assert!(!applies(&WORD_DROPOUT, "mlp", TaskKind::Classification));
    }
}
