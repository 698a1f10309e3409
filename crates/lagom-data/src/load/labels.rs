//! Labels as they are written: which are missing, and which are spellings of one class.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::rows::Rows;
use crate::kind::{ColumnKind, ColumnProfile, Decimal, parse_number_as};
use crate::read::{RawTable, composed, is_missing};
use crate::study::{MissingTarget, Task};

/// How many rows or spellings a message names.
const NAMED: usize = 5;
/// Fewest rows of a class by whose name `NA` is judged.
const FEW: usize = 2;

/// Leaves out the rows whose target is missing, unless the study refuses them, and says so.
pub(super) fn without_unlabelled(rows: &mut Rows, task: &Task, notes: &mut Vec<String>) {
    if task.cells.missing_target == MissingTarget::Refuse {
        return;
    }
    let answers: Vec<usize> = task.answers().iter().filter_map(|name| rows.find(name)).collect();
    let trained = task.kind.is_none_or(|kind| kind.is_trained());
    let Some(&first) = answers.first() else { return };
    let missing: Vec<bool> = if trained {
        let missing = Missing::of(rows, first, task, notes);
        rows.raw(first).map(|cell| missing.is(cell)).collect()
    } else {
        let mut empty = vec![true; rows.count()];
        for &at in &answers {
            rows.raw(at).zip(&mut empty).for_each(|(cell, empty)| *empty &= cell.trim().is_empty());
        }
        empty
    };
    let count = missing.iter().filter(|missing| **missing).count();
    if count == 0 || count == missing.len() {
        return;
    }
    let places: Vec<String> =
        (0..missing.len()).filter(|row| missing[*row]).take(NAMED).map(|row| rows.place(row)).collect();
    let mut spelled: Vec<&str> =
        rows.raw(first).zip(&missing).filter(|(_, missing)| **missing).map(|(cell, _)| cell.trim()).collect();
    spelled.sort_unstable();
    spelled.dedup();
    spelled.retain(|spelling| !spelling.is_empty());
    let written = match (trained, spelled.is_empty()) {
        (true, false) => format!(
            ", written {}: if that is a value, write missing = [] under [task]",
            spelled.iter().map(|spelling| format!("`{spelling}`")).collect::<Vec<_>>().join(", ")
        ),
        _ => String::new(),
    };
    let more = if count > places.len() { ", …" } else { "" };
    notes.push(format!(
        "target `{}` is missing in {count} of {} rows, which are left out ({}{more}){written}; \
         missing-target = \"refuse\" makes that a fault",
        task.answers().join("`, `"),
        missing.len(),
        places.join(", "),
    ));
    rows.retain(&missing.iter().map(|missing| !missing).collect::<Vec<bool>>());
}

/// What counts as a missing label.
pub(super) enum Missing {
    /// The spellings that the study names.
    Told(Vec<String>),
    /// The usual ones, in a column of numbers.
    Usual,
    /// The usual ones but for those that may well be the name of a class.
    ButWords,
    /// As these, and `NA` is a class.
    ButWordsAndNa,
    /// Empty cells alone.
    Empty,
}

impl Missing {
    /// What counts as missing in a column of labels; a guess is told.
    pub(super) fn of(rows: &Rows, at: usize, task: &Task, notes: &mut Vec<String>) -> Self {
        if let Some(told) = &task.cells.missing {
            return Self::Told(told.clone());
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for cell in rows.raw(at) {
            *counts.entry(cell.trim()).or_default() += 1;
        }
        let present = || counts.iter().filter(|(cell, _)| !is_missing(cell));
        let number = |cell: &str| {
            parse_number_as(cell, Decimal::Point).or_else(|| parse_number_as(cell, Decimal::Comma)).is_some()
        };
        let all: usize = present().map(|(_, count)| count).sum();
        let numbers: usize = present().filter(|(cell, _)| number(cell)).map(|(_, count)| count).sum();
        if all > 0 && numbers * 20 >= all * 19 {
            return Self::Usual;
        }
        let name = &rows.first.columns[at].name;
        let spelled: Vec<(&&str, &usize)> =
            counts.iter().filter(|(cell, _)| !cell.is_empty() && is_missing(cell)).collect();
        let words = |cell: &str| matches!(cell, "None" | "none" | "-" | ".");
        // What is left beside these has to be two classes at least.
        if present().count() + spelled.iter().filter(|(cell, _)| words(cell)).count() == 1 && !spelled.is_empty() {
            let mut read: Vec<String> =
                spelled.iter().map(|(cell, count)| format!("`{cell}` ({} rows)", count)).collect();
            read.sort_unstable();
            notes.push(format!(
                "target `{name}`: {} {}, since fewer than two classes would be left otherwise; if that means a missing label, there is \
                 nothing to tell apart",
                read.join(" and "),
                if read.len() == 1 { "is read as a class" } else { "are read as classes" }
            ));
            return Self::Empty;
        }
        let code = |cell: &str| cell.len() == 2 && cell.bytes().all(|byte| byte.is_ascii_uppercase());
        let codes = present().all(|(cell, _)| code(cell)) && present().count() >= 2;
        match counts.get("NA") {
            Some(&count) if codes && count >= FEW => {
                notes.push(format!(
                    "target `{}`: `NA` ({count} rows) is read as a class, since the others are codes of two capitals too; if it \
                     means that the label is missing, write missing = [\"NA\"] under [task]",
                    name
                ));
                Self::ButWordsAndNa
            }
            _ => Self::ButWords,
        }
    }

    /// Whether a cell is missing.
    pub(super) fn is(&self, cell: &str) -> bool {
        let cell = cell.trim();
        match self {
            Self::Told(spellings) => cell.is_empty() || spellings.iter().any(|spelling| spelling == cell),
            Self::Usual => is_missing(cell),
            Self::ButWords => is_missing(cell) && !matches!(cell, "None" | "none" | "-" | "."),
            Self::Empty => cell.is_empty(),
            Self::ButWordsAndNa => is_missing(cell) && !matches!(cell, "None" | "none" | "-" | "." | "NA"),
        }
    }
}

/// The labels of all rows, spellings of one class made one: texts that differ in how accents are encoded, numbers
/// written with and without zeros behind the point, and `True` beside `TRUE`, unless the study calls the column categorical. Other classes that
/// differ in capitals alone are named.
pub(super) fn labels<'r>(
    rows: &'r Rows,
    at: usize,
    (task, look): (&Task, &ColumnProfile),
    notes: &mut Vec<String>,
) -> Vec<Cow<'r, str>> {
    let name = &rows.first.columns[at].name;
    let cells: Vec<&str> = rows.raw(at).map(str::trim).collect();
    if task.columns.contains_key(name) {
        return cells.into_iter().map(Cow::Borrowed).collect();
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    cells.iter().for_each(|cell| *counts.entry(cell).or_default() += 1);
    let mut spellings: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for (cell, count) in counts {
        spellings.entry(class_key(cell, look.decimal)).or_default().insert(cell, count);
    }
    let mut names: HashMap<&str, String> = HashMap::new();
    let mut merged: Vec<String> = Vec::new();
    for spelled in spellings.values() {
        // The shortest is the plainest: `1`, not `1.0`; of several the commonest.
        let plain = spelled
            .iter()
            .map(|(cell, count)| (composed(cell).into_owned(), *count))
            .min_by_key(|(cell, count)| (cell.len(), Reverse(*count), cell.clone()))
            .map(|(cell, _)| cell);
        let Some(plain) = plain else { continue };
        if spelled.len() > 1 {
            let all: Vec<String> = spelled.iter().map(|(cell, count)| format!("`{cell}` ({count} rows)")).collect();
            merged.push(all.join(" and "));
        }
        names.extend(spelled.keys().filter(|cell| **cell != plain).map(|cell| (*cell, plain.clone())));
    }
    if !merged.is_empty() {
        let more = merged.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        notes.push(format!(
            "target `{name}`: spellings of one class are merged: {}{more}; to keep them apart write {name:?} = \"categorical\" \
             under [task.columns]",
            merged.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "),
        ));
    }
    alike(name, spellings.keys(), notes);
    let as_one = |cell| names.get(cell).map_or(Cow::Borrowed(cell), |plain| Cow::Owned(plain.clone()));
    cells.into_iter().map(as_one).collect()
}

/// Names classes that differ in nothing but capitals and white space within.
fn alike<'k>(name: &str, keys: impl Iterator<Item = &'k String>, notes: &mut Vec<String>) {
    let mut same: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for key in keys {
        let plain = key.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        same.entry(plain).or_default().push(key);
    }
    let pairs: Vec<String> = same
        .values()
        .filter(|keys| keys.len() > 1)
        .map(|keys| keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" and "))
        .collect();
    if !pairs.is_empty() {
        let more = pairs.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        notes.push(format!(
            "target `{name}`: {}{more} differ only in capitals or spaces and are read as different classes; if they are one, write them \
             in one way in the file",
            pairs.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "),
        ));
    }
}

/// Words for yes and no, which programs write with capitals of their own.
const SAID: [&str; 4] = ["true", "false", "yes", "no"];

/// What all spellings of a class have in common.
pub fn class_key(cell: &str, decimal: Decimal) -> String {
    let cell = cell.trim();
    let digits = cell.trim_start_matches(['-', '+', '\u{2212}']);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    // Leading zeros make a code.
    let coded = digits.len() > 1 && digits.starts_with('0') && !digits[1..].starts_with(['.', ',']);
    if let Some(word) = SAID.iter().find(|word| word.eq_ignore_ascii_case(cell)) {
        return (*word).to_owned();
    }
    match parse_number_as(cell, decimal).filter(|number| plain && !coded && number.is_finite()) {
        Some(number) => format!("{}", number + 0.0),
        None => composed(cell).into_owned(),
    }
}

/// The look of a target with its values counted as numbers, where it holds whole ones in several spellings.
pub(super) fn counted(table: &RawTable, at: usize, look: &ColumnProfile) -> ColumnProfile {
    let mut look = look.clone();
    if look.kind == ColumnKind::Numeric && look.integers {
        let keys = table.columns[at].iter().flatten().map(|cell| class_key(cell, look.decimal));
        look.distinct = keys.collect::<std::collections::HashSet<String>>().len();
    }
    look
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_class() {
        let key = |cell: &str| class_key(cell, Decimal::Point);
        assert_eq!(key("1.0"), key("1"));
        assert_eq!(key("-2.50"), key("-2.5"));
        assert_eq!(key("0.0"), key("0"));
        assert_eq!(key("caf\u{e9}"), key("cafe\u{301}"));
        assert_eq!((key("TRUE"), key("No")), (key("true"), key("no")));
        for (a, b) in [("01", "1"), ("1E0", "1"), ("A", "a"), ("1.1", "1.2"), ("$1", "1")] {
            assert_ne!(key(a), key(b), "{a} {b}");
        }
        assert_eq!(class_key("1,0", Decimal::Comma), class_key("1", Decimal::Comma));
    }
}
