//! What probes found, as every form of the report shows it: one line of texts for each line of a probe's table.

use super::Findings;
use super::numbers::{MISSING, Style, count};
use crate::metric::Metric;
use crate::probe::{Cell, ProbeResult, probe};

/// What a probe found, in words.
pub(super) struct Probed<'a> {
    /// What heads it.
    pub(super) title: String,
    /// The whole of it.
    pub(super) found: &'a ProbeResult,
    /// Its tables, the main one first.
    pub(super) tables: Vec<Written<'a>>,
}

/// A table of a probe as it is written.
pub(super) struct Written<'a> {
    /// What it shows; empty for the main one.
    pub(super) title: &'a str,
    /// The heads of its columns; empty where nothing was found.
    pub(super) columns: &'a [String],
    /// Which of them hold words.
    pub(super) words: Vec<bool>,
    /// Its lines, of as many cells each.
    pub(super) lines: Vec<Vec<String>>,
}

/// What the probes found, in their order.
pub(super) fn probed(findings: &Findings) -> Vec<Probed<'_>> {
    let title = |found: &ProbeResult| match probe(&found.probe) {
        Some(probe) if found.candidate.is_empty() => probe.about().title.to_owned(),
        Some(probe) => format!("{}: {}", probe.about().title, found.candidate),
        None => found.candidate.clone(),
    };
    let one = |found| Probed { title: title(found), found, tables: tables(found) };
    findings.probes.iter().map(one).collect()
}

fn tables(found: &ProbeResult) -> Vec<Written<'_>> {
    let main = written("", if found.lines.is_empty() { &[] } else { &found.columns }, &found.lines);
    let others = found.tables.iter().map(|table| written(&table.title, &table.columns, &table.lines));
    std::iter::once(main).chain(others).collect()
}

fn written<'a>(title: &'a str, columns: &'a [String], lines: &[Vec<Cell>]) -> Written<'a> {
    let is_words = |at: usize| lines.iter().any(|cells| matches!(cells.get(at), Some(Cell::Text(_))));
    Written {
        title,
        columns,
        words: (0..columns.len()).map(is_words).collect(),
        lines: lines.iter().map(|cells| cells.iter().map(text).collect()).collect(),
    }
}

/// One cell as it is written.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(number) => count(*number),
        Cell::Unknown => MISSING.to_owned(),
        Cell::Number { value, half, decimals } => {
            let style = Style::exactly(usize::from(*decimals));
            half.map_or_else(|| style.value(*value), |half| style.with_half(style.value(*value), half))
        }
        Cell::Quality { metric, value } => style(*metric, *value).value(*value),
        Cell::Difference { metric, estimate, confidence } => {
            let style = style(*metric, estimate.point);
            let (low, high) = estimate.interval(*confidence);
            style.with_half(style.size(estimate.point), (high - low) / 2.0)
        }
    }
}

/// Shares with three decimals, errors in the target's unit with four digits that count.
fn style(metric: Metric, value: f64) -> Style {
    if metric == Metric::Mae { Style::of_values(value) } else { Style::of_scores(0.0, 0.0) }
}
