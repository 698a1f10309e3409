//! Repeated keys: a column such as `patient` whose values each stand in several rows that are much alike.
//!
//! If rows of one patient stand on both sides of a split, a model is rewarded for knowing the patient again. What it would
//! come to with new patients is another matter, and only a split by group shows it.

use std::hash::Hash;

use hashbrown::HashMap;

use super::rows::Rows;
use crate::caution::Caution;
use crate::dataset::{Column, Dataset, MISSING, Target, Values};
use crate::kind::{ColumnKind, ColumnProfile};

/// Fewest keys: splits that keep groups whole need as many.
const FEWEST: usize = 10;
/// Fewest keys of a column whose name says nothing.
const FEWEST_UNNAMED: usize = 20;
/// Rows of a key in the mean: from where rows come again, up to where a value is a category rather than a thing.
const PER_KEY: (f64, f64) = (1.5, 100.0);
/// As the upper end of [`PER_KEY`] for living things, of which hundreds of recordings are usual.
const PER_PERSON: f64 = 1_000.0;
/// The part of all rows that one key may have, as one in so many.
const LARGEST: usize = 5;
/// From here on rows of a key are alike in their target: of a named column, and of any other.
const ALIKE: (f64, f64) = (0.1, 0.9);
/// From here on a column is nearly constant within a key.
const CONSTANT: f64 = 0.75;
/// The share of such columns that a column needs whose name says nothing.
const CONSTANT_SHARE: f64 = 0.5;
/// Standard errors of no likeness at all by which a likeness has to stand out.
const ERRORS: f64 = 4.0;

/// Words for living things and what acts: rows of the same one are never independent.
const PERSONS: [&str; 26] = [
    "patient",
    "subject",
    "participant",
    "respondent",
    "person",
    "user",
    "customer",
    "client",
    "student",
    "pupil",
    "employee",
    "driver",
    "player",
    "speaker",
    "author",
    "writer",
    "reviewer",
    "annotator",
    "member",
    "household",
    "family",
    "animal",
    "mouse",
    "donor",
    "visitor",
    "applicant",
];
/// Words for things that several rows may be of.
const THINGS: [&str; 32] = [
    "session",
    "account",
    "device",
    "sensor",
    "machine",
    "engine",
    "vehicle",
    "specimen",
    "slide",
    "scan",
    "recording",
    "video",
    "clip",
    "conversation",
    "dialog",
    "dialogue",
    "thread",
    "document",
    "doc",
    "article",
    "paper",
    "url",
    "uri",
    "episode",
    "trial",
    "visit",
    "case",
    "claim",
    "order",
    "invoice",
    "contract",
    "encounter",
];
/// Words that make a key of what stands before them.
const ENDS: [&str; 13] =
    ["id", "ids", "no", "nr", "num", "number", "key", "uid", "uuid", "guid", "hash", "identifier", "name"];

/// How much a name says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Named {
    Nothing,
    Thing,
    Person,
}

/// The column that tells best which rows are of the same thing, if any does.
///
/// `used` says of each column of the file whether it could be one: not the target, nor what splits follow already.
pub(super) fn repeated_key(rows: &Rows, looks: &[ColumnProfile], dataset: &Dataset, used: &[bool]) -> Option<Caution> {
    let mut best: Option<(f64, Caution)> = None;
    for at in (0..looks.len()).filter(|&at| used[at]) {
        let Some((worth, found)) = key(rows, (at, &looks[at]), dataset) else { continue };
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, found));
        }
    }
    best.map(|(_, found)| found)
}

/// What speaks for one column as a key, and how much.
fn key(rows: &Rows, (at, look): (usize, &ColumnProfile), dataset: &Dataset) -> Option<(f64, Caution)> {
    let name = rows.first.columns[at].name.as_str();
    let named = named(name);
    let odd = look.dates || matches!(look.kind, ColumnKind::Boolean | ColumnKind::Constant | ColumnKind::Identifier);
    let fraction = look.kind == ColumnKind::Numeric && !look.integers;
    let unnamed = named == Named::Nothing && look.kind == ColumnKind::Text;
    if odd || fraction || unnamed || look.distinct < FEWEST {
        return None;
    }
    let column = dataset.columns.iter().find(|column| column.name == name).map(|column| &column.values);
    let (of_row, keys) = match column {
        Some(Values::Categories { codes, .. }) => {
            numbered(codes.iter().map(|code| (*code != MISSING).then_some(*code)))
        }
        Some(Values::Numbers(numbers)) => {
            numbered(numbers.iter().map(|number| (!number.is_nan()).then(|| (number + 0.0).to_bits())))
        }
        // One that no model sees has its cells alone.
        _ => numbered(rows.cells(at).map(|cell| cell.map(str::trim))),
    };
    if (of_row.iter().flatten().count() as f64) < PER_KEY.0 * keys as f64 {
        return None;
    }
    let groups = Groups::of(&of_row, keys);
    if !groups.repeat(named) {
        return None;
    }
    let alike = groups.alike(&Cells::of_target(dataset.given()));
    let sure = |least: f64| alike >= least && alike >= ERRORS / (groups.pairs as f64).sqrt();
    // The other columns are a long way through the rows, which nothing but a person's name is worth without this.
    if named == Named::Nothing && !sure(ALIKE.1) || named == Named::Thing && !sure(ALIKE.0) {
        return None;
    }
    let others: Vec<&Column> = dataset.columns.iter().filter(|column| column.name != name).collect();
    let told: Vec<f64> = others.iter().filter_map(|column| Some(groups.alike(&Cells::of_column(column)?))).collect();
    let constant = told.iter().filter(|alike| **alike >= CONSTANT).count() as f64 / told.len().max(1) as f64;
    // A key that is the only input is no more than what the model answers from.
    let (seen, texts) = (others.len() < dataset.columns.len(), told.len() < others.len());
    let known = (seen && !others.is_empty()) || constant > 0.0 || texts;
    let counts = match named {
        // A number may count such things, or be of any other use, unless its rows are alike.
        Named::Person if look.kind == ColumnKind::Numeric => known && (constant > 0.0 || sure(ALIKE.0)),
        Named::Person => known,
        Named::Thing => known && (look.kind != ColumnKind::Numeric || constant > 0.0),
        Named::Nothing => groups.keys >= FEWEST_UNNAMED && constant >= CONSTANT_SHARE,
    };
    let found = Caution::RepeatedKey {
        column: name.to_owned(),
        keys: groups.keys as u64,
        rows: groups.rows as u64,
        alike,
        constant,
        named: named != Named::Nothing,
    };
    counts.then(|| (alike + constant + f64::from(named as u8), found))
}

/// The key of each row, numbered as they come, and how many there are.
fn numbered<K: Hash + Eq>(cells: impl Iterator<Item = Option<K>>) -> (Vec<Option<u32>>, usize) {
    let mut numbers: HashMap<K, u32> = HashMap::new();
    let of_row = cells.map(|cell| {
        let next = numbers.len() as u32;
        cell.map(|key| *numbers.entry(key).or_insert(next))
    });
    (of_row.collect(), numbers.len())
}

/// What the name of a column says: `patient`, `Patient ID`, `user_no`, `doc-id`, `orderId`; not `user_age`.
fn named(name: &str) -> Named {
    let words = words(name);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ended = words.len() > 1 && words.last().is_some_and(|last| ENDS.contains(last));
    let id = words.last().is_some_and(|last| matches!(*last, "id" | "uid" | "uuid" | "guid")) && words.len() > 1;
    if ended {
        words.pop();
    }
    // Before the noun it may be told which: `anonymous user`; in front of it stands `id` in some files: `id_patient`.
    let noun = words.last().copied().unwrap_or_default();
    // Not in the plural: `households` counts them.
    let is = |list: &[&str]| list.contains(&noun);
    match () {
        () if is(&PERSONS) => Named::Person,
        () if is(&THINGS) || id || words.first() == Some(&"id") && words.len() > 1 => Named::Thing,
        () => Named::Nothing,
    }
}

/// The words of a name, in lower case: at signs between, and where capitals begin.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let turn = letter.is_uppercase() && before.is_lowercase();
        if (turn || !letter.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The rows of each key.
struct Groups {
    members: Vec<Vec<u32>>,
    keys: usize,
    rows: usize,
    /// Rows beyond the first of each key.
    pairs: usize,
}

impl Groups {
    fn of(of_row: &[Option<u32>], keys: usize) -> Self {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); keys];
        for (row, key) in of_row.iter().enumerate() {
            if let Some(rows) = key.and_then(|key| members.get_mut(key as usize)) {
                rows.push(row as u32);
            }
        }
        let rows = members.iter().map(Vec::len).sum();
        Self { keys, rows, pairs: rows - keys, members }
    }

    /// Whether many keys come again a few times each.
    fn repeat(&self, named: Named) -> bool {
        let mean = self.rows as f64 / self.keys.max(1) as f64;
        let most = if named == Named::Person { PER_PERSON } else { PER_KEY.1 };
        let largest = self.members.iter().map(Vec::len).max().unwrap_or(0);
        self.keys >= FEWEST && mean >= PER_KEY.0 && mean <= most && largest * LARGEST <= self.rows
    }

    /// How far the cells are the same within a key, beyond what any two rows are: 0 as by chance, 1 where constant. The
    /// intraclass correlation of numbers (Fisher 1925); of kinds the same with the chance of a difference for the variance.
    fn alike(&self, cells: &Cells<'_>) -> f64 {
        let all: Vec<u32> = self.members.iter().flatten().copied().collect();
        let whole = cells.spread(&all) / (all.len().max(2) - 1) as f64;
        let within: f64 = self.members.iter().map(|rows| cells.spread(rows)).sum();
        if whole > 0.0 && self.pairs > 0 { (1.0 - within / self.pairs as f64 / whole).max(0.0) } else { 0.0 }
    }
}

/// Cells as far as they can be compared.
enum Cells<'a> {
    Kinds(&'a [u32]),
    Numbers(&'a [f64]),
}

impl<'a> Cells<'a> {
    /// The target; that of texts is never alike.
    fn of_target(target: &'a Target) -> Self {
        match target {
            Target::Classes { labels, .. } => Self::Kinds(labels),
            Target::Numbers(values) => Self::Numbers(values),
            Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => Self::Kinds(&[]),
        }
    }

    fn of_column(column: &'a Column) -> Option<Self> {
        match &column.values {
            Values::Numbers(numbers) => Some(Self::Numbers(numbers)),
            Values::Categories { codes, .. } => Some(Self::Kinds(codes)),
            Values::Texts(_) => None,
        }
    }

    /// The sum of squares about the mean, or for kinds half the mean number of differing pairs times two: what a variance is
    /// to numbers. Missing cells do not count.
    fn spread(&self, rows: &[u32]) -> f64 {
        match self {
            Self::Numbers(numbers) => {
                let known: Vec<f64> =
                    rows.iter().map(|&row| numbers[row as usize]).filter(|one| one.is_finite()).collect();
                let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
                known.iter().map(|one| (one - mean).powi(2)).sum()
            }
            Self::Kinds(codes) => {
                let mut counts: HashMap<u32, f64> = HashMap::new();
                let mut all = 0.0;
                for code in rows.iter().filter_map(|&row| codes.get(row as usize)).filter(|code| **code != MISSING) {
                    *counts.entry(*code).or_insert(0.0) += 1.0;
                    all += 1.0;
                }
                // Σ_c n_c (n − n_c) / n is n (1 − Σ p²), the n − 1 times of which estimates the chance of a difference.
                if all > 0.0 { counts.values().map(|count| count * (all - count)).sum::<f64>() / all } else { 0.0 }
            }
        }
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
