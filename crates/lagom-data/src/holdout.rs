//! The sealed holdout: rows that nothing trains, stops, tunes or chooses on.
//!
//! A trial may hand over a prediction function while its model exists; what comes back is a
//! [`Sealed`] block of bytes that only a [`HoldoutAccess`] opens, and only the verdict makes looks.
//!
//! With cross-fitting there is no holdout: each repeat seals its own fold, and its block says which rows
//! that are. Their numbers are no secret; the scores on them are.

use serde::{Deserialize, Serialize};

use super::dataset::{Dataset, Inputs, Target, UNSEEN};
use crate::metric::{MetricError, Outcomes, cascade};

/// What a block with its own rows begins with; outcomes begin with 0 or 1, so the two never mix up.
const FOLD: &[u8; 4] = b"fold";

/// A candidate's outcomes on the holdout, or on the fold that its repeat sealed, unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(Vec<u8>);

/// Permission to open sealed outcomes: made by the verdict once the sequence of tests is fixed.
///
/// Each look is written to the store and counted before anything is opened.
#[derive(Debug)]
pub struct HoldoutAccess {
    candidates: Vec<String>,
}

impl HoldoutAccess {
    /// A look at the holdout outcomes of the named candidates alone.
    pub fn at(candidates: &[String]) -> Self {
        Self { candidates: candidates.to_vec() }
    }

    /// Whether this look covers `candidate`.
    #[must_use]
    pub fn covers(&self, candidate: &str) -> bool {
        self.candidates.iter().any(|name| name == candidate)
    }
}

impl Sealed {
    /// The bytes, for storage.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Back from storage.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The outcomes of `candidate`, if `look` covers it and the bytes are whole.
    #[must_use]
    pub fn open(&self, look: &HoldoutAccess, candidate: &str) -> Option<Outcomes> {
        let (_, outcomes) = self.parts()?;
        if look.covers(candidate) { Outcomes::from_bytes(outcomes).ok() } else { None }
    }

    /// The rows that the outcomes are of, where they are a fold of cross-fitting; none with a holdout.
    #[must_use]
    pub fn rows(&self) -> Option<Vec<u32>> {
        self.parts()?.0
    }

    /// Whether the outcomes are of a fold of cross-fitting.
    #[must_use]
    pub fn is_fold(&self) -> bool {
        self.0.starts_with(FOLD)
    }

    /// Puts outcomes on the rows of a fold under seal.
    ///
    /// # Errors
    /// The outcomes' columns are of different lengths.
    pub fn of_fold(rows: &[u32], outcomes: &Outcomes) -> Result<Self, MetricError> {
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let mut bytes = FOLD.to_vec();
        bytes.extend(count.to_le_bytes());
        bytes.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
        bytes.extend(outcomes.to_bytes()?);
        Ok(Self(bytes))
    }

    /// What two models in a row come to, the first where its certainty is at least the threshold: under seal as both were, so that nothing
    /// of it is read. With it the share of the rows that is handed on to the second, which tells nothing of the truth. None where the two are
    /// of other rows, cut off, or have no certainty.
    #[must_use]
    pub fn cascade(&self, large: &Sealed, threshold: f64) -> Option<(Sealed, f64)> {
        let ((rows, first), (others, second)) = (self.parts()?, large.parts()?);
        if rows != others {
            return None;
        }
        let (first, second) = (Outcomes::from_bytes(first).ok()?, Outcomes::from_bytes(second).ok()?);
        let found = cascade(&first, &second, threshold).ok()?;
        let sealed = match rows {
            Some(rows) => Self::of_fold(&rows, &found.outcomes).ok()?,
            None => Self(found.outcomes.to_bytes().ok()?),
        };
        Some((sealed, found.share()))
    }

    /// The rows, if the block names them, and the bytes of the outcomes; none where the block is cut off.
    fn parts(&self) -> Option<(Option<Vec<u32>>, &[u8])> {
        let Some(rest) = self.0.strip_prefix(FOLD) else { return Some((None, &self.0)) };
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let end = (u32::from_le_bytes(*count) as usize).checked_mul(4)?;
        let (rows, outcomes) = rest.split_at_checked(end)?;
        let number = |bytes: &[u8]| bytes.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes));
        Some((rows.chunks_exact(4).map(number).collect(), outcomes))
    }
}

impl Dataset {
    /// The rows that the model which is handed over is trained on, in ascending order: all development rows, and where
    /// `give_back` the sealed ones too, once the verdict has been read from them. A row whose class no training row has
    /// can't be learned from.
    #[must_use]
    pub fn handed_over_rows(&self, give_back: bool) -> Vec<u32> {
        let known = |row: &&u32| match &self.target {
            Target::Classes { labels, .. } => labels.get(**row as usize).is_some_and(|label| *label != UNSEEN),
            Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => true,
        };
        let sealed: &[u32] = if give_back { &self.sealed } else { &[] };
        let mut rows: Vec<u32> = self.development.iter().chain(sealed.iter().filter(known)).copied().collect();
        rows.sort_unstable();
        rows
    }

    /// Which rows are sealed, for a model that is asked about them one by one once the sequence of tests is fixed.
    #[must_use]
    pub fn sealed_rows(&self, look: &HoldoutAccess) -> &[u32] {
        if look.candidates.is_empty() { &[] } else { &self.sealed }
    }

    /// Scores the holdout with a trained model's `predict`, straight under seal.
    ///
    /// # Errors
    /// Whatever `predict` reports; a prediction that is not a finite number.
    pub fn score_holdout<E: From<MetricError>>(
        &self,
        predict: impl FnOnce(Inputs<'_>) -> Result<Vec<f64>, E>,
    ) -> Result<Sealed, E> {
        let examples = self.examples(&self.sealed);
        let predictions = predict(examples.inputs)?;
        Ok(Sealed(examples.outcomes(&predictions)?.to_bytes()?))
    }

    /// Scores the rows of a fold with a trained model's `predict`, straight under seal.
    ///
    /// # Errors
    /// As [`Dataset::score_holdout`].
    pub fn score_fold<E: From<MetricError>>(
        &self,
        rows: &[u32],
        predict: impl FnOnce(Inputs<'_>) -> Result<Vec<f64>, E>,
    ) -> Result<Sealed, E> {
        let examples = self.examples(rows);
        let predictions = predict(examples.inputs)?;
        Ok(Sealed::of_fold(rows, &examples.outcomes(&predictions)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{ClassOutcomes, ValueOutcomes};

    #[test]
    fn a_fold_names_its_rows_and_keeps_its_scores_until_the_look() {
        let outcomes = Outcomes::Values(ValueOutcomes { truth: vec![1.0, 2.0], predicted: vec![1.5, 2.5] });
        let sealed = Sealed::of_fold(&[7, 300], &outcomes).expect("two values each");
        assert_eq!(sealed.rows(), Some(vec![7, 300]));
        assert_eq!(sealed.open(&HoldoutAccess::at(&["other".to_owned()]), "one"), None);
        let look = HoldoutAccess::at(&["one".to_owned()]);
        assert_eq!(sealed.open(&look, "one"), Some(outcomes.clone()));
        for end in 4..sealed.bytes().len() {
            let cut = Sealed::from_bytes(sealed.bytes()[..end].to_vec());
            assert_eq!(cut.open(&look, "one"), None, "cut off at {end}");
        }
        let holdout = Sealed::from_bytes(outcomes.to_bytes().expect("whole"));
        assert_eq!((holdout.rows(), holdout.open(&look, "one")), (None, Some(outcomes)));
    }

    #[test]
    fn a_cascade_stays_under_seal() {
        let of = |positive: [f32; 2]| {
            let mut outcomes = ClassOutcomes::new(2);
            positive.iter().for_each(|p| outcomes.push(1, &[1.0 - p, *p]).expect("two probabilities"));
            Outcomes::Classes(outcomes)
        };
        let (small, large) = (of([0.9, 0.6]), of([0.2, 0.3]));
        // Certainties 0.82 and 0.52: half of the rows is below 0.6.
        let [first, second] = [&small, &large].map(|one| Sealed::of_fold(&[3, 8], one).expect("whole"));
        let (sealed, share) = first.cascade(&second, 0.6).expect("the same rows");
        assert_eq!((sealed.rows(), share), (Some(vec![3, 8]), 0.5));
        let look = |name: &str| HoldoutAccess::at(&[name.to_owned()]);
        assert_eq!(sealed.open(&look("small"), "both"), None);
        assert_eq!(sealed.open(&look("both"), "both"), Some(of([0.9, 0.3])));
        let elsewhere = Sealed::of_fold(&[3, 9], &large).expect("whole");
        assert!(first.cascade(&elsewhere, 0.6).is_none());
        assert!(first.cascade(&Sealed::from_bytes(large.to_bytes().expect("whole")), 0.6).is_none());
    }
}
