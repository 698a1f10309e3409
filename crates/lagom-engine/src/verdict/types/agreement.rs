//! How two candidates go together.

use serde::{Deserialize, Serialize};

/// How two candidates go together on the validation rows that both have. Counts are of outcomes: examples times the repeats
/// that both have finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The two, the cheaper first.
    pub candidates: [String; 2],
    /// Examples that both have.
    pub examples: u64,
    /// Outcomes that both get right.
    pub both: u64,
    /// Outcomes that only the first gets right.
    pub only_first: u64,
    /// Outcomes that only the second gets right.
    pub only_second: u64,
    /// Outcomes that neither gets right.
    pub neither: u64,
    /// How often their answers are the same; only where answers are classes.
    pub same: Option<Both>,
}

/// How often two candidates answer the same class. An answer that names none is the same as no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// Right or wrong.
    pub answered: u64,
    /// Of those, wrong.
    pub wrong: u64,
}

impl Agreement {
    /// Outcomes in all.
    #[must_use]
    pub fn outcomes(&self) -> u64 {
        self.both + self.only_first + self.only_second + self.neither
    }

    /// Whether it is about this candidate.
    #[must_use]
    pub fn is_about(&self, name: &str) -> bool {
        self.candidates.iter().any(|one| one == name)
    }

    /// The same seen from the other side.
    #[must_use]
    pub fn turned(&self) -> Self {
        let [first, second] = self.candidates.clone();
        Self { candidates: [second, first], only_first: self.only_second, only_second: self.only_first, ..self.clone() }
    }
}
