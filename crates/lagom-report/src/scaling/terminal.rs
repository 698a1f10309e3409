//! A curve on a terminal: the answer in words, then the constants and what was asked.

use super::tables::{Table, constants, predictions};
use super::words::{budget, headline, notes, sentences, serving};
use crate::terminal::wrap::{cut, left, length, right, wrap};
use lagom_import::scaling::ScalingFindings;

const INDENT: usize = 2;
/// Spaces between columns.
const GAP: usize = 2;
/// Narrower terminals are treated as this wide.
const NARROWEST: usize = 24;

/// The curve for a terminal of `width` columns; no line is wider. No colours.
#[must_use]
pub fn terminal(findings: &ScalingFindings, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut lines = wrap(&headline(findings), width);
    lines.push(String::new());
    for sentence in sentences(findings) {
        lines.extend(indented(&sentence, width));
    }
    let law = format!("The law, fitted to {} points: {}", findings.fit.points, findings.fit.formula);
    lines.extend(headed(&law, grid(&constants(findings), width), width));
    if !findings.predictions.is_empty() {
        lines.extend(headed("What the law predicts", grid(&predictions(findings), width), width));
        for found in &findings.predictions {
            if let Some(why) = &found.refused {
                lines.extend(indented(&format!("Refused because {why}."), width));
                break;
            }
        }
    }
    let asked: Vec<String> = findings
        .budgets
        .iter()
        .map(|found| budget(findings, found))
        .chain(findings.serving.iter().map(|found| serving(findings, found)))
        .collect();
    if !asked.is_empty() {
        let body = asked.iter().flat_map(|said| indented(said, width)).collect();
        lines.extend(headed("Compute", body, width));
    }
    lines.push(String::new());
    for note in notes(findings) {
        lines.extend(indented(&note, width));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn indented(text: &str, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(INDENT));
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(INDENT))).collect()
}

fn headed(head: &str, body: Vec<String>, width: usize) -> Vec<String> {
    std::iter::once(String::new()).chain(wrap(head, width)).chain(body).collect()
}

/// A table in columns; where it is too wide the last columns are left out, then lines are cut.
fn grid(table: &Table, width: usize) -> Vec<String> {
    let texts: Vec<Vec<&str>> = std::iter::once(table.head.iter().map(String::as_str).collect())
        .chain(table.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()))
        .collect();
    let widest = |at: usize| texts.iter().filter_map(|row| row.get(at)).map(|text| length(text)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table.head.len()).map(widest).collect();
    let wide = |kept: usize| INDENT + widths.iter().take(kept).map(|width| width + GAP).sum::<usize>() - GAP;
    let kept = (3..=widths.len()).rev().find(|kept| wide(*kept) <= width).unwrap_or(3.min(widths.len()));
    let line = |row: &Vec<&str>| {
        let cells = row.iter().zip(&widths).take(kept).enumerate().map(|(at, (text, width))| {
            if table.words.contains(&at) { left(text, *width) } else { right(text, *width) }
        });
        let text = cells.collect::<Vec<String>>().join(&" ".repeat(GAP));
        cut(format!("{}{text}", " ".repeat(INDENT)).trim_end(), width)
    };
    texts.iter().map(line).collect()
}
