//! The candidates that a screening hangs on.

use super::types::{Against, Row, Screening};

impl Screening {
    /// The candidates that the verdict hangs on: the reference, the best, the baseline, what is tested and what it is
    /// tested against, what may stand in, and what shows that anything was learned. They need every repeat.
    #[must_use]
    pub fn decisive(&self) -> Vec<&str> {
        let against = match &self.against {
            Against::Candidate(name) => Some(name),
            Against::Bar | Against::Nothing => None,
        };
        let single = [&self.baseline, &self.reference, &self.best].into_iter().flatten();
        let more = self.stand_in.iter().chain(self.learning.decisive());
        self.sequence.iter().chain(single).chain(against).chain(more).map(String::as_str).collect()
    }

    /// The line of a candidate.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}
