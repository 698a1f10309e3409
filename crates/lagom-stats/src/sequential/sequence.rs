//! The confidence sequence.

use super::bets::{Bets, Seen};
use crate::error::StatsError;

/// The range is cut into this many steps; a bound is short of the exact one by at most one of them.
const STEPS: u32 = 4000;
/// Grid points closer than this (as a share of the range) are one.
const SAME: f64 = 1e-9;
/// Room for rounding in sums, as a share of the range.
const ROUNDING: f64 = 1e-12;

/// A confidence sequence for the mean of bounded values, by betting (Waudby-Smith & Ramdas 2024).
///
/// The bounds may be looked at after each value, and stopping may depend on them: the chance that the true
/// mean is *ever* outside the interval is at most α. The true mean is that of the distribution from which
/// the values come one after the other, whatever its shape; more exactly, each value's expectation given
/// those before it has to be that mean. With a `population` it is the mean of that many values, of
/// which a random order is drawn without replacement; the interval then shrinks to a point as all are seen.
///
/// The grid has 4,000 steps, so bounds are wider than need be by up to 1/4000 of the range.
/// A push costs time for the grid points still inside the interval: all 4,000 at first, few later.
#[derive(Debug, Clone)]
pub struct Sequence {
    low: f64,
    high: f64,
    population: Option<u64>,
    /// The values that are bet against, in the unit of the values, ascending.
    grid: Vec<f64>,
    seen: Seen,
    /// Bets that the mean is above each point of the grid.
    above: Bets,
    /// Bets that it is below, on the mirrored grid.
    below: Bets,
    mirrored: Seen,
}

impl Sequence {
    /// A sequence for values from `low` to `high`, at the error rate `alpha`, as 0.05.
    ///
    /// `population` is the number of labelled examples, where the values are drawn from them without
    /// replacement in random order and their mean is what is asked; none where the examples stand for all
    /// that are to come.
    ///
    /// # Errors
    /// `low` is not below `high`, or one is not finite; `alpha` is not between 0 and 1.
    pub fn new(low: f64, high: f64, alpha: f64, population: Option<u64>) -> Result<Self, StatsError> {
        Self::watching((low, high), alpha, population, &[])
    }

    /// As [`Sequence::new`], with exact bounds at `watched` values, as the margin: the moment at which one
    /// of them leaves the interval is not blurred by the grid. Those outside the range are left out.
    ///
    /// # Errors
    /// As [`Sequence::new`].
    pub fn watching(
        range: (f64, f64),
        alpha: f64,
        population: Option<u64>,
        watched: &[f64],
    ) -> Result<Self, StatsError> {
        Self::on_grid(range, alpha, population, watched, STEPS)
    }

    /// As [`Sequence::watching`], on a grid of `steps` besides the watched values.
    pub(super) fn on_grid(
        (low, high): (f64, f64),
        alpha: f64,
        population: Option<u64>,
        watched: &[f64],
        steps: u32,
    ) -> Result<Self, StatsError> {
        if !(low.is_finite() && high.is_finite() && low < high && (high - low).is_finite()) {
            return Err(StatsError::Range { low, high });
        }
        if alpha.is_nan() || alpha <= 0.0 || alpha >= 1.0 {
            return Err(StatsError::Probability(alpha));
        }
        let range = high - low;
        let mut grid: Vec<f64> = watched.iter().copied().filter(|value| *value > low && *value < high).collect();
        let even = (1..steps).map(|step| low + range * f64::from(step) / f64::from(steps));
        let free = even.filter(|point| !watched.iter().any(|value| (value - point).abs() < SAME * range));
        grid.extend(free.collect::<Vec<_>>());
        grid.sort_by(f64::total_cmp);
        grid.dedup();
        let above = grid.iter().map(|point| (point - low) / range).collect();
        let below = grid.iter().rev().map(|point| (high - point) / range).collect();
        Ok(Sequence {
            low,
            high,
            population,
            grid,
            seen: Seen::new(),
            above: Bets::new(above, alpha, population),
            below: Bets::new(below, alpha, population),
            mirrored: Seen::new(),
        })
    }

    /// Takes one more value.
    ///
    /// # Errors
    /// The value lies outside the range or is not a number, or the whole population has been seen; the
    /// sequence is then as it was.
    pub fn push(&mut self, value: f64) -> Result<(), StatsError> {
        let (low, high) = (self.low, self.high);
        let hair = ROUNDING * (high - low);
        if value.is_nan() || value < low - hair || value > high + hair {
            return Err(StatsError::Outside { value, low, high });
        }
        if let Some(size) = self.population.filter(|size| self.seen.count >= *size) {
            return Err(StatsError::Exhausted(size));
        }
        let unit = ((value - low) / (high - low)).clamp(0.0, 1.0);
        let points = self.grid.len();
        // what one side has rejected for good the other need not bet on any more
        let ends = (points - self.below.rejected_half, points - self.above.rejected_half);
        self.above.push(unit, &self.seen, self.population, ends.0);
        self.below.push(1.0 - unit, &self.mirrored, self.population, ends.1);
        self.seen.push(unit);
        self.mirrored.push(1.0 - unit);
        if let Some(size) = self.population {
            self.above.exclude(least_mean(&self.seen, size));
            self.below.exclude(least_mean(&self.mirrored, size));
        }
        Ok(())
    }

    /// How many values it has seen.
    pub fn count(&self) -> u64 {
        self.seen.count
    }

    /// The mean of the values seen; NaN before the first.
    pub fn mean(&self) -> f64 {
        self.low + (self.high - self.low) * self.seen.sum / self.seen.count as f64
    }

    /// The two-sided interval (low, high): the chance that the true mean is ever outside is at most α.
    pub fn interval(&self) -> (f64, f64) {
        (self.bound_above(self.above.rejected_half), self.bound_below(self.below.rejected_half))
    }

    /// The one-sided bound: the chance that the true mean is ever at or below it is at most α (while
    /// anything above the range's low end is known).
    pub fn lower(&self) -> f64 {
        self.bound_above(self.above.rejected)
    }

    /// The one-sided bound: the chance that the true mean is ever at or above it is at most α.
    pub fn upper(&self) -> f64 {
        self.bound_below(self.below.rejected)
    }

    /// The lower bound after `rejected` points from below.
    fn bound_above(&self, rejected: usize) -> f64 {
        let bet = rejected.checked_sub(1).and_then(|place| self.grid.get(place)).map_or(self.low, |point| *point);
        let least = self.population.map_or(0.0, |size| least_mean(&self.seen, size));
        bet.max(self.low + (self.high - self.low) * least)
    }

    /// The upper bound after `rejected` points from above.
    fn bound_below(&self, rejected: usize) -> f64 {
        let place = self.grid.len() - rejected;
        let bet = self.grid.get(place).map_or(self.high, |point| *point);
        let least = self.population.map_or(0.0, |size| least_mean(&self.mirrored, size));
        bet.min(self.high - (self.high - self.low) * least)
    }
}

/// The mean of the population (in the unit interval) if all that is left were 0, less a hair.
fn least_mean(seen: &Seen, population: u64) -> f64 {
    (seen.sum / population as f64 - ROUNDING).max(0.0)
}
