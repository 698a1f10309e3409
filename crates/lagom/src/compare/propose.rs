//! A margin where the user names neither margin nor bar.

use super::field::Field;
use crate::stats::{StatsError, median, normal_quantile};
use crate::verdict::{MARGINS, POWER};

/// The smallest usual margin that these scores can resolve: the first of [`MARGINS`] (times what a score of 1 is on
/// the metric's scale) that is at least `(z_bound + z_power)` standard errors of a difference to the reference, the
/// median over the other candidates. The largest of them where none is wide enough: a wider one is no loss
/// "nobody would notice".
///
/// That the margin depends on the measured spread costs no honesty: the bounds of the differences hold at once
/// whatever the margin is, and a verdict only reads off on which side of it they lie.
///
/// # Errors
/// Fewer than two examples or clusters.
pub(super) fn margin(
    field: &Field,
    (members, reference): (&[usize], Option<usize>),
    bound: f64,
) -> Result<f64, StatsError> {
    let unit = unit(field);
    let Some(reference) = reference else { return Ok(MARGINS[0] * unit) };
    let others = members.iter().filter(|at| **at != reference);
    let errors = others.map(|at| field.compare((*at, reference), (bound, bound), 0.0));
    let errors = errors.map(|found| found.map(|found| found.estimate.standard_error));
    let errors = errors.collect::<Result<Vec<f64>, _>>()?;
    let error = if errors.is_empty() { 0.0 } else { median(&errors) };
    let resolvable = (normal_quantile(bound) + normal_quantile(POWER)) * error;
    let step = MARGINS.iter().find(|step| **step * unit >= resolvable * 0.999).or(MARGINS.last());
    let margin = step.map_or(unit, |step| step * unit);
    // Two digits read well in any unit; the way over text gives the nearest such number.
    let tidy = format!("{margin:.1e}").parse::<f64>().ok().filter(|margin| margin.is_finite() && *margin > 0.0);
    Ok(tidy.unwrap_or(margin))
}

/// What a score of 1 is on the metric's scale: the width of the range of scores where that is known, else the next
/// power of ten from the width of the observed scores (or, of means alone, from the largest; 1 for shares).
fn unit(field: &Field) -> f64 {
    let (width, known) = field.scale();
    if known || width <= 1.0 || !width.is_finite() {
        return if known && width > 0.0 && width.is_finite() { width } else { 1.0 };
    }
    10_f64.powi(width.log10().ceil() as i32)
}
