//! What a comparison of other tools' results found, as text, page and JSON. Words and numbers alone: what is
//! good enough was decided before.

mod answer;
mod charts;
mod context;
mod either_order;
mod facts;
mod page;
mod replay_chart;
mod tables;
mod words;

use serde::Serialize;

use crate::answer::Answer;
use crate::render;
use context::CompareContext;
use lagom_import::compare::CompareFindings;

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    findings: &'a CompareFindings,
    /// The answers in words, in their order.
    shown: Vec<Answer>,
}

/// The findings as pretty JSON with a newline at the end; the answers in words are under `shown`.
///
/// Numbers that are infinite or not a number are `null`.
#[must_use]
pub fn compare_json(findings: &CompareFindings) -> String {
    let shown = findings.answers.iter().map(|answer| answer::answer(&CompareContext::new(findings, answer))).collect();
    crate::json::pretty(&Page { findings, shown })
}

/// The report as one HTML file. Each number in its tables stands in a `<data>` element with the value it has in the JSON.
#[must_use]
pub fn compare_html(findings: &CompareFindings) -> String {
    render::html(&page::document(findings))
}

/// The report as Markdown: for each answer its words, figures and notes, with the candidates folded; then the tasks,
/// folded as well.
#[must_use]
pub fn compare_markdown(findings: &CompareFindings) -> String {
    render::markdown(&page::document(findings))
}

/// The report for a terminal of `width` columns: for each answer its words, figures and table, then the tasks.
///
/// No line is wider than `width` (or 24, whichever is more): columns are left out and names cut instead. No colours.
#[must_use]
pub fn compare_terminal(findings: &CompareFindings, width: usize) -> String {
    render::terminal(&page::document(findings), width)
}
