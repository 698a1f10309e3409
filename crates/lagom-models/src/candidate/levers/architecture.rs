//! How networks are built, what they make small, and what is done to trained ones.

use super::sets::Sets;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample, TaskKind};

const PERCEPTRONS: &[&str] = &["mlp"];
const NETWORKS: &[&str] = &["mlp", "embedding"];
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
    CLASS_LOSS, "class-loss", "class_loss", NETWORKS, &[TaskKind::Classification, TaskKind::TextClassification],
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

builds!(
    /// Hendrycks & Gimpel 2016; Elfwing et al. 2018.
    ACTIVATION, "activation", "activation", PERCEPTRONS, &[],
    LeverValues::OneOf(&["relu", "gelu", "silu", "tanh"]), &[Sample::Word("silu"), Sample::Word("gelu")],
    "what is applied to the hidden units of a network",
    "mlp (lagom's own: relu)"
);
builds!(
    /// Ioffe & Szegedy 2015; Ba et al. 2016.
    NORMALISATION, "normalisation", "normalisation", PERCEPTRONS, &[],
    LeverValues::OneOf(&["none", "batch", "layer"]), &[Sample::Word("batch"), Sample::Word("layer")],
    "brings hidden units to mean 0 and variance 1 before the activation: each over the rows of a step (`batch`; over those of the whole training when it      answers), or each row over the units of its layer (`layer`)",
    "mlp (lagom's own: none)"
);
builds!(
    /// He et al. 2016.
    RESIDUAL, "residual", "residual", PERCEPTRONS, &[],
    LeverValues::Switch, &[Sample::Switch(true)],
    "whether each hidden layer behind the first adds its input to its output; sizes of one hidden layer have none behind it, and stay as they are unless      `depth` gives them more",
    "mlp (lagom's own: false)"
);
builds!(
    /// Deep against wide.
    DEPTH, "depth", "depth", PERCEPTRONS, &[],
    LeverValues::Whole(1, 4), &[Sample::Number(1.0), Sample::Number(3.0)],
    "hidden layers, all of the width at which the network has about as many parameters as its size has without this",
    "mlp (lagom's own: 1 below 3,000 parameters, else 2)"
);
builds!(
    /// Gorishniy et al. 2022, "On embeddings for numerical features in tabular deep learning".
    PERIODIC_EMBEDDINGS, "periodic-embeddings", "periodic_embeddings", PERCEPTRONS, &[],
    LeverValues::Number(0.0, 100.0), &[Sample::Number(0.1), Sample::Number(1.0)],
    "turns each column of numbers into 4, by a layer with ReLU on the sines and cosines of 8 learnt frequencies, which are normal with this standard deviation      at first (in cycles a standard deviation of the column); adds 76 parameters a column and what the wider first layer takes. 0: not",
    "mlp on columns of numbers (lagom's own: 0)"
);
builds!(
    /// Guo & Berkhahn 2016, "Entity embeddings of categorical variables".
    CATEGORY_EMBEDDINGS, "category-embeddings", "category_embeddings", PERCEPTRONS, &[],
    LeverValues::Switch, &[Sample::Switch(true)],
    "turns each column of categories into a learnt vector a level, half as long as there are levels and 8 at most, in place of a column a level",
    "mlp on columns of categories (lagom's own: false)"
);
builds!(
    /// Hansen & Salamon 1990; Lakshminarayanan et al. 2017.
    ENSEMBLE, "ensemble", "ensemble", NETWORKS, &[],
    LeverValues::Whole(1, 8), &[Sample::Number(4.0)],
    "networks of a size that are trained side by side from other seeds, whose answers are averaged; parameters, bytes and operations are those of all",
    "mlp, embedding (lagom's own: 1)"
);
builds!(
    /// Han et al. 2015.
    PRUNING, "pruning", "pruning", NETWORKS, &[],
    LeverValues::Number(0.0, 0.99), &[Sample::Number(0.5), Sample::Number(0.8)],
    "share of the weights of each layer, the smallest, that are set to 0 after a training and stay so while the others are trained on for a fifth of its steps; only these \
     are stored and count as parameters",
    "mlp, embedding (lagom's own: 0)"
);
builds!(
    /// Jacob et al. 2018.
    QUANTISATION, "quantisation", "quantisation", NETWORKS, &[],
    LeverValues::Switch, &[Sample::Switch(true)],
    "whether weights are stored in one byte each after a training instead of four, off by 1 in 254 of the largest of their unit at most",
    "mlp, embedding (lagom's own: false)"
);

#[cfg(test)]
mod tests {
    use super::super::{Lever, LeverScene, planned};
    use super::*;
    use crate::candidate::neural::{Activation, ClassLoss, Normalisation, NumberLoss, Recipe};
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
        assert_eq!(focal, Recipe { class_loss: ClassLoss::Focal, ..plain.clone() });
        let cases = [
            ("activation", Sample::Word("gelu"), Recipe { activation: Activation::Gelu, ..plain.clone() }),
            ("normalisation", Sample::Word("layer"), Recipe { normalisation: Normalisation::Layer, ..plain.clone() }),
            ("residual", Sample::Switch(true), Recipe { residual: true, ..plain.clone() }),
            ("depth", Sample::Number(3.0), Recipe { depth: 3, ..plain.clone() }),
            ("periodic-embeddings", Sample::Number(0.5), Recipe { periodic_embeddings: 0.5, ..plain.clone() }),
            ("category-embeddings", Sample::Switch(true), Recipe { category_embeddings: true, ..plain.clone() }),
            ("ensemble", Sample::Number(4.0), Recipe { ensemble: 4, ..plain.clone() }),
            ("pruning", Sample::Number(0.5), Recipe { pruning: 0.5, ..plain.clone() }),
            ("quantisation", Sample::Switch(true), Recipe { quantisation: true, ..plain.clone() }),
            ("activation", Sample::Word("relu"), plain.clone()),
            ("ensemble", Sample::Number(1.0), plain),
        ];
        for (lever, value, expected) in cases {
            assert_eq!(set(2, lever, value), expected, "{lever}");
        }
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
