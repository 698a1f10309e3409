//! What can be told apart, and what it would take to tell more.
//!
//! `spread` is the standard deviation, over examples, of the paired difference of two models' values;
//! for right/wrong scores it is √ρ, with ρ the share of examples on which just one of the two is right.

use super::crossed::{Estimate, Parts};
use super::quantile::{normal_cdf, normal_quantile, t_quantile};
use serde::{Deserialize, Serialize};

/// No plan asks for more examples than this.
const MOST_EXAMPLES: u64 = 1_000_000_000;
/// No plan asks for more repeats than this.
const MOST_REPEATS: u64 = 10_000;

/// The smallest margin that a paired test on `examples` can be expected to confirm:
/// `(z_confidence + z_power) · spread / √examples`, for models of equal quality.
///
/// `confidence` is one-sided and `power` is the wished probability of success. In the unit of `spread`;
/// infinite where there are no examples.
pub fn resolvable_margin(examples: u64, spread: f64, confidence: f64, power: f64) -> f64 {
    (normal_quantile(confidence) + normal_quantile(power)) * spread / (examples as f64).sqrt()
}

/// How many examples a paired test needs to confirm `margin` for models of equal quality:
/// `((z_confidence + z_power) · spread / margin)²`, rounded up; the inverse of [`resolvable_margin`].
///
/// At most `u64::MAX`, which is also the answer for a margin of 0 or less; at least 2.
pub fn examples_needed(margin: f64, spread: f64, confidence: f64, power: f64) -> u64 {
    if margin.is_nan() || margin <= 0.0 {
        return u64::MAX;
    }
    let root = (normal_quantile(confidence) + normal_quantile(power)).max(0.0) * spread / margin;
    // less a hair, so that the inverse of an exact margin is not one too many; `as` saturates
    ((root.powi(2) * (1.0 - 1e-12)).ceil() as u64).max(2)
}

/// What would let an inconclusive comparison be confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Needed {
    /// Examples in all, at the present number of repeats; none where the spread between repeats alone
    /// is too large.
    pub examples: Option<u64>,
    /// Repeats in all, at the present examples; none where the spread between examples alone is too
    /// large, or where there is only one repeat to judge by.
    pub repeats: Option<u32>,
    /// Whether equal quality was assumed, since the measured difference is below −margin and no amount
    /// of data would confirm it.
    pub assumed_equal: bool,
    /// Whether a number of examples was left out since nobody would label so many.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out_of_reach: bool,
    /// Whether the difference is known well and lies at the margin itself, so that labels will not decide it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_margin: bool,
}

/// What would let the lower bound of a paired difference clear −`margin` with probability `power`, if
/// the truth is what was measured (or equal quality, see [`Needed::assumed_equal`]).
///
/// `estimate` is the difference (candidate minus reference, higher is better) on examples that all
/// repeats share; `confidence` is one-sided. With n' examples `V_examples` shrinks as 1 / n' and the
/// rest stays; with R' repeats `V_repeats` shrinks as 1 / R' and the rest stays. Each number is at least
/// the present one. What is missing ([`Estimate::gap`]) stays missing, however many examples there are.
pub fn needed(estimate: &Estimate, margin: f64, confidence: f64, power: f64) -> Needed {
    planned(estimate, 1.0, (margin, confidence, power))
}

/// As [`needed`], of a difference with the luck of seeds in it ([`super::SeedLuck`]): the variance between seeds is known
/// with `degrees` of freedom at present, and with as many for each further seed as for one now.
pub fn needed_with_seeds(estimate: &Estimate, degrees: f64, (margin, confidence, power): (f64, f64, f64)) -> Needed {
    let each = degrees / f64::from(estimate.repeats.max(2) - 1);
    planned(estimate, each, (margin, confidence, power))
}

/// `each` is how many degrees of freedom a repeat beyond the first gives.
fn planned(estimate: &Estimate, each: f64, (margin, confidence, power): (f64, f64, f64)) -> Needed {
    let assumed_equal = estimate.point <= -margin;
    let room = margin + if assumed_equal { 0.0 } else { estimate.point } - estimate.gap;
    let enough = |parts: Parts| {
        let parts = Parts { repeat_degrees: each * parts.repeat_degrees, ..parts };
        let quantiles = t_quantile(confidence, parts.degrees_of_freedom()) + normal_quantile(power);
        room > 0.0 && quantiles * parts.total.sqrt() <= room
    };
    let examples = smallest(estimate.examples, MOST_EXAMPLES, |n| enough(with_examples(estimate, n as f64)));
    let repeats = (estimate.repeats > 1)
        .then(|| smallest(u64::from(estimate.repeats), MOST_REPEATS, |r| enough(with_repeats(estimate, r as f64))))
        .flatten();
    Needed { examples, repeats: repeats.map(|r| r as u32), assumed_equal, out_of_reach: false, at_margin: false }
}

/// The probability that the holdout will confirm a candidate, foreseen from validation.
///
/// `validation` is the paired difference there (candidate minus reference, higher is better), from
/// `examples_validation` examples ([`Estimate::examples`], or fewer where splits overlap unevenly); the
/// holdout has `examples_holdout`. The difference measured on the holdout is taken as normal about the
/// validation's, with the variance of both, and the standard error there as the validation's with its
/// example part rescaled. `confidence` is one-sided. In `[0, 1]`.
pub fn confirmation_power(
    validation: &Estimate,
    margin: f64,
    examples_validation: u64,
    examples_holdout: u64,
    confidence: f64,
) -> f64 {
    if examples_holdout == 0 || examples_validation == 0 {
        return 0.0;
    }
    let ratio = examples_holdout as f64 / examples_validation as f64;
    let holdout = with_examples(validation, ratio * validation.examples as f64);
    let needs = t_quantile(confidence, holdout.degrees_of_freedom()) * holdout.total.sqrt();
    let spread = (validation.standard_error.powi(2) + holdout.total).sqrt();
    let surplus = validation.point + margin - needs;
    if spread > 0.0 { normal_cdf(surplus / spread) } else { f64::from(surplus > 0.0) }
}

/// The variance to expect with `examples` in place of the present number.
fn with_examples(estimate: &Estimate, examples: f64) -> Parts {
    let total = estimate.standard_error.powi(2);
    let ratio = estimate.examples as f64 / examples;
    let stays = (total - estimate.variance_examples).max(0.0);
    Parts {
        total: stays + estimate.variance_examples * ratio,
        repeats: stays + (estimate.variance_repeats - stays).max(0.0) * ratio,
        examples: estimate.variance_examples * ratio,
        repeat_degrees: f64::from(estimate.repeats) - 1.0,
        example_count: examples,
    }
}

/// The variance to expect with `repeats` in place of the present number.
fn with_repeats(estimate: &Estimate, repeats: f64) -> Parts {
    let total = estimate.standard_error.powi(2);
    let ratio = f64::from(estimate.repeats) / repeats;
    let stays = (total - estimate.variance_repeats).max(0.0);
    Parts {
        total: stays + estimate.variance_repeats * ratio,
        repeats: estimate.variance_repeats * ratio,
        examples: stays + (estimate.variance_examples - stays).max(0.0) * ratio,
        repeat_degrees: repeats - 1.0,
        example_count: estimate.examples as f64,
    }
}

/// The smallest number from `first` to `last` for which `enough` holds.
///
/// Doubles until it holds, then halves the gap: more data can also be too much, where the examples'
/// part sinks so far that the few degrees of freedom of the repeats are all that is left.
fn smallest(first: u64, last: u64, enough: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (first.max(1), first.max(1));
    while !enough(high) {
        low = high + 1;
        high = high.saturating_mul(2);
        if high > last {
            return None;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn estimate(point: f64, variance_repeats: f64, variance_examples: f64) -> Estimate {
        let total = variance_repeats + variance_examples;
        Estimate {
            point,
            standard_error: total.sqrt(),
            degrees_of_freedom: 20.0,
            repeats: 5,
            examples: 400,
            variance_repeats,
            variance_examples,
            gap: 0.0,
        }
    }

    #[test]
    fn the_published_planning_table() {
        // (z_0.95 + z_0.80)² ρ / δ² = 6.1826 ρ / δ²; the table rounds to the nearest, we round up
        let table = [
            (0.01, [3091, 6183, 12365, 18548]),
            (0.02, [773, 1546, 3091, 4637]),
            (0.03, [343, 687, 1374, 2061]),
            (0.05, [124, 247, 495, 742]),
        ];
        for (margin, row) in table {
            for (share, expected) in [0.05f64, 0.10, 0.20, 0.30].into_iter().zip(row) {
                let got = examples_needed(margin, share.sqrt(), 0.95, 0.80);
                assert!(got == expected || got == expected + 1, "{margin} {share}: {got}, table {expected}");
                assert!(resolvable_margin(got, share.sqrt(), 0.95, 0.80) <= margin);
                assert!(resolvable_margin(got - 1, share.sqrt(), 0.95, 0.80) > margin);
            }
        }
        assert_eq!(examples_needed(0.0, 1.0, 0.95, 0.8), u64::MAX);
        assert_eq!(examples_needed(f64::NAN, 1.0, 0.95, 0.8), u64::MAX);
    }

    #[test]
    fn needed_scales_each_part_by_itself() {
        // only examples vary: (1.645 + 0.842)² · V / 0.01² with V = 4e-4 at 400, so about 6.18 · 1600
        let got = needed(&estimate(0.0, 0.0, 4e-4), 0.01, 0.95, 0.8);
        assert!((9_890..9_900).contains(&got.examples.unwrap()), "{got:?}");
        assert_eq!((got.repeats, got.assumed_equal), (None, false));
        // only repeats vary: more examples are no help
        let got = needed(&estimate(0.0, 4e-5, 0.0), 0.01, 0.95, 0.8);
        // 5 · 4e-5 · 6.18 / 1e-4 = 12.4 by normal quantiles, some more by t
        assert!((13..=15).contains(&got.repeats.unwrap()) && got.examples.is_none(), "{got:?}");
        // a measured loss beyond the margin: as if equal, and said
        let lost = needed(&estimate(-0.03, 0.0, 4e-4), 0.01, 0.95, 0.8);
        assert!(lost.assumed_equal && lost.examples == needed(&estimate(0.0, 0.0, 4e-4), 0.01, 0.95, 0.8).examples);
        // a measured gain needs less; with what it has it may even be enough
        assert_eq!(needed(&estimate(0.2, 1e-5, 4e-4), 0.01, 0.95, 0.8).examples, Some(400));
        assert_eq!(needed(&estimate(0.0, 1e-5, 4e-4), 0.0, 0.95, 0.8).examples, None);
        // half of the room is lost to what is missing: 4 times the examples; all of it: none suffice
        let missing = |gap| Estimate { gap, ..estimate(0.0, 0.0, 4e-4) };
        let got = needed(&missing(0.005), 0.01, 0.95, 0.8).examples.unwrap();
        assert!((39_560..39_600).contains(&got), "{got}");
        assert_eq!(needed(&missing(0.01), 0.01, 0.95, 0.8).examples, None);
    }

    #[test]
    fn power_follows_margin_and_size() {
        // se_v² = 4e-4, holdout of the same size: needs 1.6487 · 0.02 (t, 399 degrees; here with repeats
        // none in the parts, so up to 403), spread √8e-4; (0 + 0.05 − 0.03297) / 0.028284 = 0.602: 0.726
        let got = confirmation_power(&estimate(0.0, 0.0, 4e-4), 0.05, 400, 400, 0.95);
        assert!((got - 0.726).abs() < 2e-3, "{got}");
        let larger = confirmation_power(&estimate(0.0, 0.0, 4e-4), 0.05, 400, 1600, 0.95);
        assert!(larger > got);
        assert_eq!(confirmation_power(&estimate(0.0, 0.0, 0.0), 0.05, 400, 400, 0.95), 1.0);
        assert_eq!(confirmation_power(&estimate(0.0, 0.0, 1.0), 0.05, 400, 0, 0.95), 0.0);
    }

    proptest! {
        #[test]
        fn needed_is_the_edge(point in -0.005f64..0.01, repeats in 1e-7f64..1e-4, examples in 1e-5f64..1e-3) {
            let estimate = estimate(point, repeats, examples);
            let got = needed(&estimate, 0.01, 0.95, 0.8);
            let success = |parts: Parts| {
                let bound = t_quantile(0.95, parts.degrees_of_freedom()) * parts.total.sqrt();
                (point + 0.01 - bound) / parts.total.sqrt() >= normal_quantile(0.8)
            };
            if let Some(n) = got.examples {
                prop_assert!(success(with_examples(&estimate, n as f64)));
                prop_assert!(n == 400 || !success(with_examples(&estimate, n as f64 - 1.0)));
            }
            if let Some(r) = got.repeats {
                prop_assert!(success(with_repeats(&estimate, f64::from(r))));
                prop_assert!(r == 5 || !success(with_repeats(&estimate, f64::from(r) - 1.0)));
            }
            let few = confirmation_power(&estimate, 0.01, 400, 400, 0.95);
            let wide = confirmation_power(&estimate, 0.02, 400, 400, 0.95);
            prop_assert!((0.0..=1.0).contains(&few) && wide >= few);
        }
    }
}
