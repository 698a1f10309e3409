//! How sure each single bound has to be, so that all claims hold at once.

use super::field::{Field, minus};
use crate::stats::{max_t_quantile, t_quantile};

/// Up to this many candidates the quantile counts how they move together; beyond, Bonferroni's does, which is
/// hardly wider then and needs no drawing.
const MOST_JOINT: usize = 12;
/// Halvings of the search for the confidence of a quantile: 0.05 / 2^40 is below 1e-13.
const HALVINGS: u32 = 40;

/// The confidence of each one-sided bound of the differences among `members`, such that with `confidence` the
/// bounds of all others against the truly best one hold at once, whichever that is.
///
/// It is `confidence` itself for two. Bonferroni's `1 − (1 − confidence) / (members − 1)` is never exceeded.
pub(super) fn with_the_best(field: &Field, members: &[usize], (confidence, seed): (f64, u64)) -> f64 {
    let others = members.len().saturating_sub(1);
    let against = |control: usize| {
        let rest: Vec<usize> = members.iter().copied().filter(|at| *at != control).collect();
        against(field, (&rest, control), (confidence, seed))
    };
    match field.columns() {
        Some(_) if (2..=MOST_JOINT - 1).contains(&others) => {
            members.iter().map(|&control| against(control)).fold(confidence, f64::max)
        }
        _ => bonferroni(confidence, others),
    }
}

/// As [`with_the_best`], of the candidates `tested` against one that was named beforehand.
pub(super) fn against(field: &Field, (tested, control): (&[usize], usize), (confidence, seed): (f64, u64)) -> f64 {
    let Some((columns, clusters)) = field.columns().filter(|_| (2..MOST_JOINT).contains(&tested.len())) else {
        return bonferroni(confidence, tested.len());
    };
    let Some(base) = columns.get(control) else { return bonferroni(confidence, tested.len()) };
    let differences: Vec<Vec<f64>> =
        tested.iter().filter_map(|at| columns.get(*at)).map(|own| minus(own, base)).collect();
    single(&differences, clusters, (confidence, seed))
}

/// As [`against`], of the means of `tested`, as against a bar.
pub(super) fn means(field: &Field, tested: &[usize], (confidence, seed): (f64, u64)) -> f64 {
    let Some((columns, clusters)) = field.columns().filter(|_| (2..MOST_JOINT).contains(&tested.len())) else {
        return bonferroni(confidence, tested.len());
    };
    let own: Vec<Vec<f64>> = tested.iter().filter_map(|at| columns.get(*at)).cloned().collect();
    single(&own, clusters, (confidence, seed))
}

/// The confidence that shares the error equally among `count` bounds.
pub(super) fn bonferroni(confidence: f64, count: usize) -> f64 {
    1.0 - (1.0 - confidence) / count.max(1) as f64
}

/// The confidence of a single bound whose quantile is the simultaneous one of these columns.
fn single(columns: &[Vec<f64>], clusters: Option<&[u32]>, (confidence, seed): (f64, u64)) -> f64 {
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let quantile = max_t_quantile(&slices, clusters, confidence, seed);
    let groups = clusters.map_or_else(
        || columns.first().map_or(0, Vec::len),
        |ids| ids.iter().max().map_or(0, |most| *most as usize + 1),
    );
    let degrees = (groups as f64 - 1.0).max(1.0);
    let (mut low, mut high) = (confidence, bonferroni(confidence, columns.len()));
    if t_quantile(high, degrees) <= quantile {
        return high;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if t_quantile(middle, degrees) < quantile {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
