//! Measured losses, what can be wrong with them, and which law they can carry.

use thiserror::Error;

use super::law::Form;

/// Sizes or amounts that differ by less than this factor count as the same.
const SAME: f64 = 1.001;

/// One measured loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// N, the parameters of the model; ignored by [`Form::Data`].
    pub size: f64,
    /// D, the examples or tokens it was trained on; ignored by [`Form::Size`].
    pub data: f64,
    /// The loss or error, above 0; lower is better.
    pub loss: f64,
    /// The standard error of the loss, in its unit, where it was measured.
    pub standard_error: Option<f64>,
}

/// Which of the two a law is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The parameters of the model.
    Size,
    /// The amount of training data.
    Data,
}

impl Axis {
    /// The position of an observation on this axis.
    #[must_use]
    pub fn of(self, observation: &Observation) -> f64 {
        match self {
            Self::Size => observation.size,
            Self::Data => observation.data,
        }
    }

    /// What is counted on it, in words: `sizes` or `amounts of data`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Size => "sizes",
            Self::Data => "amounts of data",
        }
    }
}

/// Why no law can be fitted.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CurveError {
    /// There is nothing to fit.
    #[error("there are no points to fit a curve to")]
    Empty,
    /// A number of a point is infinite, not a number, zero or negative.
    #[error("point {}: the {what} is {found}, but must be a finite number above 0", .row + 1)]
    Number {
        /// Position of the point in the input, from 0.
        row: usize,
        /// `size`, `amount of data`, `loss` or `quality`.
        what: &'static str,
        /// The number found.
        found: f64,
    },
    /// A standard error is negative, infinite or not a number.
    #[error("point {}: the standard error is {found}, but must be a finite number of at least 0", .row + 1)]
    StandardError {
        /// Position of the point in the input, from 0.
        row: usize,
        /// The number found.
        found: f64,
    },
    /// A quality lies outside the range of its metric.
    #[error("point {}: the quality {found} is outside the metric's range of {low} to {high}", .row + 1)]
    Range {
        /// Position of the point in the input, from 0.
        row: usize,
        /// The number found.
        found: f64,
        /// The least possible quality.
        low: f64,
        /// The greatest possible quality.
        high: f64,
    },
    /// Fewer than three different positions on an axis the law depends on.
    #[error("{}", too_few(*.axis, *.found, *.only))]
    TooFew {
        /// The axis.
        axis: Axis,
        /// How many different positions there are.
        found: usize,
        /// The only position, where there is one.
        only: Option<f64>,
    },
    /// Fewer points than constants.
    #[error("{found} points cannot fix the {needed} constants of the law")]
    TooFewPoints {
        /// Number of points.
        found: usize,
        /// Number of constants.
        needed: usize,
    },
    /// The options of the fit make no sense.
    #[error("{what} is {found}, but must be a finite number above 0")]
    Option {
        /// The option's name.
        what: &'static str,
        /// The value found.
        found: f64,
    },
}

fn too_few(axis: Axis, found: usize, only: Option<f64>) -> String {
    match only {
        Some(at) => format!("all points have the same position {at}; at least 3 different {} are needed", axis.words()),
        None => format!("the points have {found} different {}; at least 3 are needed", axis.words()),
    }
}

impl CurveError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::TooFewPoints { .. } => "measure more points",
            Self::Number { .. } | Self::StandardError { .. } => "fix the point or leave it out",
            Self::Range { .. } => "check the metric, or whether it is given in percent",
            Self::TooFew { .. } => {
                "two points lie on every curve: measure one more size or amount, at least twice as far as the largest"
            }
            Self::Option { .. } => "give another value",
        }
    }
}

/// Checks every number a law of this form would read.
pub(super) fn check(observations: &[Observation], form: Form) -> Result<(), CurveError> {
    if observations.is_empty() {
        return Err(CurveError::Empty);
    }
    for (row, point) in observations.iter().enumerate() {
        let read = [
            (form.has_size(), "size", point.size),
            (form.has_data(), "amount of data", point.data),
            (true, "loss", point.loss),
        ];
        for (used, what, found) in read {
            if used && !(found.is_finite() && found > 0.0) {
                return Err(CurveError::Number { row, what, found });
            }
        }
        if let Some(found) = point.standard_error
            && !(found.is_finite() && found >= 0.0)
        {
            return Err(CurveError::StandardError { row, found });
        }
    }
    Ok(())
}

/// Checks that there are enough different positions and points for the form.
pub(super) fn enough(observations: &[Observation], form: Form) -> Result<(), CurveError> {
    for (used, axis) in [(form.has_size(), Axis::Size), (form.has_data(), Axis::Data)] {
        let found = distinct(observations.iter().map(|point| axis.of(point)));
        if used && found < 3 {
            let only = observations.first().filter(|_| found == 1).map(|point| axis.of(point));
            return Err(CurveError::TooFew { axis, found, only });
        }
    }
    if observations.len() < form.constants() {
        return Err(CurveError::TooFewPoints { found: observations.len(), needed: form.constants() });
    }
    Ok(())
}

/// How many different positions there are; those within 0.1 % of each other are one.
pub(super) fn distinct(positions: impl Iterator<Item = f64>) -> usize {
    let mut sorted: Vec<f64> = positions.collect();
    sorted.sort_by(f64::total_cmp);
    let steps = sorted.windows(2).filter(|pair| matches!(pair, [low, high] if *high > low * SAME)).count();
    steps + usize::from(!sorted.is_empty())
}

/// The form that the points can carry, by the numbers of their different sizes and amounts of data.
///
/// Three of one alone give the law of that one, provided that the other does not vary; three of both
/// [`Form::BothTied`]; five of both, with 15 points or more, [`Form::Both`]. (Of the eleven losses of the
/// OLMo ladder the tied law from three or four sizes predicts the next size better than the free one: mean
/// error 1.11 against 1.46 % from three sizes, 0.90 against 1.06 % from four.) Where the data grow in step
/// with the size it is [`Form::Size`]: a law of the ladder as it is climbed. Give 1 for an amount that is
/// not known.
///
/// # Errors
/// Where a number is not finite or not above 0, and where neither axis has three different positions, or
/// one has and the other varies (its part can then be neither fitted nor left out).
pub fn form_for(observations: &[Observation]) -> Result<Form, CurveError> {
    check(observations, Form::Both)?;
    let sizes = distinct(observations.iter().map(|point| point.size));
    let amounts = distinct(observations.iter().map(|point| point.data));
    let form = match (sizes, amounts) {
        (3.., 3..) if in_step(observations) => Form::Size,
        (5.., 5..) if observations.len() >= 15 => Form::Both,
        (3.., 3..) => Form::BothTied,
        (_, 1) => Form::Size,
        (1, _) => Form::Data,
        (..3, _) => return Err(CurveError::TooFew { axis: Axis::Size, found: sizes, only: None }),
        _ => return Err(CurveError::TooFew { axis: Axis::Data, found: amounts, only: None }),
    };
    enough(observations, form)?;
    Ok(form)
}

/// Whether size and data rise together, so that their parts can't be told apart: the logarithms are
/// correlated by more than 0.99.
fn in_step(observations: &[Observation]) -> bool {
    let n = observations.len() as f64;
    let (mut x, mut y) = (0.0, 0.0);
    for point in observations {
        x += point.size.ln() / n;
        y += point.data.ln() / n;
    }
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for point in observations {
        let (u, v) = (point.size.ln() - x, point.data.ln() - y);
        xx += u * u;
        yy += v * v;
        xy += u * v;
    }
    xy * xy > 0.99 * 0.99 * xx * yy
}
