//! What a fitted law foretells, and when it does not.

use thiserror::Error;

use super::fit::Fit;
use super::shape::Shape;
use crate::stats::t_quantile;

/// A held-out error up to this share of the loss is never too large.
const FAIR: f64 = 0.05;
/// The misfit seen on the held-out rung is taken to grow with the distance, up to this many times.
const FARTHEST: f64 = 4.0;

/// A foretold loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The loss by the law.
    pub point: f64,
    /// Lower end of the interval for the loss of one run.
    pub low: f64,
    /// Upper end of the interval for the loss of one run.
    pub high: f64,
    /// How many times beyond the points it lies; at most 1 inside them.
    pub extrapolates: f64,
}

/// Why a law is not followed beyond its points.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Refusal {
    /// The largest rung was foretold badly.
    #[error(
        "the largest rung, foretold from the others, was off by {:.1} %, more than the interval and {:.0} % allow",
        100.0 * .error, 100.0 * FAIR
    )]
    HeldOut {
        /// The mean relative error on it.
        error: f64,
    },
    /// There was no rung to spare for the test.
    #[error("with so few rungs none could be held out to test the curve")]
    Untested,
    /// The points do not fall as a law does.
    #[error("the points {0}, which no power law does")]
    Shape(Shape),
    /// Nothing tells how far the points may be off.
    #[error("there are as many constants as points and no standard errors, so nothing tells how far off the curve is")]
    NoSpread,
    /// The position makes no sense.
    #[error("cannot predict at size {size} and data {data}: both must be finite numbers above 0")]
    Position {
        /// N as given.
        size: f64,
        /// D as given.
        data: f64,
    },
}

impl Fit {
    /// Why the law should not be followed beyond its points; `None` where it may.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        if self.shape.is_ill() {
            return Some(Refusal::Shape(self.shape));
        }
        let Some(held) = &self.held_out else {
            return Some(Refusal::Untested);
        };
        let outside = held.found < held.low || held.found > held.high;
        (outside && held.mean_error > FAIR).then_some(Refusal::HeldOut { error: held.mean_error })
    }

    /// The loss of one run of `size` parameters on `data` examples or tokens, with its interval at
    /// `confidence`: the spread of the constants, the noise of a run, and beyond the points the misfit seen
    /// on the held-out rung, which is taken to grow with the logarithm of the distance.
    ///
    /// # Errors
    /// Beyond the points, where [`Fit::refusal`] gives a reason; anywhere, without draws.
    pub fn predict(&self, size: f64, data: f64, confidence: f64) -> Result<Prediction, Refusal> {
        let usable = |used: bool, at: f64| !used || (at.is_finite() && at > 0.0);
        if !usable(self.form.has_size(), size) || !usable(self.form.has_data(), data) {
            return Err(Refusal::Position { size, data });
        }
        if self.draws.is_empty() {
            return Err(Refusal::NoSpread);
        }
        let extrapolates = self.extrapolates(size, data);
        if extrapolates > 1.0 + 1e-9
            && let Some(refusal) = self.refusal()
        {
            return Err(refusal);
        }
        let (low, high) = band(self, (size, data), confidence, self.misfit(extrapolates));
        Ok(Prediction { point: self.law.loss(size, data), low, high, extrapolates })
    }

    /// The misfit of the log loss at a distance beyond the points.
    fn misfit(&self, extrapolates: f64) -> f64 {
        let Some(held) = &self.held_out else {
            return 0.0;
        };
        let distance = (extrapolates.ln() / held.extrapolates.ln().max(1e-9)).clamp(0.0, FARTHEST);
        held.mean_error * distance
    }
}

/// The interval of the loss of one run: the draws' own spread on either side of the law, and in quadrature
/// the noise of a run and the misfit, as shares of the loss.
pub(super) fn band(fit: &Fit, (size, data): (f64, f64), confidence: f64, misfit: f64) -> (f64, f64) {
    let point = fit.law.loss(size, data).ln();
    let (low, high) = fit.interval(|law| law.loss(size, data).ln(), confidence);
    let free = fit.observations.saturating_sub(fit.form.constants()).max(1) as f64;
    let t = t_quantile(0.5 + confidence / 2.0, free);
    let beside = t * fit.noise.unwrap_or(0.0).hypot(misfit);
    let down = (point - low).max(0.0).hypot(beside);
    let up = (high - point).max(0.0).hypot(beside);
    ((point - down).exp(), (point + up).exp())
}
