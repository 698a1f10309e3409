//! The tests on the holdout, in order, in plain words.

use serde::Serialize;

use super::context::ReportContext;
use crate::numbers::{Style, count, metric_title};
use crate::study::Rule;
use crate::verdict::{Test, TestKind};

/// One test in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What is asked.
    pub question: String,
    /// `Yes`, `No`, `Not shown` or `Not counted`.
    pub reply: &'static str,
    /// The figures behind it.
    pub reason: String,
}

/// A test in words.
pub(crate) fn told(context: &ReportContext<'_>, test: &Test) -> Told {
    let reply = match test {
        test if !test.counted => "Not counted",
        test if test.passed => "Yes",
        test if test.upper < test.threshold => "No",
        _ => "Not shown",
    };
    Told { question: question(context, test), reply, reason: reason(context, test) }
}

fn question(context: &ReportContext<'_>, test: &Test) -> String {
    let against = test.against.as_deref().unwrap_or("–");
    match test.kind {
        TestKind::Learned => format!("Is {} better than {against}, which only guesses?", test.candidate),
        TestKind::NonInferiority => {
            format!("Is {} at most {} worse than {against}?", test.candidate, context.style.size(test.threshold))
        }
        TestKind::AboveBar => format!("Does {} clear the bar of {}?", test.candidate, bar(context)),
    }
}

/// The score that a test compares, as people write it.
pub(super) fn score(context: &ReportContext<'_>, test: &Test) -> &'static str {
    metric_title(test.score.unwrap_or(context.findings.terms.metric))
}

/// How numbers of a test are written: those of another score than the study's are shares or nats.
fn style(context: &ReportContext<'_>, test: &Test) -> Style {
    test.score.map_or(context.style, |_| Style::of_scores(1.0, 1.0))
}

/// The bounds of what a candidate gains over guessing.
pub(super) fn against_guessing(context: &ReportContext<'_>, test: &Test) -> String {
    let own = ReportContext { style: style(context, test), ..context.clone() };
    own.between(test.lower, test.upper)
}

fn bar(context: &ReportContext<'_>) -> String {
    match context.findings.terms.rule {
        Rule::Bar(bar) => context.style.value(bar),
        Rule::Margin(_) => "–".to_owned(),
    }
}

fn reason(context: &ReportContext<'_>, test: &Test) -> String {
    let own = ReportContext { style: style(context, test), ..context.clone() };
    let estimate = own.estimate(&test.difference);
    let (lower, upper) = (own.style.signed(own.style.floor(test.lower)), own.style.signed(own.style.ceil(test.upper)));
    let sure = context.confidence();
    let needed = own.style.signed(test.threshold);
    let figures = match test.kind {
        TestKind::AboveBar => format!("The distance from the bar is {estimate}"),
        TestKind::Learned if test.score.is_some() => {
            format!("In {}, which guessing can't raise, the difference is {estimate}", score(context, test))
        }
        TestKind::Learned | TestKind::NonInferiority => format!("The difference is {estimate}"),
    };
    let bound = if !test.passed && test.upper < test.threshold {
        format!("surely below {upper} ({sure}), and {needed} was needed")
    } else {
        format!("surely above {lower} ({sure}); it had to be above {needed}")
    };
    let stopped = match test.sequential {
        Some(found) if found.stopped => {
            let is_sure = test.passed || test.upper < test.threshold;
            let why = if is_sure { "as soon as that was sure" } else { "since all of them would hardly have shown it" };
            format!(". It stopped after {} of {} rows, {why}", count(found.examples), count(found.of))
        }
        Some(found) => format!(". All {} rows were asked", count(found.of)),
        None => String::new(),
    };
    let counted =
        if test.counted { "" } else { ". An earlier test of the sequence had failed, so this one proves nothing" };
    let carried = super::carried::reason(context, test);
    format!("{figures}, {bound}{carried}{stopped}{counted}.")
}
