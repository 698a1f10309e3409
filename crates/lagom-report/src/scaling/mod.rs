//! What a curve says, in words for a terminal, as a page with a plot, and as JSON.
//!
//! As everywhere in the report, nothing is computed here: every number comes from the findings, and the
//! JSON holds them all.

mod chart;
mod numbers;
mod page;
mod tables;
mod terminal;
mod words;

pub use page::html;
pub use terminal::terminal;

use serde::Serialize;

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
    let page = Page {
        findings,
        headline: words::headline(findings),
        sentences: words::sentences(findings),
        notes: words::notes(findings),
    };
    // Maps with text keys and plain values alone: nothing here that JSON cannot write.
    let mut text = serde_json::to_string_pretty(&page).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    text.push('\n');
    text
}
