//! The luck of a seed, where candidates were run under a few of them.
//!
//! The scores of one candidate under S seeds on n examples are crossed: each example counts with its mean over the seeds,
//! and examples (or clusters) are what varies; but a seed may also shift all examples at once, as one training in place of
//! another does, and S seeds are a sample of few. Their means tell the variance τ² of that shift, less what they owe to the
//! examples, which is known exactly enough:
//!
//! ```text
//! τ²  = Σ_c d_c (variance of the means of c's seeds − V_c) / Σ_c d_c       d_c = S_c − 1
//! V_c = Σ of squared residuals of example and seed / ((n − 1) (S_c − 1) n)
//! ```
//!
//! Two seeds of one candidate alone would give a single degree of freedom, and an interval of no use (quantile 6.3). But
//! seeds of one candidate have nothing to do with those of another, so the difference of two candidates has the sum of both
//! variances, each with its own degrees; and the seeds of further candidates are counted as a prior worth at most
//! [`PRIOR`] degrees (moderated variance: Smyth 2004; as `luck.rs` does for the repeats of a study). Where seeds are shared
//! and shift all candidates alike this errs on the safe side. Degrees of the whole: Satterthwaite (1946). Simulated in
//! `compare/tests/seeds.rs`.

use super::clustered::Groups;
use super::crossed::Estimate;
use super::error::StatsError;
use super::summary::{mean, variance};

/// Degrees of freedom that the seeds of all other candidates are worth at most, as in `luck.rs`.
const PRIOR: f64 = 4.0;

/// How the seeds of one candidate vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedSpread {
    /// How many seeds.
    pub seeds: u32,
    /// Variance of a seed's mean beyond what its examples account for; noise may take it below 0.
    excess: f64,
    /// Variance of a seed's mean that its examples account for.
    noise: f64,
}

impl SeedSpread {
    /// From the scores of one candidate: for each seed one value an example, in clusters or not. Of a single seed
    /// nothing is known.
    ///
    /// # Errors
    /// No seed; fewer than two clusters; values of another number than the clusters' ids or than the first seed's, or not
    /// finite.
    pub fn of(seeds: &[Vec<f64>], clusters: &[u32]) -> Result<Self, StatsError> {
        let Some(first) = seeds.first() else { return Err(StatsError::NoRepeats) };
        let groups = Groups::of(first.len(), clusters)?;
        seeds.iter().try_for_each(|seed| groups.check(seed))?;
        let count = seeds.len() as f64;
        if seeds.len() < 2 {
            return Ok(Self { seeds: 1, excess: 0.0, noise: 0.0 });
        }
        let n = first.len() as f64;
        let means: Vec<f64> = seeds.iter().map(|seed| mean(seed)).collect();
        // each seed's parts by cluster, about its own mean
        let parts: Vec<Vec<f64>> =
            seeds.iter().zip(&means).map(|(seed, own)| groups.sums(seed.iter().map(|value| value - own))).collect();
        let residual = |unit: usize| {
            let shared = parts.iter().map(|seed| seed[unit]).sum::<f64>() / count;
            parts.iter().map(|seed| (seed[unit] - shared).powi(2)).sum::<f64>()
        };
        let squares: f64 = (0..groups.count).map(residual).sum();
        let units = groups.count as f64;
        // of sums over clusters: the mean's variance is units / (units − 1) · Σ / n²
        let noise = squares / (count - 1.0) * units / (units - 1.0) / (n * n);
        Ok(Self { seeds: seeds.len() as u32, excess: variance(&means) - noise, noise })
    }

    fn degrees(&self) -> f64 {
        f64::from(self.seeds.max(1)) - 1.0
    }
}

/// What the seeds add to the error of a mean, or of the difference of two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedLuck {
    /// Variance of a seed's mean beyond its examples, at least 0, in the squared unit of the values.
    pub variance: f64,
    /// How many degrees of freedom it is known with; at least 1.
    pub degrees_of_freedom: f64,
    /// Variance of a seed's mean owed to its examples.
    noise: f64,
    /// The same with noise, not cut off at 0.
    measured: f64,
    /// Sum over the candidates compared of one over their number of seeds.
    share: f64,
    /// The fewest seeds of them.
    seeds: u32,
}

impl SeedLuck {
    /// Of the candidates that are compared (one or two), moderated by the `others`. None where nobody has two seeds:
    /// then the chance of the seed is not measured.
    #[must_use]
    pub fn pooled(own: &[SeedSpread], others: &[SeedSpread]) -> Option<Self> {
        let sum = |of: &[SeedSpread], value: fn(&SeedSpread) -> f64| -> (f64, f64) {
            of.iter()
                .fold((0.0, 0.0), |(sum, degrees), one| (sum + one.degrees() * value(one), degrees + one.degrees()))
        };
        let ((own_excess, own_degrees), (other_excess, other_degrees)) =
            (sum(own, |one| one.excess), sum(others, |one| one.excess));
        let prior = PRIOR.min(other_degrees);
        let degrees = own_degrees + prior;
        if degrees < 1.0 {
            return None;
        }
        let from_others = if other_degrees > 0.0 { other_excess / other_degrees } else { 0.0 };
        let excess = (own_excess + prior * from_others) / degrees;
        let noise_of = if own_degrees > 0.0 { sum(own, |one| one.noise) } else { sum(others, |one| one.noise) };
        let noise = noise_of.0 / noise_of.1;
        Some(Self {
            variance: excess.max(0.0),
            degrees_of_freedom: degrees,
            noise,
            measured: (excess + noise).max(0.0),
            share: own.iter().map(|one| 1.0 / f64::from(one.seeds.max(1))).sum(),
            seeds: own.iter().map(|one| one.seeds).min().unwrap_or(1),
        })
    }

    /// The variance that the seeds add to the squared standard error.
    #[must_use]
    pub fn part(&self) -> f64 {
        self.share * self.variance
    }

    /// The standard deviation of a seed's mean beyond what its examples account for.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        self.variance.sqrt()
    }

    /// An estimate from the examples with the luck of the seeds put into it.
    #[must_use]
    pub fn into(self, examples: &Estimate) -> Estimate {
        let square = examples.standard_error.powi(2);
        let total = square + self.share * self.variance;
        let unsure = self.share * self.measured;
        let parts = unsure.powi(2) / self.degrees_of_freedom + square.powi(2) / examples.degrees_of_freedom;
        let degrees = total.powi(2) / parts;
        let most = self.degrees_of_freedom + examples.degrees_of_freedom;
        let degrees = if degrees.is_nan() { most } else { degrees };
        Estimate {
            standard_error: total.sqrt(),
            degrees_of_freedom: degrees.clamp(self.degrees_of_freedom.min(examples.degrees_of_freedom), most),
            repeats: self.seeds.max(1),
            variance_repeats: self.share * (self.variance + self.noise),
            ..examples.clone()
        }
    }
}

#[cfg(test)]
#[path = "seeds_tests.rs"]
mod tests;
