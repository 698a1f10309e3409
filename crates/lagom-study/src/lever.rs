//! Levers: what may be changed in how models are trained, beside their size.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is known of a lever without its code.
#[derive(Debug, PartialEq)]
pub struct LeverAbout {
    /// Its name: the key under `[recipe]`.
    pub name: &'static str,
    /// What kind of change it is.
    pub group: LeverGroup,
    /// What it does, in one line for people who do not know it.
    pub summary: &'static str,
    /// What it may be set to.
    pub values: LeverValues,
    /// Settings that are worth trying, the most usual one first: it stands in the template of a study. None of an experiment, which is
    /// no improvement.
    pub tries: &'static [Sample],
    /// The families that it changes, by name, as a sentence says them.
    pub changes: &'static str,
}

/// What kind of change a lever is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeverGroup {
    /// Which training rows there are, and how many.
    Data,
    /// How columns become numbers.
    Preprocessing,
    /// What keeps a model from learning its training rows by heart.
    Regularisation,
    /// How the weights are found.
    Optimisation,
    /// How the model is built.
    Architecture,
}

impl LeverGroup {
    /// Its name in tables and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Preprocessing => "preprocessing",
            Self::Regularisation => "regularisation",
            Self::Optimisation => "optimisation",
            Self::Architecture => "architecture",
        }
    }
}

/// What a lever may be set to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LeverValues {
    /// True or false.
    Switch,
    /// A number between two bounds, both included.
    Number(f64, f64),
    /// A whole number between two bounds, both included.
    Whole(u32, u32),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A table of columns, each with one of these words.
    Columns(&'static [&'static str]),
}

impl LeverValues {
    /// One of them, for a lever of which nothing is worth trying: on, the middle, or the first word.
    #[must_use]
    pub fn example(&self) -> LeverValue {
        match self {
            Self::Switch => LeverValue::Switch(true),
            Self::Number(least, most) => LeverValue::Number((least + most) / 2.0),
            Self::Whole(least, most) => LeverValue::Number(f64::from(least.midpoint(*most))),
            Self::OneOf(words) => LeverValue::Word(words.first().map_or_else(String::new, |word| (*word).to_owned())),
            Self::Columns(words) => LeverValue::Columns(
                words.first().map(|word| ("age".to_owned(), (*word).to_owned())).into_iter().collect(),
            ),
        }
    }
}

/// A setting of a lever in a registry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// True or false.
    Switch(bool),
    /// A number.
    Number(f64),
    /// A word.
    Word(&'static str),
}

impl From<Sample> for LeverValue {
    fn from(sample: Sample) -> Self {
        match sample {
            Sample::Switch(on) => Self::Switch(on),
            Sample::Number(number) => Self::Number(number),
            Sample::Word(word) => Self::Word(word.to_owned()),
        }
    }
}

/// What a lever is set to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LeverValue {
    /// True or false.
    Switch(bool),
    /// A number, whole or not, in the lever's own unit.
    Number(f64),
    /// A word.
    Word(String),
    /// Columns by name, each with a word.
    Columns(BTreeMap<String, String>),
}

impl std::fmt::Display for LeverValue {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Switch(on) => write!(to, "{on}"),
            Self::Number(number) => write!(to, "{number}"),
            Self::Word(word) => write!(to, "\"{word}\""),
            Self::Columns(columns) => {
                let bare = |name: &str| {
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
                };
                let one = |(name, word): (&String, &String)| match bare(name) {
                    true => format!("{name} = \"{word}\""),
                    false => format!("{name:?} = \"{word}\""),
                };
                write!(to, "{{ {} }}", columns.iter().map(one).collect::<Vec<String>>().join(", "))
            }
        }
    }
}

/// A lever at one setting: part of a candidate, and of the content address of its trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The name of the lever.
    pub lever: String,
    /// What it is set to.
    pub value: LeverValue,
}

impl Setting {
    /// A lever of a registry at one of its settings.
    #[must_use]
    pub fn of(lever: &str, value: impl Into<LeverValue>) -> Self {
        Self { lever: lever.to_owned(), value: value.into() }
    }
}

/// As it stands in a study: `dropout = 0.2`.
impl std::fmt::Display for Setting {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} = {}", self.lever, self.value)
    }
}
