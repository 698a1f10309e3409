//! How far the truth may lie from a mean where the values have an end: for rare large losses, too.
//!
//! Student's t takes the mean's error for symmetric. Where a few rows in a hundred lose much and the others hardly
//! differ it is not: samples with few of the losses look good *and* look certain. The one-sided error of t is to first order
//! `γ (2 t² + 1) φ(t) / (6 √C)`, with γ the skewness of the values towards the bound and C their number (Hall 1992, section
//! 2.6; Johnson 1978): 5 % become 8.3 % where 3 % of 400 rows lose. So three distances are taken, and the longest counts:
//!
//! 1. t's.
//! 2. Where the skewness is surely towards the bound and matters (see [`SKEWED`] and [`MATTERS`]): the bound of Gaffke
//!    (2005; Learned-Miller & Thomas 2019), the quantile of the mean under weights of Dirichlet's distribution with one more
//!    value at the end. Of right/wrong values it is Clopper & Pearson's. The value made up is the worst seen.
//! 3. What may not have been seen at all: of n examples none, where at most `q = 1 − (1 − p)^(1/n)` of all are of a kind that
//!    lies at the end of what is possible (about 3/n at 95 %). No bound may claim more than that.
//!
//! Simulated in `compare/tests/rare.rs`.

use super::clustered::Groups;
use super::crossed::Estimate;
use super::error::StatsError;
use super::gaffke::{Unit, merged, upper_bound};
use super::quantile::t_quantile;
use super::seeds::SeedLuck;

/// Skewness beyond so many of its own standard errors under symmetry, `√(6 / C)`, is taken for real.
const SKEWED: f64 = 2.0;
/// Error beyond the nominal by skewness that is worth a wider bound, as a probability.
const MATTERS: f64 = 0.003;

/// The one-sided bounds of a mean of scores or paired differences.
#[derive(Debug, Clone)]
pub struct Bounded {
    /// From the examples alone.
    examples: Estimate,
    /// From the examples and the seeds.
    all: Estimate,
    /// What the seeds add, where there are some.
    luck: Option<SeedLuck>,
    /// What is independent: clusters, or examples where each is its own.
    units: Vec<Unit>,
    /// Skewness of the units' parts in the mean.
    skewness: f64,
    /// How many units.
    count: f64,
    /// The least and the largest value that may be unseen.
    ends: (f64, f64),
    /// What the mean can be.
    limits: (f64, f64),
}

impl Bounded {
    /// Bounds of the mean of `values` (one an example, in `clusters` or each its own). `examples` is its estimate by
    /// [`super::clustered`] or [`super::clustered_difference`]; `luck` what several seeds add to its error.
    /// `ends` are the least and the largest value possible; where nobody knows them, the
    /// extremes seen may stand in.
    ///
    /// # Errors
    /// As [`super::clustered`].
    pub fn of(
        values: &[f64],
        clusters: &[u32],
        (examples, luck): (Estimate, Option<SeedLuck>),
        ends: (f64, f64),
    ) -> Result<Self, StatsError> {
        let groups = Groups::of(values.len(), clusters)?;
        let (sums, sizes) = (groups.sums(values.iter().copied()), groups.sizes());
        let point = examples.point;
        let parts = || sums.iter().zip(&sizes).map(|(sum, size)| sum - point * size);
        let moment = |power: i32| parts().map(|part| part.powi(power)).sum::<f64>() / sums.len() as f64;
        let skewness = moment(3) / moment(2).powf(1.5);
        let count = sums.len() as f64;
        let limits = (f64::NEG_INFINITY, f64::INFINITY);
        let all = luck.map_or_else(|| examples.clone(), |luck| luck.into(&examples));
        Ok(Self { examples, all, luck, units: merged(&sums, &sizes), skewness, count, ends, limits })
    }

    /// The same with bounds that stay within what the mean can be at all.
    #[must_use]
    pub fn within(self, limits: (f64, f64)) -> Self {
        Self { limits, ..self }
    }

    /// The estimate, with the luck of seeds where there is some.
    #[must_use]
    pub fn estimate(&self) -> &Estimate {
        &self.all
    }

    /// The bound that the truth exceeds with probability `confidence`.
    #[must_use]
    pub fn lower(&self, confidence: f64) -> f64 {
        (self.all.point - self.reach(-1.0, confidence)).max(self.limits.0.min(self.all.point))
    }

    /// The bound that the truth stays below with probability `confidence`.
    #[must_use]
    pub fn upper(&self, confidence: f64) -> f64 {
        (self.all.point + self.reach(1.0, confidence)).min(self.limits.1.max(self.all.point))
    }

    /// The two-sided interval of both bounds.
    #[must_use]
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        let one_sided = 0.5 + confidence / 2.0;
        (self.lower(one_sided), self.upper(one_sided))
    }

    /// The distance from the point to the bound on one side (1 above, −1 below).
    fn reach(&self, side: f64, confidence: f64) -> f64 {
        let by_t = self.examples.reach(confidence);
        if !by_t.is_finite() || confidence <= 0.5 {
            return by_t.max(0.0);
        }
        let centre = side * self.examples.point;
        let skewed = if self.skewed(side, confidence) {
            upper_bound(&self.units, (side, centre), confidence) - centre
        } else {
            0.0
        };
        let end = if side > 0.0 { self.ends.1 } else { -self.ends.0 };
        let unseen = 1.0 - (1.0 - confidence).powf(1.0 / self.examples.examples.max(1) as f64);
        let own = by_t.max(skewed).max(unseen * (end - centre));
        (own * own + self.of_seeds(by_t, confidence)).sqrt()
    }

    /// What the seeds add to the squared distance, as independent errors do: as much as Satterthwaite's degrees of the
    /// whole make of it, or the seeds' part with its own degrees, whichever is less. The first is too long where the
    /// seeds happen to shift nothing, the second where they shift much; both hold by simulation.
    fn of_seeds(&self, by_t: f64, confidence: f64) -> f64 {
        let Some(luck) = &self.luck else { return 0.0 };
        let together = self.all.reach(confidence).powi(2) - by_t.powi(2);
        let apart = t_quantile(confidence, luck.degrees_of_freedom).powi(2) * luck.part();
        together.min(apart).max(0.0)
    }

    /// Whether the values are skewed towards that side by more than chance, and so much that t would err.
    fn skewed(&self, side: f64, confidence: f64) -> bool {
        let t = t_quantile(confidence, self.examples.degrees_of_freedom);
        let density = (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let matters = MATTERS * 6.0 * self.count.sqrt() / ((2.0 * t * t + 1.0) * density);
        let chance = SKEWED * (6.0 / self.count).sqrt();
        side * self.skewness > matters.max(chance)
    }
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
