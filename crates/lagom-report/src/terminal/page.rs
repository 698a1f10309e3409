//! The page: headline, sentences, figures, table, notes.

use super::table::table;
use super::wrap::{left, length, wrap};
use crate::probes::{as_sentence, probed};
use crate::answer::Fact;
use crate::words::{ReportContext, legend};
use crate::{Findings, Shown};

const INDENT: usize = 2;
/// Between a figure's text and what is gained.
const GAP: usize = 3;
/// Lines of what a probe found; the other forms of the report show all.
const PROBED: usize = 5;
/// Narrower terminals are treated as this wide.
const NARROWEST: usize = 24;

/// The report for a terminal of `width` columns: the answer in words, its figures, then the table.
///
/// No line is wider than `width` (or 24, whichever is more) and no row of the table is broken: columns are shortened and
/// left out instead. No colours.
#[must_use]
pub fn terminal(findings: &Findings, width: usize) -> String {
    let width = width.max(NARROWEST);
    let shown = Shown::of(findings);
    let mut lines = wrap(&shown.answer.headline, width);
    lines.push(String::new());
    for sentence in &shown.answer.sentences {
        lines.extend(indented(sentence, INDENT, width));
    }
    for caution in &shown.answer.cautions {
        lines.push(String::new());
        lines.extend(indented(caution, INDENT, width));
    }
    if shown.answer.sentences.len() > 1 || !shown.answer.cautions.is_empty() {
        lines.push(String::new());
    }
    lines.extend(facts(&shown.answer.facts, width));
    let context = ReportContext::new(findings);
    let rows = table(&context, &shown, width);
    if !rows.is_empty() {
        lines.push(String::new());
        lines.extend(rows);
        lines.push(String::new());
        lines.extend(indented(&legend(&context), INDENT, width));
    }
    for one in probed(findings) {
        lines.push(String::new());
        lines.extend(indented(&format!("{}. {}", one.title, one.said), INDENT, width));
        for cells in one.lines.iter().take(PROBED) {
            lines.extend(indented(&as_sentence(one.columns, cells), 2 * INDENT, width));
        }
        if let more @ 1.. = one.lines.len().saturating_sub(PROBED) {
            lines.extend(indented(&format!("{more} more in the report"), 2 * INDENT, width));
        }
    }
    if !shown.answer.notes.is_empty() {
        lines.push(String::new());
    }
    for note in &shown.answer.notes {
        lines.extend(indented(note, INDENT, width));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Wrapped lines, moved in.
pub(crate) fn indented(text: &str, indent: usize, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(indent));
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(indent))).collect()
}

/// The figures in three columns: label, text and gain; the gain follows the text where there is no room.
pub(crate) fn facts(facts: &[Fact], width: usize) -> Vec<String> {
    let label = facts.iter().map(|fact| length(&fact.label)).max().unwrap_or(0) + 2;
    let room = width.saturating_sub(INDENT + label);
    let gaining = || facts.iter().filter(|fact| !fact.gain.is_empty());
    let text = gaining().map(|fact| length(&fact.text())).max().unwrap_or(0);
    let aligned = gaining().all(|fact| text + GAP + length(&fact.gain) <= room);
    let mut lines = Vec::new();
    for fact in facts {
        let body = match fact.gain.as_str() {
            "" => wrap(&fact.text(), room),
            gain if aligned => vec![format!("{}{gain}", left(&fact.text(), text + GAP))],
            gain => wrap(&format!("{}; {gain}", fact.text()), room),
        };
        for (at, line) in body.into_iter().enumerate() {
            let name = if at == 0 { fact.label.as_str() } else { "" };
            lines.push(format!("{}{}{line}", " ".repeat(INDENT), left(name, label)));
        }
    }
    lines
}
