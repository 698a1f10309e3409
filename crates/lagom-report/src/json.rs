//! The findings as JSON, with the derived figures beside them.

use serde::Serialize;

use super::{Findings, Shown};

#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    findings: &'a Findings,
    shown: Shown,
}

/// The findings as pretty JSON with a newline at the end; what the other forms derive from them is
/// under `shown`.
///
/// Numbers that are infinite or not a number are `null`. [`Findings`] reads it back where there are none.
#[must_use]
pub fn json(findings: &Findings) -> String {
    pretty(&Page { findings, shown: Shown::of(findings) })
}

/// A page of its own as pretty JSON with a newline at the end.
#[must_use]
pub fn json_page(page: &impl Serialize) -> String {
    pretty(page)
}

/// Maps with text keys and plain values, of which there is nothing that JSON can't write, with a newline at the end.
pub(super) fn pretty(page: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(page).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    format!("{text}\n")
}
