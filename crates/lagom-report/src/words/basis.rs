//! On which rows the figures of table and plots are, in words.

use super::context::ReportContext;
use crate::figures::{On, whole};
use crate::numbers::{count, plural};
use crate::study::FamilyId;
use crate::verdict::Row;

/// The mark behind a figure that is not on the rows of the verdict; empty for one that is, and where none is.
pub(crate) fn mark(context: &ReportContext<'_>, on: On) -> &'static str {
    match on {
        On::Part => "*",
        On::Validation if whole(context.findings).is_some() => "v",
        On::Verdict | On::Validation => "",
    }
}

/// What a mark means, for those who point at it.
pub(crate) fn meaning(context: &ReportContext<'_>, on: On) -> String {
    match on {
        On::Part if context.cross_fitted() => "on part of the rows alone: fewer repeats".to_owned(),
        On::Part => "of fewer repeats, or on part of the rows alone: fewer were asked".to_owned(),
        On::Validation => "on validation rows".to_owned(),
        On::Verdict => verdict_rows(context),
    }
}

/// The rows of the verdict: `on the 320 holdout rows`.
fn verdict_rows(context: &ReportContext<'_>) -> String {
    let all = context.findings.analysis.holdout_examples;
    match whole(context.findings) {
        None => "on validation rows".to_owned(),
        Some(_) if context.cross_fitted() => {
            format!("on all {}, each tested by models that had not seen it", plural(all, "row", "rows"))
        }
        // Where the test stopped as soon as it was sure.
        Some(some) if some < all => format!("on the {} of {} holdout rows that the test took", count(some), count(all)),
        Some(_) => format!("on the {}", plural(all, "holdout row", "holdout rows")),
    }
}

/// On which rows the figures of a plot are: `on the 320 holdout rows, where the table has no mark`.
pub(crate) fn plotted(context: &ReportContext<'_>) -> String {
    let rows = context.findings.analysis.screening.rows.iter().filter(|row| row.quality.is_some());
    let marked = rows.map(|row| mark(context, context.figure(row).on)).any(|mark| !mark.is_empty());
    format!("{}{}", verdict_rows(context), if marked { ", where the table has no mark" } else { "" })
}

/// One sentence below a table: on which rows its figures are, and what the marks in it mean.
pub(crate) fn legend(context: &ReportContext<'_>) -> String {
    let rows = &context.findings.analysis.screening.rows;
    let measured = rows.iter().filter(|row| row.is_figured());
    let marked: Vec<(&Row, &str)> = measured.map(|row| (row, mark(context, context.figure(row).on))).collect();
    let mut text = format!("Figures are {}", verdict_rows(context));
    let mut parts = Vec::new();
    for (row, _) in marked.iter().filter(|(_, mark)| *mark == "*") {
        let part = match row.calls {
            Some(_) => "on part of them alone (fewer rows asked)",
            None if context.cross_fitted() => "on part of them alone (fewer repeats)",
            None => "of fewer repeats",
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if !parts.is_empty() {
        text.push_str(&format!("; * {}: compare by the difference", parts.join(", or ")));
    }
    if marked.iter().any(|(_, mark)| *mark == "v") {
        text.push_str("; v on validation rows");
    }
    text.push('.');
    text.push_str(&overtaken(context));
    text
}

/// Why the best has a lower figure than another one in the same table.
fn overtaken(context: &ReportContext<'_>) -> String {
    if context.incumbent().is_some() || !context.is_overtaken() {
        return String::new();
    }
    let within = |name: &str| context.row(name).is_some_and(|row| row.family != FamilyId::BASELINE);
    let reference = context.reference();
    if !within(reference) {
        return String::new();
    }
    // With cross-fitting these are the same rows, answered by other models.
    let before = if context.cross_fitted() { "" } else { " before these were read" };
    format!(" {reference} was the best on validation rows, where it was picked{before}.")
}
