//! What a temperature does to the probabilities of a model.

use serde::{Deserialize, Serialize};

use super::look::{Stated, confidences};
use crate::candidate::Model;
use crate::data::Target;
use crate::probe::{Part, ProbeError};
use crate::stats::jackknife_error;

/// Right and wrong answers below which a temperature is not told: with no errors at all the best one is 0.
pub(super) const ERRORS: u64 = 10;
/// Standard errors that a gain has to reach: then chance alone makes it once in forty times.
const SURE: f64 = 2.0;

/// What a temperature does to probabilities, on rows that the model has not seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tempering {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows of them that are answered wrongly.
    pub wrong: u64,
    /// The temperature of all of them; above 1 the model was too sure.
    pub temperature: f64,
    /// Log loss of the probabilities as stated, in nats.
    pub loss: f64,
    /// The same at the temperature that the other parts ask for.
    pub tempered_loss: f64,
    /// Standard error of the difference of the two, by the jackknife.
    pub error: f64,
    /// Expected calibration error of the probabilities as stated, 15 bins of the same width.
    pub apart: f64,
    /// The same at the temperature that the other parts ask for.
    pub tempered_apart: f64,
}

impl Tempering {
    /// Whether there are right and wrong answers enough to fit a temperature to: ten of each.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.wrong.min(self.rows - self.wrong.min(self.rows)) >= ERRORS
    }

    /// Whether the temperature surely lowers the log loss on rows that it was not fitted to.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.is_known() && self.loss - self.tempered_loss > SURE * self.error
    }
}

/// What a temperature does to the probabilities of a model, on rows that it has not seen.
///
/// # Errors
/// The model can't answer; the rows have no classes.
pub fn tempering(part: &Part, model: &Model, seed: u64) -> Result<Tempering, ProbeError> {
    let Target::Classes { labels, names } = &part.target else {
        return Err(ProbeError::Nothing("only classes have probabilities".to_owned()));
    };
    let (answers, blocks) = (part.answers(model, &part.columns)?, part.blocks(seed));
    let stated = Stated { part, answers: &answers, labels, classes: names.len(), blocks: &blocks };
    let (before, after) = (stated.errors(&answers)?, stated.errors(&stated.cooled())?);
    let gains: Vec<f64> =
        before.loss.without.iter().zip(&after.loss.without).map(|(before, after)| before - after).collect();
    Ok(Tempering {
        rows: part.rows() as u64,
        wrong: confidences(&answers, names.len(), labels).1.iter().filter(|right| !**right).count() as u64,
        temperature: stated.heat(&|_| true).exp(),
        loss: before.loss.value,
        tempered_loss: after.loss.value,
        error: jackknife_error(&gains),
        apart: before.width.value,
        tempered_apart: after.width.value,
    })
}
