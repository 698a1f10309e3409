//! Levers of the training rows: which there are, what they say, and what they weigh.

use super::changes::{Changes, number, switch, word};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::rows::{Augmentation, RowStep};
use crate::study::{LeverAbout, LeverGroup, LeverValue, LeverValues, Sample, TaskKind};

/// The families that learn from a table, and those that learn from texts.
const TABLES: &[&str] = &["linear", "trees", "mlp", "nearest"];
const TEXTS: &[&str] = &["ngrams", "embedding"];
pub(super) const ALL: &[&str] = &[
    "linear",
    "trees",
    "mlp",
    "nearest",
    "ngrams",
    "embedding",
    "frozen",
    "static",
    "lora",
    "fine-tuned",
    "from-scratch",
];
/// The tasks.
pub(super) const CLASSES: &[TaskKind] = &[TaskKind::Classification, TaskKind::TextClassification];
const TABLE_TASKS: &[TaskKind] = &[TaskKind::Classification, TaskKind::Regression];
const TEXT_TASKS: &[TaskKind] = &[TaskKind::TextClassification];

/// Bounds of a share of the rows, of a quantile, and of noise in standard deviations.
const SHARE: (f64, f64) = (0.01, 1.0);
const NOISY: (f64, f64) = (0.0, 0.9);
const QUANTILE: (f64, f64) = (0.0001, 0.25);
const NOISE: (f64, f64) = (0.001, 2.0);

/// One step more where a lever is on.
fn on(value: &LeverValue, plan: &mut TrainingPlan, step: RowStep) -> Option<()> {
    if switch(value)? {
        plan.step(step);
    }
    Some(())
}

/// One step more of the size that a lever is set to.
fn sized(value: &LeverValue, bounds: (f64, f64), plan: &mut TrainingPlan, step: fn(f64) -> RowStep) -> Option<()> {
    plan.step(step(number(value, bounds)?));
    Some(())
}

/// Fewer rows, to see what rows are worth: no improvement, so nothing of it is tried.
pub(super) static DATA_SHARE: Changes = Changes {
    about: &LeverAbout {
        name: "data-share",
        group: LeverGroup::Data,
        summary: "share of the training rows that is trained on, drawn at random, to see what more rows are worth: an experiment, not an improvement",
        values: LeverValues::Number(SHARE.0, SHARE.1),
        tries: &[],
        changes: "all but guessing",
    },
    families: ALL,
    tasks: &TaskKind::PREDICTED,
    weighs: false,
    controls: &[],
    change: |value, plan| sized(value, SHARE, plan, RowStep::Share),
};

/// Targets without a meaning, to see what a model can memorise (Zhang et al. 2017): an experiment.
pub(super) static SHUFFLED_LABELS: Changes = Changes {
    about: &LeverAbout {
        name: "shuffled-labels",
        group: LeverGroup::Data,
        summary: "shuffles the targets among the training rows, so that nothing is left to learn: an experiment, not an improvement",
        values: LeverValues::Switch,
        tries: &[],
        changes: "all but guessing",
    },
    families: ALL,
    tasks: &TaskKind::PREDICTED,
    weighs: false,
    controls: &[],
    change: |value, plan| on(value, plan, RowStep::ShuffledLabels),
};

/// Wrong targets, to see what they cost: an experiment.
pub(super) static LABEL_NOISE: Changes = Changes {
    about: &LeverAbout {
        name: "label-noise",
        group: LeverGroup::Data,
        summary: "share of the training rows that get a wrong target, to see what wrong labels cost: an experiment, not an improvement",
        values: LeverValues::Number(NOISY.0, NOISY.1),
        tries: &[],
        changes: "all but guessing",
    },
    families: ALL,
    tasks: &TaskKind::PREDICTED,
    weighs: false,
    controls: &[],
    change: |value, plan| sized(value, NOISY, plan, RowStep::LabelNoise),
};

/// One of the rows with equal inputs.
pub(super) static DEDUPLICATE: Changes = Changes {
    about: &LeverAbout {
        name: "deduplicate",
        group: LeverGroup::Data,
        summary: "keeps one of several training rows with equal inputs, with their commonest label or the mean of their numbers",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(true)],
        changes: "all but guessing",
    },
    families: ALL,
    tasks: &TaskKind::PREDICTED,
    weighs: false,
    controls: &[],
    change: |value, plan| on(value, plan, RowStep::Deduplicate),
};

/// Outliers brought in.
pub(super) static WINSORISE: Changes = Changes {
    about: &LeverAbout {
        name: "winsorise",
        group: LeverGroup::Data,
        summary: "clips the numbers of the training rows to this quantile of their column, at both ends",
        values: LeverValues::Number(QUANTILE.0, QUANTILE.1),
        tries: &[Sample::Number(0.01)],
        changes: "linear, trees, mlp, nearest",
    },
    families: TABLES,
    tasks: TABLE_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| sized(value, QUANTILE, plan, RowStep::Winsorise),
};

/// More rows of rare classes.
pub(super) static OVERSAMPLING: Changes = Changes {
    about: &LeverAbout {
        name: "oversampling",
        group: LeverGroup::Data,
        summary: "adds training rows until every class has as many as the commonest: in tables with numbers new rows between two rows of the class (SMOTE), else repeats",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(true)],
        changes: "all but guessing, for classes",
    },
    families: ALL,
    tasks: CLASSES,
    weighs: false,
    controls: &[],
    change: |value, plan| on(value, plan, RowStep::Oversample),
};

/// Copies with noise.
pub(super) static NOISE_COPIES: Changes = Changes {
    about: &LeverAbout {
        name: "noise",
        group: LeverGroup::Data,
        summary: "adds a copy of each training row, with normal noise on its numbers: so many standard deviations of their column",
        values: LeverValues::Number(NOISE.0, NOISE.1),
        tries: &[Sample::Number(0.1), Sample::Number(0.3)],
        changes: "linear, trees, mlp, nearest",
    },
    families: TABLES,
    tasks: TABLE_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| sized(value, NOISE, plan, RowStep::Noise),
};

/// Changed copies of texts.
pub(super) static AUGMENTATION: Changes = Changes {
    about: &LeverAbout {
        name: "augmentation",
        group: LeverGroup::Data,
        summary: "adds a changed copy of each training text: a tenth of the words left out, swapped or mistyped, or a run of a fifth of them deleted",
        values: LeverValues::OneOf(&["word-dropout", "swap", "typos", "delete"]),
        tries: &[Sample::Word("word-dropout"), Sample::Word("typos"), Sample::Word("swap")],
        changes: "ngrams, embedding",
    },
    families: TEXTS,
    tasks: TEXT_TASKS,
    weighs: false,
    controls: &[],
    change: augmentation,
};

/// Rows of rare classes that weigh more.
pub(super) static CLASS_WEIGHTS: Changes = Changes {
    about: &LeverAbout {
        name: "class-weights",
        group: LeverGroup::Data,
        summary: "gives rows of rare classes more weight, so that every class counts the same",
        values: LeverValues::OneOf(&["balanced"]),
        tries: &[Sample::Word("balanced")],
        changes: "all but guessing, for classes",
    },
    families: ALL,
    tasks: CLASSES,
    weighs: true,
    controls: &[],
    change: class_weights,
};

fn augmentation(value: &LeverValue, plan: &mut TrainingPlan) -> Option<()> {
    let how = match word(value)? {
        "word-dropout" => Augmentation::WordDropout,
        "swap" => Augmentation::Swap,
        "typos" => Augmentation::Typos,
        "delete" => Augmentation::Delete,
        _ => return None,
    };
    plan.step(RowStep::Augment(how));
    Some(())
}

fn class_weights(value: &LeverValue, plan: &mut TrainingPlan) -> Option<()> {
    (word(value)? == "balanced").then(|| plan.step(RowStep::BalancedClasses))
}
