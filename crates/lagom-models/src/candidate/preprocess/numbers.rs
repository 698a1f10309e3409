//! Numbers on one scale: how each scaling is fitted, and the quantile transform.

use super::encoding::Encoding;
use super::fit::Style;
use super::plan::Scaling;
use crate::stats;

/// Quantiles that a column's numbers are ranked by: as many points of its distribution are stored.
const QUANTILES: usize = 256;
/// How near to the least or greatest training number a number counts as that one: scikit-learn's `BOUNDS_THRESHOLD`.
const BOUND: f64 = 1e-7;

/// The encoding of a column whose training cells are these; NaN is a missing one.
pub(super) fn number_encoding(cells: impl Iterator<Item = f64>, style: Style, scaling: Scaling) -> Encoding {
    if style == Style::Raw {
        return Encoding::Raw;
    }
    let (mut all, mut known) = (0_usize, Vec::new());
    for value in cells {
        all += 1;
        if !value.is_nan() {
            known.push(value);
        }
    }
    known.sort_unstable_by(f64::total_cmp);
    let indicator = known.len() < all;
    let at = |share: f64| if known.is_empty() { 0.0 } else { stats::percentile(&known, share) };
    let median = at(0.5);
    let or_one = |scale: f64| if scale > 0.0 { scale } else { 1.0 };
    match scaling {
        Scaling::Standard => {
            let (mean, deviation) = (stats::mean(&known), stats::variance(&known).sqrt());
            let mean = if known.is_empty() { 0.0 } else { mean };
            Encoding::Scaled { mean, deviation: or_one(deviation), median, indicator }
        }
        Scaling::Robust => Encoding::Scaled { mean: median, deviation: or_one(at(0.75) - at(0.25)), median, indicator },
        Scaling::None => Encoding::Unscaled { median, indicator },
        Scaling::Quantile => {
            let count = QUANTILES.min(known.len());
            let share = |place: usize| place as f64 / count.saturating_sub(1).max(1) as f64;
            let quantiles = (0..count).map(|place| at(share(place))).collect();
            Encoding::Quantile { quantiles, median, indicator }
        }
    }
}

/// The normal deviate of a number's rank among evenly spaced quantiles, as scikit-learn's `QuantileTransformer` has it: between two
/// quantiles in proportion, and in the middle of those that are equal.
pub(super) fn normal_rank(value: f64, quantiles: &[f64]) -> f64 {
    let (Some(least), Some(most)) = (quantiles.first(), quantiles.last()) else { return 0.0 };
    let steps = quantiles.len().saturating_sub(1).max(1) as f64;
    let rank = if value - BOUND < *least {
        0.0
    } else if value + BOUND > *most {
        1.0
    } else {
        // The first quantile that is not below the number, and the first that is above it: they differ where some are equal to it.
        let (from, above) = (quantiles.partition_point(|q| *q < value), quantiles.partition_point(|q| *q <= value));
        if from < above {
            (from + above - 1) as f64 / 2.0 / steps
        } else {
            match (quantiles.get(above.wrapping_sub(1)), quantiles.get(above)) {
                (Some(low), Some(high)) => ((above - 1) as f64 + (value - low) / (high - low)) / steps,
                // Only quantiles that do not rise have no such place.
                _ => 0.5,
            }
        }
    };
    let furthest = -stats::normal_quantile(BOUND - f64::EPSILON);
    stats::normal_quantile(rank).clamp(-furthest, furthest)
}
