//! What a comparison of other tools' results found, as text, page and JSON. Words and numbers alone: what is
//! good enough was decided before.

mod answer;
mod charts;
mod context;
mod either_order;
mod facts;
mod html;
mod markdown;
mod replay_chart;
mod table;
mod terminal;
mod words;

pub use html::compare_html;
pub use markdown::compare_markdown;
pub use terminal::compare_terminal;

use serde::Serialize;

use crate::answer::Answer;
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
    // Plain values and text alone: nothing here that JSON cannot write.
    let text = serde_json::to_string_pretty(&Page { findings, shown });
    let mut text = text.unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    text.push('\n');
    text
}
