//! What a fitted law predicts, and when it does not.

use thiserror::Error;

use super::fitted::Fit;
use super::shape::{Shape, plain};
use crate::t_quantile;

/// A held-out error up to this share of the loss is never too large.
const FAIR: f64 = 0.05;
/// A held-out error above this share of the loss is too large even inside its interval, unless the rung itself
/// was measured no better than half of it.
const FAR_OFF: f64 = 0.15;
/// A rung less than twice as far as the others tells noise rather than drift, and its distance counts as this factor.
const NEAREST: f64 = 2.0;
/// An interval is useless that is wider than the whole range of the measured losses, provided that its upper end is
/// more than so many times the lower.
const USELESS: f64 = 1.5;

/// A predicted loss.
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
#[error("{}", self.told(plain))]
pub enum Refusal {
    /// The largest rung was predicted badly: outside its interval, and by more than 5 %.
    HeldOut {
        /// The mean relative error on it.
        error: f64,
    },
    /// The largest rung was predicted badly, though its interval was wide enough to hold it.
    FarOff {
        /// The mean relative error on it.
        error: f64,
        /// What it may be at most.
        limit: f64,
    },
    /// There was no rung to spare for the test.
    Untested,
    /// The points do not fall as a law does.
    Shape(Shape),
    /// The interval there is wider than all that was measured.
    Wide {
        /// Lower end of the interval.
        low: f64,
        /// Upper end of the interval.
        high: f64,
        /// The smallest and the largest measured loss.
        measured: (f64, f64),
    },
    /// Nothing tells how far the points may be off.
    NoSpread,
    /// The position makes no sense.
    Position {
        /// N as given.
        size: f64,
        /// D as given.
        data: f64,
    },
}

impl Refusal {
    /// The reason as a clause, with positions written by `at`.
    #[must_use]
    pub fn told(&self, at: impl Fn(f64) -> String) -> String {
        match self {
            Self::HeldOut { error } => format!(
                "the largest points, predicted from the smaller ones, were off by {:.1} %: outside their 90 % interval, and more \
                 than the {:.0} % that are allowed then",
                100.0 * error,
                100.0 * FAIR
            ),
            Self::FarOff { error, limit } => format!(
                "the largest points, predicted from the smaller ones, were off by {:.1} %, more than the {:.0} % that are allowed \
                 however wide their interval is",
                100.0 * error,
                100.0 * limit
            ),
            Self::Untested => {
                "there are too few sizes or amounts of data to leave the largest out and test the curve on it"
                    .to_owned()
            }
            Self::Shape(Shape::TooNoisy) => format!("the points {}", Shape::TooNoisy.told(at)),
            Self::Shape(shape) => format!("the points {}, which no power law does", shape.told(at)),
            Self::Wide { low, high, measured } => format!(
                "the interval there, {} to {}, is wider than all that was measured, {} to {}",
                short(*low),
                short(*high),
                short(measured.0),
                short(measured.1)
            ),
            Self::NoSpread => "there are as many constants as points and no standard errors, so nothing tells how far \
                               off the curve is"
                .to_owned(),
            Self::Position { size, data } => {
                format!("cannot predict at size {size} and data {data}: both must be finite numbers above 0")
            }
        }
    }
}

/// A loss with three digits that count.
fn short(loss: f64) -> String {
    let magnitude = if loss > 0.0 && loss.is_finite() { loss.log10().floor() } else { 0.0 };
    let decimals = (2.0 - magnitude).clamp(0.0, 9.0) as usize;
    format!("{loss:.decimals$}")
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
        let error = held.mean_error;
        let outside = held.found < held.low || held.found > held.high;
        if outside && error > FAIR {
            return Some(Refusal::HeldOut { error });
        }
        let limit = FAR_OFF.max(2.0 * held.standard_error);
        (error > limit).then_some(Refusal::FarOff { error, limit })
    }

    /// The loss of one run of `size` parameters on `data` examples or tokens, with its interval at
    /// `confidence`: the spread of the constants, the noise of a run, and beyond the points the misfit seen
    /// on the held-out rung, which is taken to grow with the logarithm of the distance, however far.
    ///
    /// # Errors
    /// Beyond the points, where [`Fit::refusal`] gives a reason, or where the interval is wider than all measured
    /// losses; anywhere, without draws.
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
        let measured = self.losses;
        if extrapolates > 1.0 + 1e-9 && high - low > measured.1 - measured.0 && high > USELESS * low {
            return Err(Refusal::Wide { low, high, measured });
        }
        Ok(Prediction { point: self.law.loss(size, data), low, high, extrapolates })
    }

    /// The misfit of the log loss at a distance beyond the points: that of the held-out rung, but no less than the
    /// noise (a single rung may be hit by luck), for each time that the logarithm of the distance holds that of the
    /// rung, or of two. So it grows where the exponent drifts away from the law's.
    fn misfit(&self, extrapolates: f64) -> f64 {
        let Some(held) = &self.held_out else {
            return 0.0;
        };
        let distance = (extrapolates.ln() / held.extrapolates.max(NEAREST).ln()).max(0.0);
        held.mean_error.max(self.noise.unwrap_or(0.0)) * distance
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
