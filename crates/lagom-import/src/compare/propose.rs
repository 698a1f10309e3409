//! A margin where the user names neither margin nor bar.

use super::matrix::{Mean, ScoreMatrix};
use crate::stats::{StatsError, normal_quantile};
use crate::verdict::{MARGINS, POWER};

/// The smallest usual margin that these scores can resolve: the first of [`MARGINS`] (times what a score of 1 is on
/// the metric's scale) that is at least `(z_bound + z_power)` standard errors of the difference that a verdict is
/// likeliest to hang on, that of the reference to the best of the cheaper `members` (of all others where none is
/// cheaper). The largest of them where none is wide enough: a wider one is no loss "nobody would notice".
///
/// That the margin depends on the scores costs no honesty: the bounds of the differences hold at once whatever the
/// margin is, and a verdict only reads off on which side of it they lie.
///
/// # Errors
/// Fewer than two examples or clusters.
pub(super) fn margin(
    matrix: &ScoreMatrix,
    (members, reference): (&[usize], Option<usize>),
    (means, bound): (&[Mean], f64),
) -> Result<f64, StatsError> {
    let Some(reference) = reference else { return Ok(MARGINS[0] * unit(matrix, 1.0)) };
    let unit = unit(matrix, means[reference].estimate().point);
    let cheaper: Vec<usize> = members.iter().copied().take_while(|at| *at != reference).collect();
    let others = members.iter().copied().filter(|at| *at != reference);
    let rivals = if cheaper.is_empty() { others.collect() } else { cheaper };
    let likeliest = rivals.into_iter().max_by(|a, b| means[*a].estimate().point.total_cmp(&means[*b].estimate().point));
    let found = likeliest.map(|rival| matrix.compare((rival, reference), (bound, bound), 0.0)).transpose()?;
    let error = found.map_or(0.0, |found| found.estimate.standard_error);
    let resolvable = (normal_quantile(bound) + normal_quantile(POWER)) * error;
    let step = MARGINS.iter().find(|step| **step * unit >= resolvable * 0.999).or(MARGINS.last());
    let margin = step.map_or(unit, |step| step * unit);
    // Two digits read well in any unit; the way over text gives the nearest such number.
    let tidy = format!("{margin:.1e}").parse::<f64>().ok().filter(|margin| margin.is_finite() && *margin > 0.0);
    Ok(tidy.unwrap_or(margin))
}

/// What a score of 1 is on the metric's scale: the next power of ten from the width of the range of scores, or, of
/// means alone, from the `reference`'s (1 for shares).
fn unit(matrix: &ScoreMatrix, reference: f64) -> f64 {
    let width = matrix.width().unwrap_or_else(|| reference.abs().max(1.0));
    10_f64.powi(width.max(f64::MIN_POSITIVE).log10().ceil() as i32)
}
