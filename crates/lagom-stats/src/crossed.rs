//! A mean over repeats and examples, with an interval that covers the chance of both.
//!
//! A repeat (its own split and initialisation) and an example are *crossed* sources of chance: a lucky
//! initialisation helps on all examples, a hard example hurts in all repeats. Leaving either out makes
//! intervals far too narrow. The variance is the two-way cluster-robust one (Cameron, Gelbach & Miller
//! 2011; compare Owen 2007, who bootstraps the same design),
//!
//! ```text
//! V = V_repeats + V_examples − V_both
//! ```
//!
//! where `V_both` takes off what the first two both count. With `y_ri` the value of example i in repeat
//! r, `ȳ_r` the mean of the repeat's `n_r` values, `g_ri = (y_ri − ȳ_r) √(n_r / (n_r − 1)) / (R n_r)`:
//!
//! ```text
//! V_repeats  = variance of the ȳ_r / R
//! V_examples = Σ_i (Σ_r g_ri)²
//! V_both     = (R Σ_i Σ_r g_ri² − V_examples) / (R − 1)
//! ```
//!
//! `V_both` is the variance that `V_repeats` owes to the examples alone, from the differences between
//! pairs of repeats. Cameron et al. take off the sum of the squared pairs, which agrees with it for many
//! clusters, but with 5 repeats takes off up to a fifth of V too much. In a balanced design V is exactly the analysis of variance's
//! `(MS_repeats + MS_examples − MS_residual) / (R n)`, and it stays valid where repeats share only some
//! of their examples. Noise can make V too small, so it is at least the larger of its two parts.
//!
//! Where examples are copies of one another, or of one group, they are no independent sources of chance: then `i` stands for a
//! cluster of them, whose `g_ri` is the sum over its examples ([`Clusters`]), and `n_r` under the root for the number of clusters.
//!
//! `coverage.rs` simulates it. With 5 repeats the 95 % interval holds the truth in 93.5 to 97.5 % of
//! studies, whichever source dominates. The percentile bootstrap over repeats and examples has too few
//! repeats to draw from: 91 % where half the variance is the repeats', 88 % where four fifths are,
//! 84 % where nearly all is. With 2 repeats that dominate the variance the interval holds only 87 %, with 3
//! at least 92 %: plan at least 3.

use super::deviations::Deviations;
use super::error::StatsError;
use super::flip::Flip;
use super::quantile::{t_cdf, t_quantile};
use super::repeats::{Clusters, Repeat};
use super::summary::{mean, variance};
use serde::{Deserialize, Serialize};

/// A mean over repeats and examples, and how sure it is. All in the unit of the values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean of the repeats' means.
    pub point: f64,
    /// Its standard error, from both sources of chance (from the examples alone if `repeats` is 1).
    pub standard_error: f64,
    /// Degrees of freedom of the standard error (Satterthwaite 1946), for quantiles of Student's t.
    pub degrees_of_freedom: f64,
    /// How many repeats there are. With 1 the chance of split and initialisation is not measured and
    /// not in the interval; whoever shows it has to say so.
    pub repeats: u32,
    /// How many distinct examples there are over all repeats.
    pub examples: u64,
    /// The part of the squared standard error from the spread between repeats; 0 if `repeats` is 1.
    /// The parts add up to more than the whole, since both hold the spread within pairs.
    pub variance_repeats: f64,
    /// The part of the squared standard error from the spread between examples.
    pub variance_examples: f64,
    /// How far the point may be off, either way, for what is missing: it is halfway between the values with all that is
    /// missing at its worst and at its best. Every bound lies as much further out; 0 where nothing is missing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gap: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(gap: &f64) -> bool {
    *gap == 0.0
}

impl Estimate {
    /// The estimate where something is missing, from those with all of it at its worst and at its best: the bounds are those
    /// of the worse and of the better one, with the larger of both errors.
    #[must_use]
    pub fn between(worst: &Estimate, best: &Estimate) -> Estimate {
        let wide = if worst.standard_error >= best.standard_error { worst } else { best };
        Estimate {
            point: f64::midpoint(worst.point, best.point),
            gap: (best.point - worst.point).abs() / 2.0,
            degrees_of_freedom: worst.degrees_of_freedom.min(best.degrees_of_freedom),
            ..wide.clone()
        }
    }

    /// The two-sided interval (low, high) that holds the truth with probability `confidence`, as 0.95.
    /// Infinite for a confidence of 1 or more.
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        let half = self.reach(0.5 + confidence / 2.0);
        (self.point - half, self.point + half)
    }

    /// The one-sided bound that the truth exceeds with probability `confidence`.
    pub fn lower(&self, confidence: f64) -> f64 {
        self.point - self.reach(confidence)
    }

    /// The one-sided bound that the truth stays below with probability `confidence`.
    pub fn upper(&self, confidence: f64) -> f64 {
        self.point + self.reach(confidence)
    }

    /// The one-sided p-value of "the truth is at most `threshold`", in `[0, 1]`: the lower bound at a
    /// confidence of one minus this is `threshold` itself.
    pub fn p_value(&self, threshold: f64) -> f64 {
        let surplus = self.point - self.gap - threshold;
        if self.standard_error > 0.0 {
            t_cdf(-surplus / self.standard_error, self.degrees_of_freedom)
        } else {
            f64::from(surplus <= 0.0)
        }
    }

    /// The estimate if all that is missing were at its best; the same where nothing is.
    #[must_use]
    pub fn at_best(&self) -> Self {
        Self { point: self.point + self.gap, gap: 0.0, ..self.clone() }
    }

    /// Distance from the point to the bound at the quantile `p`.
    pub(super) fn reach(&self, p: f64) -> f64 {
        let quantile = t_quantile(p, self.degrees_of_freedom);
        if quantile.is_infinite() { quantile } else { self.gap + quantile * self.standard_error }
    }
}

/// How many made-up examples a floor adds. By exact enumeration of right/wrong scores (50 and 200
/// examples, one-sided 95 %) a candidate worse by just the margin is confirmed, where all disagreements
/// are losses, in at most 61 % of studies without them, 9.5 % with two and 6.9 % with four; where a third
/// are wins, in at most 5 % with four. With no disagreement at all, four give the bound 3.3 / n, next to
/// the exact 3 / n.
pub(super) const MADE_UP: f64 = 4.0;

/// The mean of the repeats' means, with the variance of the crossed design (see the head of this file).
///
/// `floor` is for paired differences only: the influence of one example that turns from right to wrong
/// (1 for accuracy), in the unit of the values. With it the example part also counts four made-up
/// examples, two at +floor and two at −floor (as Agresti & Coull 1998 for a proportion; Bonett & Price
/// 2012 add one each to a paired difference), so that two models which happen not to disagree do
/// not get an interval of no width. The point is not moved. With one repeat there is only the example
/// part.
///
/// # Errors
/// No repeat; a repeat of fewer than two examples, with an example twice, with other than one value an
/// example, or with a value that is not finite; a floor that is negative or not finite.
pub fn crossed(repeats: &[Repeat<'_>], floor: Option<f64>) -> Result<Estimate, StatsError> {
    CrossedMean::of(repeats, floor.map(Flip::Difference)).map(|mean| mean.estimate())
}

/// A mean over repeats and examples with the parts of its variance, before they are put together: by
/// [`estimate`](Self::estimate) as it stands, or by [`moderated`](Self::moderated) with what other means tell of the luck
/// of a repeat.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossedMean {
    pub(super) point: f64,
    pub(super) repeats: u32,
    pub(super) examples: u64,
    /// Independent examples: clusters, where there are any.
    pub(super) clusters: u64,
    /// The variance of the repeats' means, over their number; 0 with one repeat.
    pub(super) of_repeats: f64,
    /// The part of the examples, floored.
    pub(super) of_examples: f64,
    /// What the first part owes to the examples alone; noise may take it below 0.
    pub(super) of_both: f64,
}

impl CrossedMean {
    /// The mean and its parts, of the same arguments and with the same faults as [`crossed`].
    ///
    /// # Errors
    /// As [`crossed`].
    pub fn of(repeats: &[Repeat<'_>], flip: Option<Flip>) -> Result<Self, StatsError> {
        Self::clustered(repeats, flip, None)
    }

    /// As [`CrossedMean::of`] where examples are no independent sources of chance, but clusters of them are.
    ///
    /// Of a score two made-up examples are right and two wrong (Agresti & Coull 1998). As the point is not moved to theirs, its distance
    /// from it is added to the error.
    ///
    /// # Errors
    /// As [`crossed`].
    pub fn clustered(
        repeats: &[Repeat<'_>],
        flip: Option<Flip>,
        clusters: Option<Clusters<'_>>,
    ) -> Result<Self, StatsError> {
        check(repeats, flip.map(Flip::size))?;
        let count = repeats.len() as f64;
        let means: Vec<f64> = repeats.iter().map(|repeat| mean(repeat.values)).collect();
        let point = mean(&means);
        let spread = Spread::of(repeats, &means, clusters)?;
        let several = repeats.len() > 1;
        let floored = flip.map_or(0.0, |flip| spread.floored(point, flip));
        Ok(Self {
            point,
            repeats: repeats.len() as u32,
            examples: spread.examples_seen,
            clusters: spread.count,
            of_repeats: if several { variance(&means) / count } else { 0.0 },
            of_examples: spread.examples.max(floored),
            of_both: if several { (count * spread.pairs - spread.examples) / (count - 1.0) } else { 0.0 },
        })
    }

    /// The mean with the variance of its own repeats and examples.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        self.with(self.of_repeats, self.of_repeats, f64::from(self.repeats) - 1.0)
    }

    /// The same with another variance between repeats; `unsure` of it is known with so many degrees of freedom only.
    pub(super) fn with(&self, of_repeats: f64, unsure: f64, degrees: f64) -> Estimate {
        let total = (of_repeats + self.of_examples - self.of_both).max(of_repeats).max(self.of_examples);
        self.told(total, of_repeats, unsure, degrees)
    }

    /// The estimate with this squared standard error, the part of the repeats in it, and how much of that is unsure with so many
    /// degrees of freedom.
    pub(super) fn told(&self, total: f64, of_repeats: f64, unsure: f64, degrees: f64) -> Estimate {
        let parts = Parts {
            total,
            repeats: unsure,
            examples: self.of_examples,
            repeat_degrees: degrees,
            example_count: self.clusters as f64,
        };
        Estimate {
            point: self.point,
            standard_error: total.sqrt(),
            degrees_of_freedom: parts.degrees_of_freedom(),
            repeats: self.repeats,
            examples: self.examples,
            variance_repeats: of_repeats,
            variance_examples: self.of_examples,
            gap: 0.0,
        }
    }
}

/// A squared standard error in parts, with the counts that its degrees of freedom need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) total: f64,
    pub(super) repeats: f64,
    pub(super) examples: f64,
    /// Degrees of freedom of the repeats' part: 0 where there is none.
    pub(super) repeat_degrees: f64,
    pub(super) example_count: f64,
}

impl Parts {
    /// Satterthwaite's (1946) degrees of freedom: the square of the whole over the sum of the squared
    /// parts, each over its own degrees; at least those of the repeats, at most those of both.
    pub(super) fn degrees_of_freedom(&self) -> f64 {
        let of_examples = (self.example_count - 1.0).max(1.0);
        let of_repeats = self.repeat_degrees;
        if of_repeats < 1.0 {
            return of_examples;
        }
        let uncertainty = self.repeats.powi(2) / of_repeats + self.examples.powi(2) / of_examples;
        let degrees = self.total.powi(2) / uncertainty;
        if degrees.is_nan() { of_repeats } else { degrees.clamp(of_repeats, of_repeats + of_examples) }
    }
}

/// Sums over examples of the weighted deviations `g` from the repeats' means.
struct Spread {
    /// Number of distinct examples.
    examples_seen: u64,
    /// Number of distinct examples, or clusters of them.
    count: u64,
    /// Number of distinct examples that turn from right to wrong on their own.
    turning: u64,
    /// Σ_i (Σ_r g)², the variance from the examples.
    examples: f64,
    /// Σ_i Σ_r g².
    pairs: f64,
}

impl Spread {
    fn of(repeats: &[Repeat<'_>], means: &[f64], clusters: Option<Clusters<'_>>) -> Result<Self, StatsError> {
        let Deviations { all: deviations, examples_seen } = Deviations::of(repeats, means, clusters)?;
        let mut spread = Spread { examples_seen, count: 0, turning: examples_seen, examples: 0.0, pairs: 0.0 };
        for group in deviations.chunk_by(|a, b| a.0 == b.0) {
            spread.count += 1;
            spread.examples += group.iter().map(|entry| entry.2).sum::<f64>().powi(2);
            spread.pairs += group.iter().map(|entry| entry.2.powi(2)).sum::<f64>();
        }
        if clusters.is_some_and(|clusters| clusters.copies) {
            spread.turning = spread.count;
        }
        Ok(spread)
    }

    /// The variance from the examples with made-up ones, half of them right and half wrong: the sum of
    /// squares about the mean of all, over their squared number (Bonett & Price 2012, eq. 3).
    fn floored(&self, point: f64, flip: Flip) -> f64 {
        let m = self.turning as f64;
        let all = m + MADE_UP;
        // Of differences one is right at +by, of scores at the best: the made-up ones lie so far about their centre.
        let (centre, apart) = match flip {
            Flip::Difference(by) => (0.0, by),
            Flip::Score { right, wrong } => (f64::midpoint(right, wrong), (right - wrong) / 2.0),
        };
        let off = point - centre;
        let moved = MADE_UP * m * off.powi(2) / all;
        let variance = (self.examples * m * m + MADE_UP * apart.powi(2) + moved) / all.powi(2);
        match flip {
            Flip::Difference(_) => variance,
            Flip::Score { .. } => variance + (MADE_UP * off / all).powi(2),
        }
    }
}

fn check(repeats: &[Repeat<'_>], floor: Option<f64>) -> Result<(), StatsError> {
    if repeats.is_empty() {
        return Err(StatsError::NoRepeats);
    }
    if let Some(floor) = floor.filter(|floor| !floor.is_finite() || *floor < 0.0) {
        return Err(StatsError::Floor(floor));
    }
    for (index, repeat) in repeats.iter().enumerate() {
        let (examples, values) = (repeat.examples.len(), repeat.values.len());
        if examples != values {
            return Err(StatsError::Lengths { repeat: index, examples, values });
        }
        if examples < 2 {
            return Err(StatsError::TooFewExamples { repeat: index, examples });
        }
        let mut pairs = repeat.examples.iter().zip(repeat.values);
        if let Some((&example, _)) = pairs.find(|(_, value)| !value.is_finite()) {
            return Err(StatsError::NotFinite { repeat: index, example });
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "crossed_tests.rs"]
mod tests;
