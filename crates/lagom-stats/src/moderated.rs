//! The luck of a repeat, learned from several candidates: what makes an interval of two or three repeats honest.
//!
//! Two repeats give their variance one degree of freedom. Where it happens to come out small the interval is far too
//! narrow, where it comes out large far too wide. All candidates of a study were repeated in the same way, so what the
//! others' repeats vary by says what this one's may vary by (moderated variance: Smyth 2004, "Linear models
//! and empirical Bayes methods", eq. 5). Only the luck of split and initialisation is shared: what a repeat's
//! mean owes to its examples is known from the examples, candidate by candidate, and taken off before and
//! put back after.
//!
//! ```text
//! τ²   = Σ_j d_j R_j (V_repeats − V_both)_j / Σ_j d_j      over the other candidates, at least 0
//! s̃²   = (d s² + d₀ (τ² + R V_both)) / (d + d₀)            d = R − 1 degrees of its own
//! ```
//!
//! Of s̃² the luck's part has d + d₀ degrees of freedom. The examples' part is unsure only as far as it came in by the own
//! s²: with d degrees, and the weight d / (d + d₀). So where luck is small the few repeats no longer widen the interval.

use super::crossed::{CrossedMean, Estimate};

/// Degrees of freedom that the other candidates' repeats are worth beside a candidate's own, if they have as many.
///
/// The climb takes the same for its curves. Chosen by simulation: `log/2026-11-24-curves.md`.
pub(super) const PRIOR: f64 = 4.0;

/// What the repeats of several candidates tell of the luck of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModeratedVariance {
    /// Variance of a repeat's mean beyond what its examples account for, in the squared unit of the values.
    pub variance: f64,
    /// Degrees of freedom: how much it counts beside a candidate's own repeats.
    pub degrees_of_freedom: f64,
}

impl ModeratedVariance {
    /// The luck pooled over candidates, by their degrees of freedom; none where no one has two repeats.
    #[must_use]
    pub fn pooled<'a>(others: impl IntoIterator<Item = &'a CrossedMean>) -> Option<Self> {
        let (mut sum, mut degrees) = (0.0, 0.0);
        for other in others {
            let (count, own) = (f64::from(other.repeats), f64::from(other.repeats.saturating_sub(1)));
            sum += own * count * (other.of_repeats - other.of_both);
            degrees += own;
        }
        let variance = (sum / degrees).max(0.0);
        (degrees > 0.0).then_some(Self { variance, degrees_of_freedom: PRIOR.min(degrees) })
    }
}

impl CrossedMean {
    /// The mean with a variance between repeats that the luck of others' repeats has moderated.
    ///
    /// With one repeat, which has no spread, it is as [`CrossedMean::estimate`].
    #[must_use]
    pub fn moderated(&self, luck: &ModeratedVariance) -> Estimate {
        let (count, own) = (f64::from(self.repeats), f64::from(self.repeats.saturating_sub(1)));
        if own < 1.0 {
            return self.estimate();
        }
        let (both, degrees) = (self.of_both.max(0.0), own + luck.degrees_of_freedom);
        let foreseen = luck.variance / count + both;
        let of_repeats = (own * self.of_repeats + luck.degrees_of_freedom * foreseen) / degrees;
        // of what the examples account for only the part that came in by the candidate's own repeats is unsure
        let lucky = (of_repeats - both).max(0.0);
        let unsure = (lucky.powi(2) + own / degrees * (of_repeats.powi(2) - lucky.powi(2))).sqrt();
        self.with(of_repeats, unsure, degrees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(repeats: u32, of_repeats: f64, of_both: f64) -> CrossedMean {
        CrossedMean { point: 0.5, repeats, examples: 101, clusters: 101, of_repeats, of_examples: 1e-5, of_both }
    }

    #[test]
    fn pooled_by_degrees_of_freedom_and_never_below_nothing() {
        // luck of one repeat: 2 (3e-4 − 1e-4) = 4e-4 with 1 degree, 5 (4e-5 − 2e-5) = 1e-4 with 4: 8e-4 / 5
        let found = ModeratedVariance::pooled(&[mean(2, 3e-4, 1e-4), mean(5, 4e-5, 2e-5)]).unwrap();
        assert!((found.variance - 1.6e-4).abs() < 1e-15 && found.degrees_of_freedom == 4.0, "{found:?}");
        let few = ModeratedVariance::pooled(&[mean(2, 1e-5, 2e-5)]).unwrap();
        assert_eq!(few, ModeratedVariance { variance: 0.0, degrees_of_freedom: 1.0 });
        assert_eq!(ModeratedVariance::pooled(&[mean(1, 0.0, 0.0)]), None);
        assert_eq!(ModeratedVariance::pooled(&[]), None);
    }

    #[test]
    fn own_and_shared_spread_weigh_as_their_degrees() {
        // own 6e-4 with 1 degree; foreseen 1e-3 / 2 + 1e-4 = 6e-4 with 4: unchanged, but 5 degrees in place of 1
        let luck = ModeratedVariance { variance: 1e-3, degrees_of_freedom: 4.0 };
        let (own, found) = (mean(2, 6e-4, 1e-4).estimate(), mean(2, 6e-4, 1e-4).moderated(&luck));
        assert!((found.standard_error - own.standard_error).abs() < 1e-12);
        assert!((found.variance_repeats - 6e-4).abs() < 1e-15);
        // 5e-4 of it is luck: 6e-4² / ((5e-4² + (6e-4² − 5e-4²) / 5) / 5 + 1e-5² / 100), the whole being the repeats' part
        assert!((found.degrees_of_freedom - 36.0 / (27.2 / 5.0)).abs() < 0.01, "{found:?}");
        assert!((own.degrees_of_freedom - 1.0).abs() < 0.01);
        // two repeats that happen to agree: (0 + 4 · 6e-4) / 5
        assert!((mean(2, 0.0, 1e-4).moderated(&luck).variance_repeats - 4.8e-4).abs() < 1e-15);
        // many repeats hardly need the others: (99 · 1e-4 + 4 · (1e-5 + 0)) / 103
        let many = mean(100, 1e-4, 0.0).moderated(&luck).variance_repeats;
        assert!((many - (99.0 * 1e-4 + 4.0 * 1e-5) / 103.0).abs() < 1e-15);
        assert_eq!(mean(1, 0.0, 0.0).moderated(&luck), mean(1, 0.0, 0.0).estimate());
    }
}
