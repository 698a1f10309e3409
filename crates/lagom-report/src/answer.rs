//! An answer and its parts: words alone, for whatever was asked.

use serde::Serialize;

/// The answer in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The answer in one short sentence.
    pub headline: String,
    /// What it means and what to do, in full sentences.
    pub sentences: Vec<String>,
    /// What could make it wrong, or was done about that, in full sentences: figures that it hangs on and that are not known well enough, then what was
    /// found in the data, the gravest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<String>,
    /// The figures that carry it, the most important first.
    pub facts: Vec<Fact>,
    /// What else a reader has to know to judge it.
    pub notes: Vec<String>,
}

/// One figure with its unit and what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is about: the metric, `error` (R² in the target's unit), `rows`, `margins` or `bars` (the staircase), `size`,
    /// `speed`, `memory`, `limits`, `model`, `data`, `ladder` or `effort`; where models are asked `cost`, `asked`, `missing`,
    /// `refused`, `unreadable`, `cut off`, `shots` and `agreement`.
    pub label: String,
    /// The figure.
    pub value: String,
    /// What it is compared with, or how sure it is; may be empty.
    pub detail: String,
    /// What is gained, as `63 times smaller`; empty where nothing is.
    pub gain: String,
}

impl Fact {
    /// A figure without a gain.
    pub(crate) fn new(label: &str, value: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into(), detail: detail.into(), gain: String::new() }
    }

    /// The figure and its detail as one line.
    #[must_use]
    pub fn text(&self) -> String {
        match self.detail.as_str() {
            "" => self.value.clone(),
            detail if detail.starts_with(['(', ';', ',']) => {
                format!("{}{}{detail}", self.value, if detail.starts_with('(') { " " } else { "" })
            }
            detail => format!("{} {detail}", self.value),
        }
    }
}
