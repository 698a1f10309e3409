//! On which rows the figures of table and plots are, in words.

use super::teller::Teller;
use crate::figures::{On, whole};
use crate::numbers::{count, plural};
use crate::study::FamilyId;
use crate::verdict::Row;

/// The mark behind a figure that is not on the rows of the verdict; empty for one that is, and where none is.
pub(crate) fn mark(teller: &Teller<'_>, on: On) -> &'static str {
    match on {
        On::Part => "*",
        On::Validation if whole(teller.findings).is_some() => "v",
        On::Verdict | On::Validation => "",
    }
}

/// What a mark means, for those who point at it.
pub(crate) fn meaning(teller: &Teller<'_>, on: On) -> String {
    match on {
        On::Part if teller.cross_fitted() => "on part of the rows alone: fewer repeats".to_owned(),
        On::Part => "of fewer repeats, or on part of the rows alone: fewer were asked".to_owned(),
        On::Validation => "on validation rows".to_owned(),
        On::Verdict => verdict_rows(teller),
    }
}

/// The rows of the verdict: `on the 320 holdout rows`.
fn verdict_rows(teller: &Teller<'_>) -> String {
    let all = teller.findings.analysis.holdout_examples;
    match whole(teller.findings) {
        None => "on validation rows".to_owned(),
        Some(_) if teller.cross_fitted() => {
            format!("on all {}, each tested by models that had not seen it", plural(all, "row", "rows"))
        }
        // Where the test stopped as soon as it was sure.
        Some(some) if some < all => format!("on the {} of {} holdout rows that the test took", count(some), count(all)),
        Some(_) => format!("on the {}", plural(all, "holdout row", "holdout rows")),
    }
}

/// On which rows the figures of a plot are: `on the 320 holdout rows, where the table has no mark`.
pub(crate) fn plotted(teller: &Teller<'_>) -> String {
    let rows = teller.findings.analysis.screening.rows.iter().filter(|row| row.quality.is_some());
    let marked = rows.map(|row| mark(teller, teller.figure(row).on)).any(|mark| !mark.is_empty());
    format!("{}{}", verdict_rows(teller), if marked { ", where the table has no mark" } else { "" })
}

/// One sentence below a table: on which rows its figures are, and what the marks in it mean.
pub(crate) fn legend(teller: &Teller<'_>) -> String {
    let rows = &teller.findings.analysis.screening.rows;
    let measured = rows.iter().filter(|row| row.is_figured());
    let marked: Vec<(&Row, &str)> = measured.map(|row| (row, mark(teller, teller.figure(row).on))).collect();
    let mut text = format!("Figures are {}", verdict_rows(teller));
    let mut parts = Vec::new();
    for (row, _) in marked.iter().filter(|(_, mark)| *mark == "*") {
        let part = match row.calls {
            Some(_) => "on part of them alone (fewer rows asked)",
            None if teller.cross_fitted() => "on part of them alone (fewer repeats)",
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
    text.push_str(&overtaken(teller));
    text
}

/// Why the best has a lower figure than another one in the same table.
fn overtaken(teller: &Teller<'_>) -> String {
    if teller.incumbent().is_some() || !teller.is_overtaken() {
        return String::new();
    }
    let within = |name: &str| teller.row(name).is_some_and(|row| row.family != FamilyId::BASELINE);
    let reference = teller.reference();
    if !within(reference) {
        return String::new();
    }
    // With cross-fitting these are the same rows, answered by other models.
    let before = if teller.cross_fitted() { "" } else { " before these were read" };
    format!(" {reference} was the best on validation rows, where it was picked{before}.")
}
