//! How much larger sizes can gain: an upper bound from a few noisy points of a curve that saturates.
//!
//! Quality over `x = ln(size)` is taken as `c + a g(x)` with `a >= 0` and `g(x) = (1 − e^(−αx)) / α`: with
//! `α > 0` the power law `E − A·size^−α` of scaling studies (Hestness et al. 2017; Hoffmann et al. 2022), at
//! `α = 0` its limit, a straight line in the logarithm of size. So the gain of a further factor of size
//! never grows; how fast it fades is unknown, and the bound takes every rate that the points allow.

use super::quantile::{chi_square_cdf, t_quantile};

/// Smallest and largest rate of fading above 0, per e-fold of size, and the factor between neighbours: fine
/// enough that the fits to curves measured within 0.001 are no further apart than their noise. Exponents of
/// error over parameters in the literature lie between 0.05 and 0.7. A jump to nearly the full height in one rung
/// would ask for a rate of 2 or more and promise that nothing is left; with this largest rate it is no curve that
/// saturates, and bounds nothing.
const RATES: (f64, f64, f64) = (0.01, 1.5, 1.02);

/// The squared reach of the bound over Student's t²: three constants and a rate at the edge of what is
/// allowed cost the profile likelihood some of its confidence. Without it bounds of 0.95 hold in 0.93 of
/// curves at worst (`saturation_tests.rs`).
const CAUTION: f64 = 1.3;

/// One measured point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Natural logarithm of the size.
    pub x: f64,
    /// Quality, higher is better.
    pub y: f64,
    /// Variance of the noise in `y`, above 0.
    pub variance: f64,
}

/// What a gain is counted from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin {
    /// The curve's own value at this logarithm of size.
    Curve(f64),
    /// A quality measured elsewhere, on the points' scale.
    Value {
        /// The quality.
        y: f64,
        /// Variance of its noise.
        variance: f64,
    },
}

/// How much a larger size can gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// The most likely gain, in the unit of quality.
    pub point: f64,
    /// The one-sided upper bound of the gain.
    pub upper: f64,
    /// Probability of a misfit at least this large if the curve saturates as assumed, between 0 and 1;
    /// small for dips, jumps and rises that accelerate.
    pub plausible: f64,
}

/// Bounds the gain from `origin` to the logarithm of size `to`, by profile likelihood: the largest gain
/// for which some rate of fading and some curve leave the squared misfit within `t²` of the best fit's.
///
/// `confidence` is one-sided; `degrees` are the degrees of freedom of the variances, for Student's t. None
/// for fewer than three points at distinct sizes, or where a number is not finite.
#[must_use]
pub fn saturating_gain(
    points: &[CurvePoint],
    origin: Origin,
    to: f64,
    (confidence, degrees): (f64, f64),
) -> Option<Gain> {
    let sound = |point: &CurvePoint| point.x.is_finite() && point.y.is_finite() && point.variance > 0.0;
    let first = points.iter().map(|point| point.x).fold(f64::INFINITY, f64::min);
    let mut sizes: Vec<f64> = points.iter().map(|point| point.x).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    if sizes.len() < 3 || !points.iter().all(sound) || !to.is_finite() {
        return None;
    }
    let rates = std::iter::successors(Some(RATES.0), |rate| Some(rate * RATES.2)).take_while(|&rate| rate < RATES.1);
    let rates = std::iter::once(0.0).chain(rates);
    let fits: Vec<Fit> = rates.map(|rate| Fit::of(points, (rate, first), origin, to)).collect();
    let least = fits.iter().map(|fit| fit.misfit).fold(f64::INFINITY, f64::min);
    let point = fits.iter().find(|fit| fit.misfit <= least).map_or(f64::NAN, |fit| fit.gain);
    let reach = CAUTION * t_quantile(confidence, degrees).powi(2);
    let bound = |fit: &Fit| {
        let left = reach - (fit.free_misfit - least);
        (left >= 0.0).then(|| fit.free_gain + fit.standard_error * left.sqrt())
    };
    let upper = fits.iter().filter_map(bound).fold(f64::NEG_INFINITY, f64::max).max(point);
    let spare = (sizes.len() as f64 - 3.0).max(1.0);
    let plausible = 1.0 - chi_square_cdf(least, spare);
    (point.is_finite() && upper.is_finite()).then_some(Gain { point, upper, plausible })
}

/// The best curve of one rate of fading.
struct Fit {
    /// Gain with the slope held at 0 or above.
    gain: f64,
    /// Gain with a free slope; the misfit is a parabola about it.
    free_gain: f64,
    standard_error: f64,
    /// Sum of squared residuals over their variances, with the slope held at 0 or above.
    misfit: f64,
    /// The same with a free slope.
    free_misfit: f64,
}

impl Fit {
    fn of(points: &[CurvePoint], (rate, first): (f64, f64), origin: Origin, to: f64) -> Self {
        let shape = |x: f64| if rate == 0.0 { x - first } else { (1.0 - (-rate * (x - first)).exp()) / rate };
        let sum = |of: &dyn Fn(&CurvePoint) -> f64| points.iter().map(|one| of(one) / one.variance).sum::<f64>();
        let weight = sum(&|_| 1.0);
        let (centre, level) = (sum(&|one| shape(one.x)) / weight, sum(&|one| one.y) / weight);
        let spread = sum(&|one| (shape(one.x) - centre).powi(2));
        let slope = sum(&|one| (shape(one.x) - centre) * (one.y - level)) / spread;
        let misfit = |slope: f64| sum(&|one| (one.y - level - slope * (shape(one.x) - centre)).powi(2));
        // The gain is level·(0 or 1) + slope·lever − origin, with level and slope uncorrelated.
        let (lever, base, extra) = match origin {
            Origin::Curve(from) => (shape(to) - shape(from), 0.0, 0.0),
            Origin::Value { y, variance } => (shape(to) - centre, level - y, 1.0 / weight + variance),
        };
        Self {
            gain: base + slope.max(0.0) * lever,
            free_gain: base + slope * lever,
            standard_error: (lever.powi(2) / spread + extra).sqrt(),
            misfit: misfit(slope.max(0.0)),
            free_misfit: misfit(slope),
        }
    }
}

#[cfg(test)]
#[path = "saturation_tests.rs"]
mod tests;
