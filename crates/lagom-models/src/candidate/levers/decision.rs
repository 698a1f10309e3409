//! What a model is taught beside its rows, and which class is called.

use super::changes::{Changes, number, word};
use crate::candidate::plan::Decision;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample, TaskKind};

const ALL: &[&str] = &["linear", "trees", "mlp", "nearest", "ngrams", "embedding"];
/// Bounds of the share of a target that is taught.
const SHARE: (f64, f64) = (0.05, 1.0);

/// Elkan 2001, "The foundations of cost-sensitive learning".
pub(super) static DECISION: Changes = Changes {
    about: &LeverAbout {
        name: "decision",
        group: LeverGroup::Architecture,
        summary: "weighs the probabilities of the classes, so that this metric of the called classes is best on a fifth of the training rows that a second model has not seen: of two classes a threshold other than one half; probabilities are no longer true to the shares of the classes",
        values: LeverValues::OneOf(&["accuracy", "balanced-accuracy", "macro-f1"]),
        tries: &[Sample::Word("balanced-accuracy"), Sample::Word("macro-f1"), Sample::Word("accuracy")],
        changes: "all but guessing, for classes (lagom's own: the likeliest class is called)",
    },
    families: ALL,
    tasks: &[TaskKind::Classification, TaskKind::TextClassification],
    weighs: false,
    controls: &[],
    change: |value, plan| {
        let name = word(value)?;
        let (_, decision) = Decision::ALL.into_iter().find(|(known, _)| *known == name)?;
        plan.decision = Some(decision);
        Some(())
    },
};

/// Hinton, Vinyals & Dean 2015.
pub(super) static DISTILLATION: Changes = Changes {
    about: &LeverAbout {
        name: "distillation",
        group: LeverGroup::Architecture,
        summary: "share of each target that a larger model teaches: boosted trees (8 leaves, 250 rounds) for tables, a linear model of n-grams (65,536 buckets) for texts, of rows that it has not seen; the rest is the row's own target",
        values: LeverValues::Number(SHARE.0, SHARE.1),
        tries: &[Sample::Number(0.5), Sample::Number(0.9)],
        changes: "all but guessing (lagom's own: none is taught)",
    },
    families: ALL,
    tasks: &TaskKind::PREDICTED,
    weighs: true,
    controls: &[],
    change: |value, plan| {
        plan.distillation = Some(number(value, SHARE)?);
        Some(())
    },
};
