//! What a person found of labels, and how far that speaks for the rows that nobody has looked at.

use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::reviewed::ReviewCounts;
use crate::stats::{binomial_upper, wilson};

/// How sure the share is, two-sided.
const CONFIDENCE: f64 = 0.95;
/// From here on suspects are so many among the reviewed rows that these were no random ones: the probability of as many by chance.
const BY_CHANCE: f64 = 0.05;

/// What a person found of labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewFound {
    /// How many rows were reviewed, and in how many the label changed.
    #[serde(flatten)]
    pub counts: ReviewCounts,
    /// How many of them models would have suspected; none where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspects: Option<u64>,
    /// The share of all labels that would change, if the reviewed rows were drawn at random; none where all rows were reviewed, where they
    /// are more often suspects than random rows would be, or where it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_random: Option<ChangedShare>,
}

/// An interval of a share of labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangedShare {
    /// Lower end, between 0 and 1.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How sure it is, two-sided.
    pub confidence: f64,
}

/// Rows whose labels models checked, and what they suspect: of all checked rows, and of those of them that were reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspectedRows {
    /// Rows that were checked.
    pub rows: u64,
    /// Suspects among them.
    pub suspects: u64,
    /// Checked rows that were reviewed.
    pub reviewed: u64,
    /// Suspects among those.
    pub reviewed_suspects: u64,
}

impl ReviewFound {
    /// The counts alone; none where nobody has reviewed any row.
    pub(super) fn of(dataset: &Dataset) -> Option<Self> {
        Some(Self { counts: dataset.review_counts()?, suspects: None, if_random: None })
    }

    /// The same with what models suspect. That rows were drawn at random nobody can see; that they were not shows where they hold more suspects
    /// than chance brings (one-sided binomial test at 5 %).
    pub(super) fn beside(self, found: SuspectedRows) -> Self {
        if found.reviewed == 0 {
            return self;
        }
        let share = found.suspects as f64 / found.rows.max(1) as f64;
        let chance = binomial_upper(found.reviewed_suspects, found.reviewed, share);
        let random = !self.counts.is_whole() && chance >= BY_CHANCE;
        let (low, high) = wilson(self.counts.changed, self.counts.rows, CONFIDENCE);
        let if_random = random.then_some(ChangedShare { low, high, confidence: CONFIDENCE });
        Self { suspects: Some(found.reviewed_suspects), if_random, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: u64, changed: u64) -> ReviewFound {
        ReviewFound { counts: ReviewCounts { rows, changed, of: 1_000 }, suspects: None, if_random: None }
    }

    #[test]
    fn nothing_is_said_of_other_rows_where_suspects_were_reviewed() {
        // A tenth of all rows are suspects: 8 among 60 are usual (6 are expected), all of 60 are not.
        let random = SuspectedRows { rows: 1_000, suspects: 100, reviewed: 60, reviewed_suspects: 8 };
        let share = found(60, 12).beside(random).if_random.expect("a share");
        assert_eq!((share.low, share.high), wilson(12, 60, 0.95));
        let picked = SuspectedRows { reviewed_suspects: 60, ..random };
        assert_eq!(found(60, 40).beside(picked).if_random, None);
        assert_eq!(found(60, 40).beside(picked).suspects, Some(60));
    }

    #[test]
    fn where_all_rows_were_reviewed_nothing_is_left_to_estimate() {
        let all = SuspectedRows { rows: 1_000, suspects: 100, reviewed: 1_000, reviewed_suspects: 100 };
        assert_eq!(found(1_000, 300).beside(all).if_random, None);
    }
}
