//! What more data would bring: a forecast of the learning curve as a distribution, not as one line.
//!
//! The logarithm of the error at n rows is taken as a power law with a floor, plus a slow drift away from
//! any such law, plus the noise of measuring:
//!
//! ```text
//! ln e(n) = ln T + ln((1 − g) + g·(n / n₁)^−β) + W(|ln(n / n₁)|) + ε
//! ```
//!
//! T is the error at the largest amount n₁, g the share of it that data can still take away, β the exponent,
//! W a Brownian motion. T has a flat prior and is integrated out; g, β and the strength of W are summed over
//! a grid with the weights below. So three fractions give a sober forecast as well as fifty, the interval
//! widens with the distance, and nothing is random.
//!
//! The weights of the grid are round numbers close to the best on LCDB 1.1 (Yan et al. 2025, arXiv
//! 2505.15657), where they move the figures of `lcdb_tests.rs` by a few per cent of themselves.

use super::drift::Drift;
use super::law::Form;
use super::observation::{Axis, CurveError, Observation, check, distinct};
use super::predict::Prediction;
use super::shape::{Shape, shape};
use crate::normal_cdf;

/// Strengths of the drift: the standard deviation of the log error per e-fold of data.
const DRIFTS: [f64; 4] = [0.01, 0.03, 0.09, 0.27];
/// Their weights before any measurement.
const WEIGHTS: [f64; 4] = [0.3, 0.4, 0.2, 0.1];
/// Median of the exponent and standard deviation of its logarithm before any measurement: two thirds lie
/// between 0.25 and 1, where the exponents of Hestness et al. 2017 end and those of small tasks begin.
const EXPONENT: (f64, f64) = (0.5, 0.7);
/// Points of the grid of exponents, from −2.2 to 2.2 standard deviations.
const EXPONENTS: usize = 12;
/// Points of the grid of shares, from 0 to 1, under the density of a Beta(½, 1).
const SHARES: usize = 15;
/// Amounts below this part of the largest say little about the end of the curve and are left out, as long
/// as three remain. (Chosen on every second data set of LCDB; on the others, forecast from a quarter of their rows,
/// the median error is then 0.0064, and 0.0070 with a reach of 8.)
const REACH: f64 = 4.0;
/// The part of a point's variance that is its own; the rest is common to all, which are scored on the
/// same rows.
const OWN: f64 = 0.5;
/// No standard error of a log error is taken to be smaller.
const LEAST: f64 = 1e-3;
/// Amounts of data are sought up to this many times the largest.
const FARTHEST: f64 = 1000.0;
/// Courses less likely than this are dropped; together they have less than a thousandth.
const NEGLIGIBLE: f64 = 1e-6;
/// Deciles of the normal distribution by which T is summed over.
const DECILES: [f64; 5] = [-1.2816, -0.5244, 0.0, 0.5244, 1.2816];

/// One course that the curve may take.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Course {
    /// Its probability.
    weight: f64,
    share: f64,
    exponent: f64,
    drift: f64,
    /// Mean and variance of ln T.
    level: f64,
    variance: f64,
}

impl Course {
    /// The logarithm of the law at `times` the largest amount, over T.
    fn law(&self, times: f64) -> f64 {
        log_law(self.share, self.exponent, times.ln())
    }
}

fn log_law(share: f64, exponent: f64, log_times: f64) -> f64 {
    (1.0 - share + share * (-exponent * log_times).exp()).ln()
}

/// The forecast of a learning curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    courses: Vec<Course>,
    /// The largest amount of data measured; every `times` counts from it.
    pub largest: f64,
    /// How the measured points run; where they are ill, the forecast deserves less trust.
    pub shape: Shape,
}

/// The amount of data that meets a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// As likely enough as not.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval; `None` where no amount is surely enough.
    pub high: Option<f64>,
}

/// The forecast from errors (or losses) at several amounts of data, for instance at 1/8, 1/4, 1/2 and all
/// of the rows, each with its standard error; several points at one amount are repeats. The size is ignored.
///
/// # Errors
/// Where a number is not finite or not above 0, and with fewer than three different amounts.
pub fn outlook(points: &[Observation]) -> Result<Outlook, CurveError> {
    check(points, Form::Data)?;
    let found = distinct(points.iter().map(|point| point.data));
    if found < 3 {
        let only = points.first().filter(|_| found == 1).map(|point| point.data);
        return Err(CurveError::TooFew { axis: Axis::Data, found, only });
    }
    let largest = points.iter().map(|point| point.data).fold(0.0, f64::max);
    let near: Vec<Observation> = points.iter().copied().filter(|point| point.data * REACH * 1.01 >= largest).collect();
    let near = if distinct(near.iter().map(|point| point.data)) < 3 { points.to_vec() } else { near };
    let mut courses: Vec<Course> =
        DRIFTS.into_iter().zip(WEIGHTS).flat_map(|(drift, weight)| courses(&near, largest, drift, weight)).collect();
    let most = courses.iter().map(|course| course.weight).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = courses.iter().map(|course| (course.weight - most).exp()).sum();
    for course in &mut courses {
        course.weight = (course.weight - most).exp() / total;
    }
    courses.retain(|course| course.weight > NEGLIGIBLE);
    Ok(Outlook { courses, largest, shape: shape(points, Axis::Data, None) })
}

/// The courses of one strength of drift, with the logarithms of their weights.
fn courses(points: &[Observation], largest: f64, drift: f64, weight: f64) -> Vec<Course> {
    let own = |point: &Observation| OWN.sqrt() * point.standard_error.unwrap_or(0.0) / point.loss;
    let distances: Vec<f64> = points.iter().map(|point| (largest / point.data).ln()).collect();
    let errors: Vec<f64> = points.iter().map(|point| own(point).max(LEAST)).collect();
    let logs: Vec<f64> = points.iter().map(|point| point.loss.ln()).collect();
    let noise = Drift::new(&distances, &errors, drift);
    let mut courses = Vec::with_capacity(EXPONENTS * SHARES);
    for z in (0..EXPONENTS).map(|k| -2.2 + 4.4 * k as f64 / (EXPONENTS - 1) as f64) {
        let exponent = EXPONENT.0 * (EXPONENT.1 * z).exp();
        for k in 0..SHARES {
            let step = 1.0 / (SHARES - 1) as f64;
            let share = k as f64 * step;
            // Beta(½, 1); the first cell by its middle, where the density is finite
            let prior = -0.5 * z * z - 0.5 * share.max(0.5 * step).ln();
            let rest: Vec<f64> =
                logs.iter().zip(&distances).map(|(log, far)| log - log_law(share, exponent, -far)).collect();
            let (level, evidence) = noise.level(&rest);
            let weight = weight.ln() + prior + evidence;
            courses.push(Course { weight, share, exponent, drift, level, variance: noise.variance() });
        }
    }
    courses
}

impl Outlook {
    /// The probability that the error at `times` the largest amount is below `error`.
    #[must_use]
    pub fn below(&self, times: f64, error: f64) -> f64 {
        if error.is_nan() || error <= 0.0 {
            return 0.0;
        }
        let chance = |course: &Course| {
            let spread = (course.variance + course.drift.powi(2) * times.ln().abs()).sqrt();
            course.weight * normal_cdf((error.ln() - course.level - course.law(times)) / spread)
        };
        self.courses.iter().map(chance).sum()
    }

    /// The error at `times` the largest amount of data: its median and the interval that holds it with the
    /// probability `confidence`. `times` must be above 0.
    #[must_use]
    pub fn error(&self, times: f64, confidence: f64) -> Prediction {
        let quantile = |share: f64| {
            let (mut low, mut high) = (-40.0_f64, 40.0_f64);
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if self.below(times, middle.exp()) < share {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            (0.5 * (low + high)).exp()
        };
        let (low, high) = (quantile(0.5 - confidence / 2.0), quantile(0.5 + confidence / 2.0));
        Prediction { point: quantile(0.5), low, high, extrapolates: times }
    }

    /// The probability that `times` the data (above 1) lower the error by more than `margin`, in the unit
    /// of the error: odds, not a promise.
    #[must_use]
    pub fn odds(&self, times: f64, margin: f64) -> f64 {
        let chance = |course: &Course| {
            let spread = course.drift * times.ln().abs().sqrt();
            let given = |decile: f64| {
                let now = (course.level + decile * course.variance.sqrt()).exp();
                let left = 1.0 - margin / now;
                if left > 0.0 { normal_cdf((left.ln() - course.law(times)) / spread) } else { 0.0 }
            };
            course.weight * DECILES.into_iter().map(given).sum::<f64>() / DECILES.len() as f64
        };
        if times > 1.0 { self.courses.iter().map(chance).sum() } else { 0.0 }
    }

    /// The amount of data at which the error would be `bar`, the largest amount where it is met already.
    ///
    /// `None` where a thousand times the data would more likely miss it than not, for instance because the
    /// floor is above it.
    #[must_use]
    pub fn amount_for(&self, bar: f64, confidence: f64) -> Option<Amount> {
        let amount = |share: f64| self.first(bar, share).map(|times| times * self.largest);
        let point = amount(0.5)?;
        let low = amount(0.5 - confidence / 2.0).unwrap_or(point);
        Some(Amount { point, low, high: amount(0.5 + confidence / 2.0) })
    }

    /// The least amount of data at which the error may be `bar`: the lower end of its interval, also where the bar is more likely missed than
    /// met. A thousand times the largest amount where not even that may be enough.
    #[must_use]
    pub fn least_for(&self, bar: f64, confidence: f64) -> f64 {
        self.first(bar, 0.5 - confidence / 2.0).unwrap_or(FARTHEST) * self.largest
    }

    /// The first multiple of the largest amount at which the bar is met with this probability.
    fn first(&self, bar: f64, share: f64) -> Option<f64> {
        let met = |log_times: f64| self.below(log_times.exp(), bar) >= share;
        if met(0.0) {
            return Some(1.0);
        }
        let step = 0.02;
        let steps = (FARTHEST.ln() / step) as usize;
        let mut high = (1..=steps).map(|k| k as f64 * step).find(|log_times| met(*log_times))?;
        let mut low = high - step;
        for _ in 0..30 {
            let middle = 0.5 * (low + high);
            if met(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(high.exp())
    }
}
