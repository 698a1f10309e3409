//! What the names of candidates mean, for those who read them for the first time.

use super::context::ReportContext;
use crate::candidate::{about, family};
use crate::numbers::{plural, short_count};
use crate::verdict::Row;

/// What a candidate is, in a few words: `250 decision trees of at most 8 leaves`.
pub(crate) fn name_told(row: &Row) -> String {
    if let Some(family) = family(row.family) {
        return family.told(&row.name);
    }
    let what = about(row.family).map_or("", |about| about.summary);
    let size = row.parameters.map(|size| format!(", {} parameters", short_count(size))).unwrap_or_default();
    let shots = row.calls.as_ref().map(|calls| u64::from(calls.shots)).filter(|shots| *shots > 0);
    let shots = shots
        .map(|shots| format!(", with {} before each question", plural(shots, "solved example", "solved examples")));
    format!("{what}{size}{}", shots.unwrap_or_default())
}

/// What the candidates are that these texts name, in the order in which they do, the first of each family: the names of the
/// others are made like it. None where they name none.
pub(crate) fn names_told(context: &ReportContext<'_>, texts: &[&str]) -> Option<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/' | ':');
    // A name may be the beginning of another one.
    let named = |row: &Row| {
        texts.iter().enumerate().find_map(|(at, text)| {
            let spots = text.match_indices(&row.name).map(|(from, _)| (from, from + row.name.len()));
            let alone = |(from, to): &(usize, usize)| {
                let after = text[*to..].trim_start_matches(['.', ':']);
                !text[..*from].ends_with(is_part) && !after.starts_with(is_part)
            };
            spots.filter(|_| !row.name.is_empty()).find(alone).map(|(from, _)| (at, from))
        })
    };
    let rows = context.findings.analysis.screening.rows.iter();
    let mut found: Vec<((usize, usize), &Row)> = rows.filter_map(|row| Some((named(row)?, row))).collect();
    found.sort_by_key(|(place, _)| *place);
    let mut families = Vec::new();
    found.retain(|(_, row)| {
        let first = !families.contains(&row.family);
        families.push(row.family);
        first
    });
    let told: Vec<String> = found.iter().map(|(_, row)| format!("{}: {}", row.name, name_told(row))).collect();
    (!told.is_empty()).then(|| format!("{}.", told.join("; ")))
}
