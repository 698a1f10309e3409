//! What a curve says, in words for a terminal, as a page with a plot, and as JSON.
//!
//! As everywhere in the report, nothing is computed here: every number comes from the findings, and the
//! JSON holds them all.

mod chart;
mod numbers;
mod page;
mod tables;
mod words;

use serde::Serialize;

use crate::render;
use lagom_import::scaling::ScalingFindings;

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    findings: &'a ScalingFindings,
    headline: String,
    sentences: Vec<String>,
    notes: Vec<String>,
}

/// The findings as pretty JSON with a newline at the end, with the sentences that the other forms show.
/// Numbers that are infinite or not a number are `null`.
#[must_use]
pub fn json(findings: &ScalingFindings) -> String {
    crate::json::pretty(&Page {
        findings,
        headline: words::headline(findings),
        sentences: words::sentences(findings),
        notes: words::notes(findings),
    })
}

/// The curve as one HTML file, without network or script. Each number in its tables stands in a `<data>` element with the value it
/// has in the JSON.
#[must_use]
pub fn html(findings: &ScalingFindings) -> String {
    render::html(&page::document(findings))
}

/// The curve for a terminal of `width` columns; no line is wider. No colours.
#[must_use]
pub fn terminal(findings: &ScalingFindings, width: usize) -> String {
    render::terminal(&page::document(findings), width)
}
