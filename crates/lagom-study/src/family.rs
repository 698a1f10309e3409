//! What kinds of task there are, and the families of models: those that lagom trains, and those that it asks.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::lever::{LeverAbout, Setting};
use super::name::named;
use super::probe::ProbeAbout;
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
    /// Texts themselves: how likely a model finds them.
    LanguageModelling,
}

named! {
    TaskKind:
    Classification = "classification",
    Regression = "regression",
    TextClassification = "text-classification",
    TextGeneration = "text-generation",
    MultipleChoice = "multiple-choice",
    Extraction = "extraction",
    LanguageModelling = "language-modelling"
}

impl TaskKind {
    /// The kinds that lagom trains models for; the others are for language models alone.
    pub const TRAINED: [TaskKind; 4] =
        [TaskKind::Classification, TaskKind::Regression, TaskKind::TextClassification, TaskKind::LanguageModelling];

    /// Those of them with classes or numbers to predict from other columns.
    pub const PREDICTED: [TaskKind; 3] = [TaskKind::Classification, TaskKind::Regression, TaskKind::TextClassification];

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
            TaskKind::LanguageModelling => &[OutcomeKind::Likelihoods],
        }
    }

    /// Whether lagom trains models for it; else only `[[candidate]]`s can do it.
    #[must_use]
    pub fn is_trained(self) -> bool {
        TaskKind::TRAINED.contains(&self)
    }
}

/// The name of a family of models, as it stands in `study.toml`, in reports and in the store.
///
/// It is a name and no more: which families are trained is for the registry of those that can train them to say (`FAMILIES`
/// of `lagom-models`), what one is stands in its [`FamilyAbout`]. Two are equal where their names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FamilyId(&'static str);

/// What is known of a family without its code.
#[derive(Debug, PartialEq)]
pub struct FamilyAbout {
    /// Its name.
    pub id: FamilyId,
    /// What it is, in one line for people who do not know it.
    pub summary: &'static str,
    /// The kinds of task it can do.
    pub tasks: &'static [TaskKind],
    /// Whether a study that names no families trains it.
    pub by_default: bool,
    /// Whether a model of it has as many parameters as were planned, so that its size is known before it was trained.
    pub exact_size: bool,
    /// Whether it has larger sizes where the study allows more parameters.
    pub grows: bool,
    /// How plots draw it.
    pub mark: Mark,
}

/// What a study may name that this crate does not know itself: the registries of the crates above it.
#[derive(Debug, Default)]
pub struct Registries {
    /// The families that can be trained, roughly from the cheapest to the dearest.
    pub families: Vec<&'static FamilyAbout>,
    /// The levers that can be set, in the order in which they are applied.
    pub levers: Vec<&'static LeverAbout>,
    /// Their settings that take what a person has reviewed: they need `reviewed` under `[task]`.
    pub reviewed: Vec<Setting>,
    /// The probes that can be asked for, in the order in which reports show them.
    pub probes: Vec<&'static ProbeAbout>,
}

impl Registries {
    /// The families that can do tasks of this kind, in their order.
    pub fn serving(&self, kind: TaskKind) -> impl Iterator<Item = &'static FamilyAbout> + '_ {
        self.families.iter().copied().filter(move |about| about.serves(kind))
    }
}

/// The mark of a family in plots: a shape and a colour, so that families differ without colour too.
#[derive(Debug, PartialEq)]
pub struct Mark {
    /// The corners of its outline around 0, right and down, in parts of its reach; none: a circle.
    pub corners: &'static [(f64, f64)],
    /// Its colour on a light ground, as CSS writes it.
    pub light: &'static str,
    /// Its colour on a dark ground.
    pub dark: &'static str,
}

/// The longest name of a family, in bytes.
const LONGEST: usize = 40;

impl FamilyId {
    /// The most frequent class, or the mean: what any model must beat.
    pub const BASELINE: FamilyId = FamilyId::new("baseline");
    /// A language model behind an OpenAI-compatible server.
    pub const ENDPOINT: FamilyId = FamilyId::new("endpoint");
    /// A language model in a GGUF file, in process.
    pub const GGUF: FamilyId = FamilyId::new("gguf");
    /// Pretrained weights of the user's that answer, in process.
    pub const WEIGHTS: FamilyId = FamilyId::new("weights");
    /// A program of the user's that answers.
    pub const COMMAND: FamilyId = FamilyId::new("command");
    /// Answers that are on disk already.
    pub const ANSWERS: FamilyId = FamilyId::new("answers");
    /// Two candidates in a row: the small one first, the large one where it is unsure.
    pub const CASCADE: FamilyId = FamilyId::new("cascade");

    /// A family of that name.
    #[must_use]
    pub const fn new(name: &'static str) -> FamilyId {
        FamilyId(name)
    }

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether its models are called as they are and not trained.
    #[must_use]
    pub fn is_called(self) -> bool {
        CALLED.iter().any(|about| about.id == self)
    }

    /// The family of a name that was read, which is kept for the rest of the process if it is a new one.
    fn of(name: &str) -> Option<FamilyId> {
        static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(plain) {
            return None;
        }
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return Some(FamilyId(known));
        }
        let kept: &'static str = Box::leak(name.into());
        names.insert(kept);
        Some(FamilyId(kept))
    }
}

impl fmt::Display for FamilyId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.0)
    }
}

impl Serialize for FamilyId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for FamilyId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<FamilyId, D::Error> {
        let name = String::deserialize(from)?;
        FamilyId::of(&name).ok_or_else(|| {
            let found: String = name.chars().take(LONGEST).collect();
            de::Error::custom(format!("found {found:?}, expected the name of a family"))
        })
    }
}

impl FamilyAbout {
    /// Whether the family can do tasks of this kind.
    #[must_use]
    pub fn serves(&self, kind: TaskKind) -> bool {
        self.tasks.contains(&kind)
    }
}

/// The families that are called and not trained: what a `[[candidate]]` can be.
pub const CALLED: [&FamilyAbout; 5] = [
    &FamilyAbout {
        id: FamilyId::ENDPOINT,
        summary: "a language model behind a server",
        tasks: &TaskKind::ALL,
        by_default: false,
        exact_size: false,
        grows: false,
        mark: Mark {
            corners: &[(0.5, -0.95), (1.1, 0.0), (0.5, 0.95), (-0.5, 0.95), (-1.1, 0.0), (-0.5, -0.95)],
            light: "#b3122f",
            dark: "#ff8095",
        },
    },
    &FamilyAbout {
        id: FamilyId::GGUF,
        summary: "a language model in a file, run here",
        tasks: &TaskKind::ALL,
        by_default: false,
        exact_size: false,
        grows: false,
        mark: Mark {
            corners: &[(0.0, -1.1), (1.05, -0.3), (0.65, 0.95), (-0.65, 0.95), (-1.05, -0.3)],
            light: "#00707a",
            dark: "#5fd0da",
        },
    },
    &FamilyAbout {
        id: FamilyId::WEIGHTS,
        summary: "a language model of your own weights, run here",
        tasks: &TaskKind::ALL,
        by_default: false,
        exact_size: false,
        grows: false,
        mark: Mark {
            corners: &[
                (0.0, -1.15),
                (0.35, -0.35),
                (1.15, 0.0),
                (0.35, 0.35),
                (0.0, 1.15),
                (-0.35, 0.35),
                (-1.15, 0.0),
                (-0.35, -0.35),
            ],
            light: "#8a4b08",
            dark: "#e0a35c",
        },
    },
    &FamilyAbout {
        id: FamilyId::COMMAND,
        summary: "a program that answers",
        tasks: &TaskKind::ALL,
        by_default: false,
        exact_size: false,
        grows: false,
        mark: Mark { corners: &[(-1.1, -0.85), (1.1, 0.0), (-1.1, 0.85)], light: "#5a4fcf", dark: "#aba3ff" },
    },
    &FamilyAbout {
        id: FamilyId::ANSWERS,
        summary: "answers that were on disk already",
        tasks: &TaskKind::ALL,
        by_default: false,
        exact_size: false,
        grows: false,
        mark: Mark {
            corners: &[(-0.9, -1.0), (0.9, -1.0), (-0.9, 1.0), (0.9, 1.0)],
            light: "#6b5b3e",
            dark: "#cbb894",
        },
    },
];

/// What is put together from candidates that are there: neither trained nor asked itself.
pub const CASCADES: FamilyAbout = FamilyAbout {
    id: FamilyId::CASCADE,
    summary: "two models in a row: the small one first, the large one where it is unsure",
    tasks: &[TaskKind::Classification, TaskKind::TextClassification],
    by_default: false,
    exact_size: false,
    grows: false,
    mark: Mark {
        corners: &[(-1.0, -1.0), (0.0, -0.2), (1.0, -1.0), (1.0, 0.2), (0.0, 1.0), (-1.0, 0.2)],
        light: "#4a4a4a",
        dark: "#c4c4c4",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_read_is_the_family_of_that_name() {
        let read = |text: &str| serde_json::from_str::<FamilyId>(text);
        assert_eq!(read("\"endpoint\"").unwrap(), FamilyId::ENDPOINT);
        let (first, second) = (read("\"not-here-1\"").unwrap(), read("\"not-here-1\"").unwrap());
        assert!(first == second && std::ptr::eq(first.name(), second.name()));
        assert_eq!(serde_json::to_string(&first).unwrap(), "\"not-here-1\"");
        for wrong in ["\"\"", "\"Two Words\"", "3", &format!("\"{}\"", "x".repeat(41))] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
