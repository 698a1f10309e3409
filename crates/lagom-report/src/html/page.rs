//! The page as a whole.

use maud::{Markup, html};

use super::document::document;
use super::{asking, background, evidence, plots, probes, table, tiles, untried};
use crate::numbers::plural;
use crate::words::{ReportContext, legend};
use crate::{Findings, Shown};

/// The report as one HTML file: no network, no script. Each number in its tables stands in a `<data>`
/// element with the value it has in the JSON.
#[must_use]
pub fn html(findings: &Findings) -> String {
    let context = ReportContext::new(findings);
    let shown = Shown::of(findings);
    let title = format!("{}: {}", findings.name, shown.answer.headline);
    document(&title, &findings.machine.lagom, &body(&context, &shown))
}

fn body(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let findings = context.findings;
    let rows = &findings.analysis.screening.rows;
    html! {
        header { span.brand { "lagom" } span { "study " b { (findings.name) } } }
        main {
            (tiles::answer(context, shown))
            (drawn("Quality and what it costs", plots::quality(context, shown)))
            section {
                h2 { "The candidates" }
                p {
                    (plural(rows.len() as u64, "candidate", "candidates")) ", from the cheapest to the dearest. " (legend(context)) " Each has "
                    @if findings.climb.is_some() && findings.study.trials.repeats > 2 { "2 to " } (findings.study.trials.repeats) " repeats, with intervals of " (context.confidence())
                    "; differences are to the reference, and positive is better. The metric is " (context.metric()) ", " code { (shown.signature) } "."
                }
                (table::table(context, shown))
                (untried::table(context, shown))
            }
            (asking::section(context, shown))
            (probes::sections(findings))
            (drawn("Learning", plots::learning(context, shown)))
            section { h2 { "The tests" } (evidence::evidence(context, shown)) }
            section { h2 { "The data" } (background::data(context)) }
            section { h2 { "The study" } (background::origin(context)) }
            section { h2 { "Words used here" } (background::words(context)) }
        }
        footer { "Made by lagom " (findings.machine.lagom) ". All numbers on this page are in report.json." }
    }
}

/// A section of plots; nothing where none could be drawn.
fn drawn(heading: &str, plots: Markup) -> Markup {
    html! { @if plots.0.contains("<svg class=\"plot") { section { h2 { (heading) } (plots) } } }
}
