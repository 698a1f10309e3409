//! The tests on the holdout, in order, in plain words.

use maud::{Markup, html};

use crate::Shown;
use crate::numbers::plural;
use crate::study::Rule;
use crate::verdict::Test;
use crate::words::{ReportContext, Told, step_title};

/// The tests and how to read them.
pub(super) fn evidence(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let analysis = &context.findings.analysis;
    if analysis.tests.is_empty() {
        let rows = if context.cross_fitted() { "sealed scores were" } else { "holdout was" };
        return html! { p { "The " (rows) " not read: there was nothing to test." } };
    }
    html! {
        @if context.cross_fitted() { (cross_fitted(context)) } @else { p {
            "The candidates to test, and their order, were fixed on validation rows before the holdout was read. Each was then compared on the same "
            (plural(analysis.holdout_examples, "holdout row", "holdout rows"))
            "; the first failure ends the sequence" (promoted(context))
        } }
        ol.tests {
            @for (at, (test, told)) in analysis.tests.iter().zip(&shown.tests).enumerate() {
                (line(test, told, context.findings.verdict.carried_by == Some(at)))
            }
        }
    }
}

/// How the tests were made where each repeat sealed its own fold.
fn cross_fitted(context: &ReportContext<'_>) -> Markup {
    html! {
        p {
            "Every row was tested, each time by models that had not seen it: each repeat sealed another part of the "
            (plural(context.findings.analysis.holdout_examples, "row", "rows"))
            ". All candidates that validation rows leave plausible were compared on them, the surest first, each with a bound strict enough that all of them hold together at "
            (context.confidence())
            " (Holm 1979); the first failure ends the tests" (promoted(context))
        }
    }
}

/// That a bound of the staircase counts as a test does.
fn promoted(context: &ReportContext<'_>) -> String {
    let enough = match context.findings.terms.rule {
        Rule::Margin(_) => "is within the margin",
        Rule::Bar(_) => "is past the bar",
    };
    format!(
        ", but a candidate whose own bound in the table (“{}”) {enough} counts as well: those hold all at once. Positive differences are better.",
        step_title(context)
    )
}

fn line(test: &Test, told: &Told, carries: bool) -> Markup {
    let class = match told.reply {
        _ if !test.counted => "uncounted",
        "Yes" => "passed",
        "No" => "failed",
        _ => "unclear",
    };
    html! {
        li class=(class) {
            p.asked { (told.question) " " b { (told.reply) "." } @if carries { span.carries { "carries the verdict" } } }
            p.reason { (told.reason) }
        }
    }
}
