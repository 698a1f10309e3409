//! The sealed holdout: rows that nothing trains, stops, tunes or chooses on.
//!
//! A trial may hand over a prediction function while its model exists; what comes back is a
//! [`Sealed`] block of bytes that only a [`Look`] opens, and only the verdict makes looks.

use serde::{Deserialize, Serialize};

use super::dataset::{Dataset, Inputs};
use crate::metric::{MetricError, Outcomes};

/// A candidate's outcomes on the holdout, unread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(Vec<u8>);

/// Permission to open sealed outcomes: made by the verdict once the sequence of tests is fixed.
///
/// Each look is written to the store and counted before anything is opened.
#[derive(Debug)]
pub struct Look {
    candidates: Vec<String>,
}

impl Look {
    /// A look at the holdout outcomes of the named candidates alone.
    pub(crate) fn at(candidates: &[String]) -> Self {
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
    pub fn open(&self, look: &Look, candidate: &str) -> Option<Outcomes> {
        if look.covers(candidate) { Outcomes::from_bytes(&self.0).ok() } else { None }
    }
}

impl Dataset {
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
}
