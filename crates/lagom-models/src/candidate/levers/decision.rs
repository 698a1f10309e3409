//! Which class is called.

use super::changes::{Changes, word};
use crate::candidate::decision::Decision;
use crate::study::{LeverAbout, LeverGroup, LeverValues, Sample, TaskKind};

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
    families: &["linear", "trees", "mlp", "nearest", "ngrams", "embedding"],
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
