//! What probes found, as every form of the report shows it: one line of texts for each line of a probe's table.

use super::Findings;
use super::numbers::{Style, count};
use crate::metric::Metric;
use crate::probe::{Cell, ProbeResult, probe};

/// What a probe found, in words.
pub(super) struct Probed<'a> {
    /// What heads it.
    pub(super) title: String,
    /// What it came to, in sentences.
    pub(super) said: &'a str,
    /// The heads of its columns; empty where it found nothing.
    pub(super) columns: &'a [String],
    /// Its lines, of as many cells each.
    pub(super) lines: Vec<Vec<String>>,
}

/// What the probes found, in their order.
pub(super) fn probed(findings: &Findings) -> Vec<Probed<'_>> {
    let title = |found: &ProbeResult| {
        probe(&found.probe)
            .map_or_else(|| found.candidate.clone(), |probe| format!("{}: {}", probe.about().title, found.candidate))
    };
    let one = |found| Probed {
        title: title(found),
        said: &found.said,
        columns: if found.lines.is_empty() { &[] } else { &found.columns },
        lines: found.lines.iter().map(|cells| cells.iter().map(text).collect()).collect(),
    };
    findings.probes.iter().map(one).collect()
}

/// One cell as it is written.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(number) => count(*number),
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
