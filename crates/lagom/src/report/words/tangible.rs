//! Differences as people picture them: errors among 1,000 answers, or the target's own unit.

use super::answer::Fact;
use super::teller::Teller;
use crate::metric::Metric;
use crate::report::numbers::{Style, count, metric_title};
use crate::verdict::{Tangible, Test};

/// Answers among which errors are counted.
const THOUSAND: f64 = 1_000.0;

/// Of R² what the difference is in the target's unit, as a figure; none for other metrics.
pub(super) fn tell(teller: &Teller<'_>) -> Option<Fact> {
    let found = of(teller, teller.deciding()?)?;
    if found.metric != Metric::Rmse {
        return None;
    }
    let style = Style::of_values(found.other);
    let bound = bound(teller, found);
    let limit = if bound < 0.0 { "at most" } else { "at least" };
    let way = if bound < 0.0 { "larger" } else { "smaller" };
    let detail = format!(
        "against {} for {}, in units of {}; {limit} {} {way} ({})",
        style.value(found.other),
        found.against,
        teller.findings.data.target,
        style.size(bound),
        teller.confidence()
    );
    Some(Fact::new("error", format!("{} {}", metric_title(found.metric), style.value(found.own)), detail))
}

/// The difference of a test in a measure that people picture, with its bound: `19 more errors in 1,000 answers than hosted (at
/// most 31 more, 95 %)`; of R² `an RMSE 0.3 larger`; none where there is none.
pub(super) fn difference(teller: &Teller<'_>, test: &Test) -> Option<String> {
    let found = of(teller, test)?;
    let bound = bound(teller, found);
    let sure = teller.confidence();
    if found.metric == Metric::Rmse {
        let style = Style::of_values(found.other);
        let way = if found.difference.point < 0.0 { "larger" } else { "smaller" };
        let target = &teller.findings.data.target;
        return Some(format!("an RMSE {} {way}, in units of {target}", style.size(found.difference.point)));
    }
    let errors = |difference: f64| (difference.abs() * THOUSAND).round() as u64;
    let (number, most) = (errors(found.difference.point), errors(bound));
    let limit = |most: u64| match bound < 0.0 {
        _ if most == 0 => format!("no more, {sure}"),
        true => format!("at most {} more, {sure}", count(most)),
        false => format!("at least {} fewer, {sure}", count(most)),
    };
    let told = match (number, found.difference.point < 0.0) {
        (0, _) => return Some(format!("as many errors in 1,000 answers as {} ({})", found.against, limit(most))),
        (1, true) => "1 more error".to_owned(),
        (1, false) => "1 fewer error".to_owned(),
        (number, true) => format!("{} more errors", count(number)),
        (number, false) => format!("{} fewer errors", count(number)),
    };
    Some(format!("{told} in 1,000 answers than {} ({})", found.against, limit(most)))
}

/// The same difference, seen from the other side and at its least: `at least 22 more errors in 1,000 answers (95 %)`.
pub(super) fn at_least(teller: &Teller<'_>, test: &Test) -> Option<String> {
    let found = of(teller, test).filter(|found| found.metric != Metric::Rmse)?;
    let upper = if found.metric == teller.findings.terms.metric {
        test.upper
    } else {
        found.difference.upper(test.confidence.unwrap_or(teller.findings.terms.confidence))
    };
    let number = |value: f64| count((value.abs() * THOUSAND).round() as u64);
    (upper < 0.0).then(|| {
        format!(
            "{} more errors in 1,000 answers (at least {}, {})",
            number(found.difference.point),
            number(upper),
            teller.confidence()
        )
    })
}

fn of<'a>(teller: &Teller<'a>, test: &Test) -> Option<&'a Tangible> {
    let all = &teller.findings.analysis.tangible;
    all.iter().find(|one| one.candidate == test.candidate && Some(&one.against) == test.against.as_ref())
}

/// The bound of the test itself where it is in this measure; else its own at the test's confidence.
fn bound(teller: &Teller<'_>, found: &Tangible) -> f64 {
    let terms = &teller.findings.terms;
    let test = teller
        .findings
        .analysis
        .tests
        .iter()
        .find(|test| test.candidate == found.candidate && test.against.as_ref() == Some(&found.against));
    match test {
        Some(test) if found.metric == terms.metric => test.lower,
        test => found.difference.lower(test.and_then(|test| test.confidence).unwrap_or(terms.confidence)),
    }
}
