//! A fitted law with what is known about its trust.

use super::bootstrap::draws;
use super::fitting::Fitting;
use super::law::{Form, Law};
use super::observation::{Axis, Observation, distinct};
use super::search::search;
use super::shape::Shape;
use super::solve::Problem;
use crate::percentile;

/// A fitted law.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Which law.
    pub form: Form,
    /// The law with the fitted constants.
    pub law: Law,
    /// The sum (not the mean) of the weighted Huber losses of the log residuals; lower is better.
    pub objective: f64,
    /// Number of points.
    pub observations: usize,
    /// Different sizes among them; different amounts of data for [`Form::Data`].
    pub sizes: usize,
    /// Standard deviation of the log loss of one point about the law, corrected for the constants fitted;
    /// `None` with no more points than constants.
    pub noise: Option<f64>,
    /// Refitted laws of the bootstrap; empty where nothing tells how far the points may be off.
    pub draws: Vec<Law>,
    /// The test on the largest rung; `None` where too few are left without it.
    pub held_out: Option<HeldOut>,
    /// Whether the points fall as a law does.
    pub shape: Shape,
    /// Smallest and largest size and amount of data: (size, data) each.
    pub range: ((f64, f64), (f64, f64)),
    /// The smallest and the largest measured loss.
    pub losses: (f64, f64),
}

/// How well the law, fitted without the largest rung, predicts it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// The law that was fitted without the rung; of fewer constants than the fit's where too little is left.
    pub form: Form,
    /// N of the point shown, the one of the rung with the most data.
    pub size: f64,
    /// D of the point shown.
    pub data: f64,
    /// Its loss as predicted.
    pub predicted: f64,
    /// Its loss as measured.
    pub found: f64,
    /// Lower end of the predicted 90 % interval.
    pub low: f64,
    /// Upper end of the predicted 90 % interval.
    pub high: f64,
    /// How many points the rung has.
    pub observations: usize,
    /// The mean of |predicted / found − 1| over the points of the rung; lower is better.
    pub mean_error: f64,
    /// How well the rung itself was measured: the root mean square of its points' standard errors, as shares of
    /// their losses; 0 where none were given.
    pub standard_error: f64,
    /// How many times the rung lies beyond the points that predicted it.
    pub extrapolates: f64,
}

impl HeldOut {
    /// predicted / found − 1: positive where the law promised less than came.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        self.predicted / self.found - 1.0
    }
}

/// The fit without the held-out test and the shape. The numbers must be checked, but three positions are
/// not asked for.
pub(super) fn bare(observations: &[Observation], form: Form, how: &Fitting) -> Fit {
    let problem = Problem::new(observations, form, how.huber);
    let (best, objective) = search(&problem, None, true);
    let law = problem.law(&best);
    let noise = noise(observations, &problem, &law);
    let axis = if form == Form::Data { Axis::Data } else { Axis::Size };
    Fit {
        form,
        law,
        objective,
        observations: observations.len(),
        sizes: distinct(observations.iter().map(|point| axis.of(point))),
        noise,
        draws: draws(observations, &problem, &best, noise, how),
        held_out: None,
        shape: Shape::Falling,
        range: range(observations),
        losses: observations
            .iter()
            .fold((f64::INFINITY, 0.0), |ends, point| (ends.0.min(point.loss), f64::max(ends.1, point.loss))),
    }
}

/// The root of the weighted mean square of the log residuals, with n − constants in the denominator.
fn noise(observations: &[Observation], problem: &Problem, law: &Law) -> Option<f64> {
    let free = observations.len().checked_sub(problem.form.constants()).filter(|free| *free > 0)?;
    let squares = observations.iter().zip(&problem.points).map(|(observation, point)| {
        let residual = observation.loss.ln() - law.loss(observation.size, observation.data).ln();
        point.weight * residual * residual
    });
    Some((squares.sum::<f64>() / free as f64).sqrt())
}

fn range(observations: &[Observation]) -> ((f64, f64), (f64, f64)) {
    let mut range = ((f64::INFINITY, f64::INFINITY), (0.0_f64, 0.0_f64));
    for point in observations {
        range.0 = (range.0.0.min(point.size), range.0.1.min(point.data));
        range.1 = (range.1.0.max(point.size), range.1.1.max(point.data));
    }
    range
}

impl Fit {
    /// How many times (`size`, `data`) lies beyond the points on the axes of the form, in the worse
    /// direction; at most 1 inside them.
    #[must_use]
    pub fn extrapolates(&self, size: f64, data: f64) -> f64 {
        let (low, high) = self.range;
        let beyond = |at: f64, low: f64, high: f64| (at / high).max(low / at);
        let of_size = if self.form.has_size() { beyond(size, low.0, high.0) } else { 0.0 };
        let of_data = if self.form.has_data() { beyond(data, low.1, high.1) } else { 0.0 };
        of_size.max(of_data)
    }

    /// The interval of a quantity of the law that holds the share `confidence` of the bootstrap's draws,
    /// with equal shares outside on both sides; draws for which it is not a number are left out.
    ///
    /// From −∞ to ∞ where there are no draws.
    pub fn interval(&self, pick: impl Fn(&Law) -> f64, confidence: f64) -> (f64, f64) {
        let sorted = self.picked(pick);
        if sorted.is_empty() {
            return (f64::NEG_INFINITY, f64::INFINITY);
        }
        (percentile(&sorted, 0.5 - confidence / 2.0), percentile(&sorted, 0.5 + confidence / 2.0))
    }

    /// The standard deviation of a quantity of the law over the bootstrap's draws; NaN with fewer than two.
    pub fn standard_error(&self, pick: impl Fn(&Law) -> f64) -> f64 {
        crate::variance(&self.picked(pick)).sqrt()
    }

    fn picked(&self, pick: impl Fn(&Law) -> f64) -> Vec<f64> {
        let mut values: Vec<f64> = self.draws.iter().map(pick).filter(|value| !value.is_nan()).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}
