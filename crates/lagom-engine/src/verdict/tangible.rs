//! The difference of a test in a measure that people can picture: errors among answers, or the target's own unit.

use super::types::{Tangible, Test, TestKind};
use crate::metric::{Metric, OutcomeKind};
use crate::stats::Estimate;

/// The plainer measure of a metric: for right or wrong answers the metric itself, for classes accuracy, for R² RMSE; none
/// where there is no plainer one, or the metric is in the target's unit already.
#[must_use]
pub(super) fn measure(metric: Metric) -> Option<Metric> {
    match metric {
        Metric::R2 => Some(Metric::Rmse),
        metric if metric.is_right_or_wrong() => Some(metric),
        metric if metric.fits(OutcomeKind::Classes(2)) => Some(Metric::Accuracy),
        _ => None,
    }
}

/// The tests' differences in the plainer measure. `paired` gives the difference of two candidates on the rows of a test, and
/// what both come to there.
pub(super) fn of_tests(
    tests: &[Test],
    metric: Metric,
    paired: impl Fn(Metric, &Test) -> Option<(Estimate, f64, f64)>,
) -> Vec<Tangible> {
    let Some(measure) = measure(metric) else { return Vec::new() };
    let compared = tests.iter().filter(|test| test.kind == TestKind::NonInferiority);
    let one = |test: &Test| {
        let (difference, own, other) = paired(measure, test)?;
        let (candidate, against) = (test.candidate.clone(), test.against.clone()?);
        Some(Tangible { candidate, against, metric: measure, own, other, difference })
    };
    compared.filter_map(one).collect()
}
