//! Levers: what may be changed in how models are trained, beside their size.

use serde::{Deserialize, Serialize};

/// What is known of a lever without its code.
#[derive(Debug, PartialEq)]
pub struct LeverAbout {
    /// Its name: the key under `[recipe]`.
    pub name: &'static str,
    /// What it does, in one line for people who do not know it.
    pub summary: &'static str,
    /// What it may be set to: from the least to the most, both included.
    pub range: (f64, f64),
    /// A setting that is worth trying, for the template of a study.
    pub example: f64,
    /// The families that it changes, by name, as a sentence says them.
    pub changes: &'static str,
}

/// A lever at one setting: part of a candidate, and of the content address of its trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The name of the lever.
    pub lever: String,
    /// What it is set to, in its own unit.
    pub value: f64,
}

impl std::fmt::Display for Setting {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} = {}", self.lever, self.value)
    }
}
