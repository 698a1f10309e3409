//! What kinds of task there are, and the families of models that lagom trains for them.

use serde::{Deserialize, Serialize};

use super::name::find;

/// What is to be predicted from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// One of several classes, from the columns of a table.
    Classification,
    /// A number, from the columns of a table.
    Regression,
    /// One of several classes, from text.
    TextClassification,
}

impl TaskKind {
    /// Every kind of task.
    pub const ALL: [TaskKind; 3] = [TaskKind::Classification, TaskKind::Regression, TaskKind::TextClassification];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TaskKind::Classification => "classification",
            TaskKind::Regression => "regression",
            TaskKind::TextClassification => "text-classification",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<TaskKind> {
        find(&TaskKind::ALL, TaskKind::name, name)
    }

    /// Whether the target is one of several classes.
    #[must_use]
    pub fn has_classes(self) -> bool {
        self != TaskKind::Regression
    }
}

/// A family of models that lagom trains on the user's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// The most frequent class, or the mean: what any model must beat.
    Baseline,
    /// A weighted sum of the columns.
    Linear,
    /// Boosted decision trees.
    Trees,
    /// Small neural networks.
    Mlp,
    /// A weighted sum of pieces of text.
    Ngrams,
    /// A small neural network over learned word vectors.
    Embedding,
}

impl Family {
    /// Every family, roughly from the cheapest to the dearest.
    pub const ALL: [Family; 6] =
        [Family::Baseline, Family::Linear, Family::Trees, Family::Mlp, Family::Ngrams, Family::Embedding];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Family::Baseline => "baseline",
            Family::Linear => "linear",
            Family::Trees => "trees",
            Family::Mlp => "mlp",
            Family::Ngrams => "ngrams",
            Family::Embedding => "embedding",
        }
    }

    /// The family of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Family> {
        find(&Family::ALL, Family::name, name)
    }

    /// What the family is, in one line for people who do not know it.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Family::Baseline => "the most frequent class or the mean: what any model must beat",
            Family::Linear => "a weighted sum of the columns",
            Family::Trees => "boosted decision trees",
            Family::Mlp => "small neural networks",
            Family::Ngrams => "a weighted sum of pieces of the text",
            Family::Embedding => "a small neural network over learned word vectors",
        }
    }

    /// The kinds of task the family can do.
    #[must_use]
    pub fn tasks(self) -> &'static [TaskKind] {
        match self {
            Family::Baseline => &TaskKind::ALL,
            Family::Linear | Family::Trees | Family::Mlp => &[TaskKind::Classification, TaskKind::Regression],
            Family::Ngrams | Family::Embedding => &[TaskKind::TextClassification],
        }
    }

    /// Whether the family can do tasks of this kind.
    #[must_use]
    pub fn serves(self, kind: TaskKind) -> bool {
        self.tasks().contains(&kind)
    }

    /// The families for this kind of task, the baseline first.
    #[must_use]
    pub fn serving(kind: TaskKind) -> Vec<Family> {
        Family::ALL.into_iter().filter(|family| family.serves(kind)).collect()
    }
}
