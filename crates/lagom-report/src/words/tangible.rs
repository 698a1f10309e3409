//! Differences as people picture them: errors among 1,000 answers, or the target's own unit.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::metric::Metric;
use crate::numbers::{Style, count, metric_title};
use crate::verdict::{Tangible, Test};

/// Answers among which errors are counted.
const THOUSAND: f64 = 1_000.0;

/// Of R² what the difference is in the target's unit, as a figure; none for other metrics.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let test = context.deciding()?;
    let found = of(context, test)?;
    if found.metric != Metric::Rmse {
        return None;
    }
    let style = Style::of_values(found.other);
    let bound = match lower(context, (test, found)) {
        Some(bound) => format!("{} ({})", style.at_worst(bound, ("smaller", "larger")), context.confidence()),
        None => AS_MEASURED.to_owned(),
    };
    let (other, target) = (style.value(found.other), &context.findings.data.target);
    let detail = format!("against {other} for {}, in units of {target}; {bound}", found.against);
    Some(Fact::new("error", format!("{} {}", metric_title(found.metric), style.value(found.own)), detail))
}

/// The difference of a test in a measure that people picture, with its bound: `19 more errors in 1,000 answers than hosted (at
/// most 31 more, 95 %)`; of R² `an RMSE 0.3 larger`; none where there is none.
pub(super) fn difference(context: &ReportContext<'_>, test: &Test) -> Option<String> {
    let found = of(context, test)?;
    if found.metric == Metric::Rmse {
        let style = Style::of_values(found.other);
        let way = if found.difference.point < 0.0 { "larger" } else { "smaller" };
        let target = &context.findings.data.target;
        return Some(format!("an RMSE {} {way}, in units of {target}", style.size(found.difference.point)));
    }
    let limit = lower(context, (test, found)).map_or_else(|| AS_MEASURED.to_owned(), |bound| limit(context, bound));
    let told = match (errors(found.difference.point), found.difference.point < 0.0) {
        (0, _) => return Some(format!("as many errors in 1,000 answers as {} ({limit})", found.against)),
        (1, true) => "1 more error".to_owned(),
        (1, false) => "1 fewer error".to_owned(),
        (number, true) => format!("{} more errors", count(number)),
        (number, false) => format!("{} fewer errors", count(number)),
    };
    Some(format!("{told} in 1,000 answers than {} ({limit})", found.against))
}

fn errors(difference: f64) -> u64 {
    (difference.abs() * THOUSAND).round() as u64
}

/// A bound on the errors in words, rounded to the side that claims less: `at most 31 more, 95 %`.
fn limit(context: &ReportContext<'_>, bound: f64) -> String {
    let (bound, sure) = ((bound * THOUSAND + 1e-6).floor(), context.confidence());
    let number = count(bound.abs() as u64);
    match bound {
        0.0 => format!("no more, {sure}"),
        more if more < 0.0 => format!("at most {number} more, {sure}"),
        _ => format!("at least {number} fewer, {sure}"),
    }
}

/// The same difference, seen from the other side and at its least: `30 more errors in 1,000 answers (at least 22, 95 %)`; none where it
/// is not shown that there are more.
pub(super) fn at_least(context: &ReportContext<'_>, test: &Test) -> Option<String> {
    let found = of(context, test).filter(|found| found.metric != Metric::Rmse)?;
    let least = |upper: f64| (-upper * THOUSAND + 1e-6).floor();
    let limit = match upper(context, (test, found)).map(least) {
        Some(least) if least >= 1.0 => format!("at least {}, {}", count(least as u64), context.confidence()),
        Some(_) => return None,
        None => AS_MEASURED.to_owned(),
    };
    let (number, more) = (errors(found.difference.point), found.difference.point < 0.0);
    (more && number > 0).then(|| format!("{} more errors in 1,000 answers ({limit})", count(number)))
}

/// The measure of a difference that people picture, and the difference with both bounds (positive is better); bounds that are not known in this
/// measure are NaN. None where there is no such measure.
pub(super) fn with_bounds(context: &ReportContext<'_>, test: &Test) -> Option<(Metric, (f64, f64, f64))> {
    let found = of(context, test)?;
    let bound = |bound: Option<f64>| bound.unwrap_or(f64::NAN);
    let (lower, upper) = (bound(lower(context, (test, found))), bound(upper(context, (test, found))));
    Some((found.metric, (found.difference.point, lower, upper)))
}

fn of<'a>(context: &ReportContext<'a>, test: &Test) -> Option<&'a Tangible> {
    let all = &context.findings.analysis.tangible;
    all.iter().find(|one| one.candidate == test.candidate && Some(&one.against) == test.against.as_ref())
}

/// What is said in place of a bound where the test's is about the models handed over, and none of those is known in this measure.
const AS_MEASURED: &str = "as measured";

/// The lower bound of a difference in its plainer measure: that of the test where this is its measure, else its own at the test's
/// confidence. None where the test's was carried to the models handed over, which no other measure was.
fn lower(context: &ReportContext<'_>, (test, found): (&Test, &Tangible)) -> Option<f64> {
    match found.metric == context.findings.terms.metric {
        true => Some(test.lower),
        false => test.carried.is_none().then(|| found.difference.lower(confidence(context, test))),
    }
}

/// The upper bound, likewise.
fn upper(context: &ReportContext<'_>, (test, found): (&Test, &Tangible)) -> Option<f64> {
    match found.metric == context.findings.terms.metric {
        true => Some(test.upper),
        false => test.carried.is_none().then(|| found.difference.upper(confidence(context, test))),
    }
}

fn confidence(context: &ReportContext<'_>, test: &Test) -> f64 {
    test.confidence.unwrap_or(context.findings.terms.confidence)
}
