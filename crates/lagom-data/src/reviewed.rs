//! Targets that a person has reviewed.
//!
//! ```text
//! Dataset.target    the right ones, where a row was reviewed: models are judged by them
//! Reviewed.given    those of the file: the plain recipe is trained on them, splits are cut by them, and the quality of the data is theirs
//! ```
//!
//! Splits follow the targets as given, so that a review moves no row from one side to the other.

use serde::{Deserialize, Serialize};

use super::dataset::{Dataset, Examples, Inputs, Reviewed, Target};

/// How many rows were reviewed, and what became of their targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCounts {
    /// Rows that were reviewed.
    pub rows: u64,
    /// Those of them whose target is another one now.
    pub changed: u64,
    /// Rows that could have been reviewed.
    pub of: u64,
}

impl ReviewCounts {
    /// Whether no row was left out.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.rows == self.of
    }
}

impl Dataset {
    /// The same data with what a person has reviewed: `right` takes the place of the target, which is kept as it was given. `rows` are those
    /// that were reviewed, in ascending order, of so many that could have been.
    #[must_use]
    pub fn with_reviewed(mut self, right: Target, rows: Vec<u32>, of: u32) -> Self {
        let given = std::mem::replace(&mut self.target, right);
        self.reviewed = Some(Reviewed { given, rows, of });
        self
    }

    /// What was reviewed, if anything was.
    #[must_use]
    pub fn reviewed(&self) -> Option<&Reviewed> {
        self.reviewed.as_ref()
    }

    /// The targets as they were given, whatever a person says of them.
    #[must_use]
    pub fn given(&self) -> &Target {
        self.reviewed.as_ref().map_or(&self.target, |reviewed| &reviewed.given)
    }

    /// The examples at `rows` for a training: with the targets as given, and beside them what a person holds right.
    #[must_use]
    pub fn training<'a>(&'a self, rows: &'a [u32]) -> Examples<'a> {
        let reviewed = self.reviewed.as_ref().map(|_| &self.target);
        Examples { inputs: Inputs { columns: &self.columns, rows }, target: self.given(), reviewed }
    }

    /// How many rows were reviewed, and in how many the target changed; none where nobody has reviewed any.
    #[must_use]
    pub fn review_counts(&self) -> Option<ReviewCounts> {
        let Reviewed { given, rows, of } = self.reviewed.as_ref()?;
        let changed = rows.iter().filter(|row| given.differs(&self.target, **row as usize)).count();
        Some(ReviewCounts { rows: rows.len() as u64, changed: changed as u64, of: u64::from(*of) })
    }
}

impl Target {
    /// Whether a row has another label or number in another target of the same rows.
    #[must_use]
    pub fn differs(&self, other: &Target, row: usize) -> bool {
        match (self, other) {
            (Self::Classes { labels, .. }, Self::Classes { labels: others, .. }) => labels.get(row) != others.get(row),
            (Self::Numbers(values), Self::Numbers(others)) => values.get(row) != others.get(row),
            _ => false,
        }
    }
}

impl Examples<'_> {
    /// The same examples with the targets that a person holds right, where any were reviewed.
    #[must_use]
    pub fn right(&self) -> Self {
        Self { target: self.reviewed.unwrap_or(self.target), reviewed: None, ..*self }
    }
}

impl Reviewed {
    /// What does not fit to a target of so many rows.
    pub(super) fn misfit(&self, target: &Target) -> Option<String> {
        let rows = target.rows();
        let same = std::mem::discriminant(&self.given) == std::mem::discriminant(target);
        let ascending = self.rows.windows(2).all(|pair| pair[0] < pair[1]);
        let beyond = self.rows.last().is_some_and(|row| *row as usize >= rows);
        (!same || self.given.rows() != rows || !ascending || beyond)
            .then(|| "the labels as given are not those of its rows".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::TaskKind;

    fn of(labels: &[u32]) -> Target {
        Target::Classes { labels: labels.to_vec(), names: vec!["a".to_owned(), "b".to_owned()] }
    }

    fn plain(labels: &[u32]) -> Dataset {
        Dataset::without_holdout(TaskKind::Classification, Vec::new(), of(labels), labels.len() as u32)
    }

    #[test]
    fn models_are_judged_by_what_is_right_and_trained_on_what_was_given() {
        // Rows 1, 2 and 4 were reviewed, of which 1 and 4 were wrong.
        let data = plain(&[0, 0, 1, 1, 0]).with_reviewed(of(&[0, 1, 1, 1, 1]), vec![1, 2, 4], 5);
        let rows = [0, 1, 4];
        assert_eq!(data.examples(&rows).labels(), [0, 1, 1]);
        let training = data.training(&rows);
        assert_eq!((training.labels(), training.right().labels()), (vec![0, 0, 0], vec![0, 1, 1]));
        assert_eq!(data.review_counts(), Some(ReviewCounts { rows: 3, changed: 2, of: 5 }));
        let without = plain(&[0, 1, 1]);
        assert_eq!((without.review_counts(), without.given()), (None, &without.target));
        assert_eq!(without.training(&[2]).right().labels(), [1]);
    }

    #[test]
    fn the_identity_changes_with_what_was_given_and_not_where_nothing_was_reviewed() {
        let digest = |data: &Dataset| data.digest().expect("a digest");
        let (before, other) = (plain(&[0, 0, 1]), plain(&[0, 1, 1]));
        let reviewed = before.clone().with_reviewed(of(&[0, 1, 1]), vec![1], 3);
        let all = [digest(&before), digest(&other), digest(&reviewed)];
        assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{all:?}");
        let unchanged = before.clone().with_reviewed(of(&[0, 0, 1]), vec![1], 3);
        assert_ne!(digest(&before), digest(&unchanged));
        // Sealed rows are those of the same data, whatever a review says.
        let given = |data: &Dataset| data.digest_as_given().expect("a digest");
        assert_eq!([&before, &reviewed, &unchanged].map(given), [&before; 3].map(digest));
        assert_ne!(given(&other), given(&before));
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("data.bin");
        for data in [plain(&[0, 1, 1]), plain(&[0, 0, 1]).with_reviewed(of(&[0, 1, 1]), vec![1], 3)] {
            data.write(&file).expect("written");
            let read = Dataset::read(&file).expect("read");
            assert_eq!((read.reviewed(), &read.target), (data.reviewed(), &data.target));
        }
        let wrong = plain(&[0, 0, 1]).with_reviewed(of(&[0, 1]), vec![1], 3);
        wrong.write(&file).expect("written");
        assert!(Dataset::read(&file).is_err());
    }
}
