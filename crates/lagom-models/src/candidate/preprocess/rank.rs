//! A number's rank among quantiles.

use crate::stats;

/// How near to the least or greatest training number a number counts as that one: scikit-learn's `BOUNDS_THRESHOLD`.
const BOUND: f64 = 1e-7;

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
