//! The temperature of a model that is handed over.
//!
//! ```text
//! rows -> four fifths: a second model -> its probabilities of the fifth that it has not seen -> temperature -> the model of all rows
//! ```
//!
//! The fifth is cut as the study cuts validation rows: copies and groups whole, and in time the latest quarter. Whether the temperature is kept is decided by
//! cross-fitting within it, by the log loss, so that no row judges a temperature that it took part in. It is that of a model of fewer rows, which is
//! a little more often wrong, and taken for that of all rows: what nobody can measure without leaving rows out.

use serde::{Deserialize, Serialize};

use crate::candidate::{Candidate, FitContext, FitError, Fitted, Outside, Purpose, TunedParams, fit};
use crate::data::{Dataset, SplitSpec, split};
use crate::probe::{Part, Tempering, tempering};

/// Fewest rows that a temperature is fitted on: of fewer much of a calibration error is chance.
const FEWEST: u64 = 300;
/// The share of the rows that the second model does not see.
const HELD: f64 = 0.2;

/// What became of the calibration of a model that is handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calibration {
    /// Its log-odds are divided by a temperature.
    Kept(Tempering),
    /// A temperature brings nothing that is sure: the model is as it was trained.
    NothingSure(Tempering),
    /// There are too few wrong answers, or right ones, to fit one: with no errors at all the best would be 0.
    FewErrors(Tempering),
    /// There are too few rows to fit one.
    TooFew {
        /// Rows that there are.
        rows: u64,
        /// Rows that are needed.
        needed: u64,
    },
    /// The second model could not be trained.
    Failed {
        /// Why.
        why: String,
    },
    /// The model is two in a row: the threshold between them is of probabilities as they are.
    Cascade,
}

/// Brings a trained candidate to a temperature where that is surely better; what became of it. The second model is trained with what was settled, from
/// this seed.
///
/// # Errors
/// The model has no encoding.
pub(super) fn calibrated(
    mut fitted: Fitted,
    (candidate, settled, seed): (&Candidate, TunedParams, u64),
    dataset: &Dataset,
    outside: Outside<'_>,
) -> Result<(Fitted, Calibration), FitError> {
    // The second of two windows in time is the latest quarter.
    let (repeat, windows) = (1, 2);
    let cut = SplitSpec { seed, repeat, windows, validation: HELD, fraction: 1.0, folds: 0, explored: None };
    let split = split(dataset, &cut);
    let part = Part::of(dataset, &split.validation);
    let rows = part.independent() as u64;
    if rows < FEWEST {
        return Ok((fitted, Calibration::TooFew { rows, needed: FEWEST }));
    }
    let purpose = Purpose::Refit { settled };
    let context = FitContext { train: dataset.training(&split.train), purpose, weights: None, seed, outside };
    let second = match fit(candidate, &context) {
        Ok(second) => second,
        Err(error) => return Ok((fitted, Calibration::Failed { why: error.to_string() })),
    };
    fitted.flops += second.flops;
    let found = match tempering(&part, &second.model, seed) {
        Ok(found) => found,
        Err(error) => return Ok((fitted, Calibration::Failed { why: error.to_string() })),
    };
    if !found.is_known() {
        return Ok((fitted, Calibration::FewErrors(found)));
    }
    if !found.is_sure() {
        return Ok((fitted, Calibration::NothingSure(found)));
    }
    let model = fitted.model.at_temperature(found.temperature)?;
    Ok((Fitted { model, ..fitted }, Calibration::Kept(found)))
}
