//! Numbers on one scale: how each scaling is fitted, and the quantile transform.

use super::encoding::Encoding;
use super::plan::{Scaling, Style};
use crate::stats;

/// Quantiles that a column's numbers are ranked by: as many points of its distribution are stored.
const QUANTILES: usize = 256;

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
