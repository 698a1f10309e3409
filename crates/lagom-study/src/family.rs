//! What kinds of task there are, and the families of models: those that lagom trains, and those that it asks.

use serde::{Deserialize, Serialize};

use super::name::find;
use crate::metric::OutcomeKind;

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
    /// A text, compared with one or several accepted ones: an answer, a summary, a translation.
    TextGeneration,
    /// One of the choices that each row offers.
    MultipleChoice,
    /// Facts picked out of a text, as a text or as fields of a JSON object.
    Extraction,
}

impl TaskKind {
    /// Every kind of task.
    pub const ALL: [TaskKind; 6] = [
        TaskKind::Classification,
        TaskKind::Regression,
        TaskKind::TextClassification,
        TaskKind::TextGeneration,
        TaskKind::MultipleChoice,
        TaskKind::Extraction,
    ];

    /// The kinds that lagom trains models for; the others are for language models alone.
    pub const TRAINED: [TaskKind; 3] = [TaskKind::Classification, TaskKind::Regression, TaskKind::TextClassification];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TaskKind::Classification => "classification",
            TaskKind::Regression => "regression",
            TaskKind::TextClassification => "text-classification",
            TaskKind::TextGeneration => "text-generation",
            TaskKind::MultipleChoice => "multiple-choice",
            TaskKind::Extraction => "extraction",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<TaskKind> {
        find(&TaskKind::ALL, TaskKind::name, name)
    }

    /// Whether the target is one of several classes that are the same for all rows.
    #[must_use]
    pub fn has_classes(self) -> bool {
        matches!(self, TaskKind::Classification | TaskKind::TextClassification)
    }

    /// What models' results on such a task are about: one kind, or two where answers and likelihoods differ. With
    /// two classes, if need be.
    #[must_use]
    pub fn outcomes(self) -> &'static [OutcomeKind] {
        match self {
            TaskKind::Classification | TaskKind::TextClassification => &[OutcomeKind::Classes(2)],
            TaskKind::Regression => &[OutcomeKind::Values],
            TaskKind::TextGeneration => &[OutcomeKind::Texts, OutcomeKind::Likelihoods],
            TaskKind::MultipleChoice => &[OutcomeKind::Texts, OutcomeKind::Choices],
            TaskKind::Extraction => &[OutcomeKind::Texts],
        }
    }

    /// Whether lagom trains models for it; else only `[[candidate]]`s can do it.
    #[must_use]
    pub fn is_trained(self) -> bool {
        TaskKind::TRAINED.contains(&self)
    }
}

/// A family of models: trained on the user's data, or called.
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
    /// A language model behind an OpenAI-compatible server.
    Endpoint,
    /// A language model in a GGUF file, in process.
    Gguf,
    /// A program of the user's that answers.
    Command,
    /// Answers that are on disk already.
    Answers,
}

impl Family {
    /// Every family that is trained, roughly from the cheapest to the dearest.
    pub const ALL: [Family; 6] =
        [Family::Baseline, Family::Linear, Family::Trees, Family::Mlp, Family::Ngrams, Family::Embedding];

    /// Every family that is called and not trained: what a `[[candidate]]` can be.
    pub const CALLED: [Family; 4] = [Family::Endpoint, Family::Gguf, Family::Command, Family::Answers];

    /// Every family: those that are trained, then those that are called.
    pub fn every() -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().chain(Family::CALLED)
    }

    /// Whether its models are called as they are and not trained.
    #[must_use]
    pub fn is_called(self) -> bool {
        Family::CALLED.contains(&self)
    }

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
            Family::Endpoint => "endpoint",
            Family::Gguf => "gguf",
            Family::Command => "command",
            Family::Answers => "answers",
        }
    }

    /// The family of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Family> {
        Family::every().find(|family| family.name() == name)
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
            Family::Endpoint => "a language model behind a server",
            Family::Gguf => "a language model in a file, run here",
            Family::Command => "a program that answers",
            Family::Answers => "answers that were on disk already",
        }
    }

    /// The kinds of task the family can do.
    #[must_use]
    pub fn tasks(self) -> &'static [TaskKind] {
        match self {
            Family::Baseline => &TaskKind::TRAINED,
            Family::Linear | Family::Trees | Family::Mlp => &[TaskKind::Classification, TaskKind::Regression],
            Family::Ngrams | Family::Embedding => &[TaskKind::TextClassification],
            Family::Endpoint | Family::Gguf | Family::Command | Family::Answers => &TaskKind::ALL,
        }
    }

    /// Whether the family can do tasks of this kind.
    #[must_use]
    pub fn serves(self, kind: TaskKind) -> bool {
        self.tasks().contains(&kind)
    }

    /// The families to train for this kind of task, the baseline first; none where nothing is trained.
    #[must_use]
    pub fn serving(kind: TaskKind) -> Vec<Family> {
        Family::ALL.into_iter().filter(|family| family.serves(kind)).collect()
    }
}
