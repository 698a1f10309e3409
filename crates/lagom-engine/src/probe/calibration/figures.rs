//! What is kept of one candidate.

use serde::{Deserialize, Serialize};

use crate::probe::sight::Measured;

/// Accuracies that answers may be wanted at.
pub(super) const WANTED: [f64; 3] = [0.9, 0.95, 0.99];
/// Probabilities with which an interval is to hold the truth.
pub(super) const COVERAGES: [f64; 3] = [0.8, 0.9, 0.95];

/// What is kept of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Calibrated {
    /// Rows that were looked at.
    pub(super) rows: u64,
    /// What they came to.
    pub(super) found: Found,
}

/// What rows came to, by the kind of answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Found {
    /// Of probabilities of classes.
    Classes(Box<ClassFigures>),
    /// Of numbers: an interval for each of [`COVERAGES`].
    Numbers(Vec<Interval>),
}

/// Of probabilities of classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ClassFigures {
    /// As the model states them.
    pub(super) stated: Errors,
    /// At the temperature that the other parts ask for.
    pub(super) tempered: Errors,
    /// On the isotonic curve of the other parts; none for more than two classes, or for few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) isotonic: Option<Errors>,
    /// The natural logarithm of the temperature: above 0 the model is too sure.
    pub(super) heat: Measured,
    /// Bins of the stated confidence that hold rows.
    pub(super) bins: Vec<Bin>,
    /// How many rows can be answered at each of [`WANTED`].
    pub(super) answered: Vec<Answered>,
}

/// How far probabilities are off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Errors {
    /// The expected calibration error, 15 bins of the same width.
    pub(super) width: Measured,
    /// The same, 15 bins of as many rows.
    pub(super) mass: f64,
    /// The Brier score.
    pub(super) brier: f64,
    /// The log loss, in nats.
    pub(super) loss: Measured,
}

/// A bin of the reliability curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Bin {
    /// Rows in it.
    pub(super) rows: u64,
    /// Mean confidence.
    pub(super) confidence: f64,
    /// Share that is right.
    pub(super) accuracy: f64,
}

/// What comes of answering the surest rows alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Answered {
    /// The accuracy that is wanted of the answers.
    pub(super) wanted: f64,
    /// Share of the rows that are answered, with the threshold of the other parts.
    pub(super) share: f64,
    /// Share of the answers that are right; none without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) accuracy: Option<f64>,
}

/// An interval around predicted numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Interval {
    /// The probability with which it is to hold the truth.
    pub(super) wanted: f64,
    /// Half its width, from all rows, in the target's unit; none where there are too few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) half: Option<f64>,
    /// The share of rows whose truth lies in that of the other parts.
    pub(super) held: f64,
}
