//! Which figures of a candidate a report shows: those on the rows that the verdict rests on, wherever they were read.

use serde::Serialize;

use super::Findings;
use super::span::Span;
use crate::stats::Estimate;
use crate::verdict::Row;

/// On which rows a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// The rows of the verdict: the holdout, all rows where cross-fitted, or as many as a test has seen.
    Verdict,
    /// The rows of the verdict, but fewer repeats than the reference has, which where cross-fitted are part of the rows; or fewer rows
    /// asked.
    Part,
    /// Validation rows.
    Validation,
}

/// The figures of one candidate in table and plots.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Quality, in the metric's unit.
    pub quality: Option<Span>,
    /// Difference to the reference on the same rows; positive is better.
    pub difference: Option<Span>,
    /// On which rows.
    pub on: On,
}

/// The figures of a candidate that is shown.
pub(super) fn figure(findings: &Findings, row: &Row) -> Figure {
    let (metric, confidence) = (findings.terms.metric, findings.terms.confidence);
    let span = |found: Option<&Estimate>| found.and_then(|found| Span::of(found, confidence));
    let finite = |found: &&Estimate| found.point.is_finite();
    let Some(read) = row.holdout_quality.as_ref().filter(finite) else {
        let quality = span(row.quality.as_ref()).map(|span| span.within(metric));
        return Figure { quality, difference: span(row.difference.as_ref()), on: On::Validation };
    };
    let whole = whole(findings).unwrap_or(read.examples);
    let on = if read.examples < whole || has_fewer_repeats(findings, (row, read)) { On::Part } else { On::Verdict };
    Figure {
        quality: span(Some(read)).map(|span| span.within(metric)),
        difference: span(row.holdout_difference.as_ref()),
        on,
    }
}

/// Whether a candidate was trained fewer times than the reference; what is asked has no repeats.
fn has_fewer_repeats(findings: &Findings, (row, read): (&Row, &Estimate)) -> bool {
    let screening = &findings.analysis.screening;
    let reference = screening.reference.as_deref().and_then(|name| screening.row(name));
    let of_reference = reference.filter(|row| row.calls.is_none()).and_then(|row| row.holdout_quality.as_ref());
    row.calls.is_none() && of_reference.is_some_and(|found| read.repeats < found.repeats)
}

/// How many rows the figures of the verdict are on: those of the reference, or else the most of any; none where none was
/// read.
pub(super) fn whole(findings: &Findings) -> Option<u64> {
    let screening = &findings.analysis.screening;
    let reference = screening.reference.as_deref().and_then(|name| screening.row(name));
    let of = |row: &Row| row.holdout_quality.as_ref().map(|found| found.examples);
    reference.and_then(of).or_else(|| screening.rows.iter().filter_map(of).max())
}
