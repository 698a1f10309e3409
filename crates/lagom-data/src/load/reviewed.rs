//! Labels that a person has reviewed: a table of rows, each with the label that it was given and the one that is right.
//!
//! ```text
//! suspects.csv of `lagom data`, its last column filled in -> ReviewTable -> Review { right, rows }
//! ```
//!
//! Faults of the file are told with its name and its lines, all at once, those of a kind together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hashbrown::HashMap;

use super::error::DataFault;
use super::labels::class_key;
use super::rows::Rows;
use crate::dataset::Target;
use crate::kind::{Decimal, parse_number_as};
use crate::read::{RawColumn, RawTable, ReadError, ReadOptions, read};
use crate::study::Task;
use crate::study::units::grouped_count;

/// The columns of the table: the number of the row in the file of the data, from 1; the label that it was given; and the right one, empty
/// where nobody has looked.
pub const REVIEW_COLUMNS: [&str; 3] = ["row", "given", "right_label"];

/// The columns of suspects.csv: behind the score stand columns of the data, for whoever goes through them, and to see that they are these data.
pub const SUSPECT_COLUMNS: [&str; 8] =
    ["row", "line", "given", "likely", "given_probability", "likely_probability", "score", "right_label"];

/// The mark behind a cell of the data that is written in part.
pub const CUT: char = '…';

/// Larger targets overflow once they are squared and summed.
const LARGEST: f64 = 1e30;
/// How many columns are compared with the data.
const COMPARED: usize = 20;
/// How many lines or names a message has.
const NAMED: usize = 5;

/// What a person has reviewed, row by row of the data set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Review {
    /// The target with what is right in place of what was wrong.
    pub(super) right: Target,
    /// The rows that were reviewed, in ascending order.
    pub(super) rows: Vec<u32>,
    /// How many rows could have been.
    pub(super) of: u32,
}

/// The file, read, and which of its columns is which of [`REVIEW_COLUMNS`].
pub(super) struct ReviewTable {
    table: RawTable,
    columns: [usize; 3],
}

/// A row of the table whose right label is filled in.
struct Line<'t> {
    /// Its number, from 0.
    at: usize,
    /// Where it stands in the file.
    place: String,
    row: &'t str,
    given: &'t str,
    right: &'t str,
}

impl ReviewTable {
    /// Reads the file that a task names; none where it names none, or the file can't be read, which is noted.
    pub(super) fn read(task: &Task, faults: &mut Vec<DataFault>) -> Option<Self> {
        let path = task.reviewed.as_ref()?;
        // A first line of other names is a fault of its own, and no row.
        let table = match read(path, &ReadOptions { header: Some(true), every_row: true, ..ReadOptions::default() }) {
            Ok(table) => table,
            Err(error) => {
                faults.push(unreadable(path, &error));
                return None;
            }
        };
        let place = |name: &str| table.names().position(|other| other.trim() == name);
        if let [Some(row), Some(given), Some(right)] = REVIEW_COLUMNS.map(place) {
            return Some(Self { table, columns: [row, given, right] });
        }
        let missing: Vec<String> =
            REVIEW_COLUMNS.into_iter().filter(|name| place(name).is_none()).map(|name| format!("`{name}`")).collect();
        let found: Vec<&str> = table.names().take(20).collect();
        faults.push(fault(
            path,
            format!(
                "[task] reviewed: no column {}; its columns are: {}",
                missing.join(" and no column "),
                found.join(", ")
            ),
            "give it the columns row, given and right_label, as suspects.csv of `lagom data` has them",
        ));
        None
    }

    /// The lines that are filled in.
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let cell = |at: usize, line: usize| {
            self.table.columns.get(self.columns[at]).and_then(|column| column.raw(line)).unwrap_or_default().trim()
        };
        let line = move |at: usize| Line {
            at,
            place: match self.table.line(at) {
                Some(line) => format!("line {line}"),
                None => format!("its row {}", at + 1),
            },
            row: cell(0, at),
            given: cell(1, at),
            right: cell(2, at),
        };
        (0..self.table.rows()).map(line).filter(|line| !line.right.is_empty())
    }

    /// How many given labels are those of the data, spelt like this.
    fn fitting(&self, labels: &Spelling<'_>, (rows, target): (&Rows, &Target)) -> usize {
        let fits = |line: &Line<'_>| {
            let row =
                whole(line.row).and_then(|number| number.checked_sub(1)).and_then(|number| position(rows, number));
            let given = labels.value(line.given, target);
            row.zip(given).is_some_and(|(row, given)| given.is(target, row as usize))
        };
        self.lines().filter(fits).count()
    }

    /// What the table says of the rows of these data, whose target is `target`; `first` is how many rows the first file holds, and `least` how
    /// many each class needs. None where anything is wrong with it, which is noted.
    pub(super) fn review(
        &self,
        (rows, target_name, target): (&Rows, &str, &Target),
        (labels, first, least): (&Spelling<'_>, usize, usize),
        faults: &mut Vec<DataFault>,
    ) -> Option<Review> {
        let mut wrong = Wrong::default();
        let other = labels.with_other_decimal();
        let labels =
            if self.fitting(labels, (rows, target)) < self.fitting(&other, (rows, target)) { &other } else { labels };
        let mut like = Likeness::of(&self.table, rows, target_name);
        let mut said: BTreeMap<u32, (Value, &str)> = BTreeMap::new();
        let mut lines = 0;
        for line in self.lines() {
            lines += 1;
            let Some(row) = wrong.place(&line, (rows, first)) else { continue };
            let given = labels.value(line.given, target);
            if !given.as_ref().is_some_and(|given| given.is(target, row as usize)) {
                wrong.other_data.push(format!(
                    "{} says row {} is {}, and it is {}",
                    line.place,
                    line.row,
                    quoted(line.given),
                    told(target, row)
                ));
                continue;
            }
            like.add(line.at, row as usize);
            let Some(right) = labels.value(line.right, target) else {
                *wrong.unknown.entry(line.right.to_owned()).or_default() += 1;
                wrong.unknown_at.get_or_insert_with(|| line.place.clone());
                continue;
            };
            match said.get(&row) {
                Some((before, written)) if *before != right => {
                    wrong.twice.push(format!("row {} as {} and as {}", line.row, quoted(written), quoted(line.right)));
                }
                Some(_) => {}
                None => drop(said.insert(row, (right, line.right))),
            }
        }
        let before = faults.len();
        wrong.tell(&self.table.path, (rows, target, first), faults);
        faults.extend(like.unlike().filter(|_| faults.len() == before).map(|columns| {
            fault(
                &self.table.path,
                format!(
                    "[task] reviewed: rows are not those of {}: given labels are the same, but not what stands in {columns}",
                    rows.first.path.display()
                ),
                "the file belongs to other data, or rows were moved since it was written: let `lagom data` write it anew; columns that you have changed yourself may be taken out",
            )
        }));
        if lines == 0 {
            faults.push(fault(
                &self.table.path,
                format!("[task] reviewed: no cell of right_label is filled in ({} lines)", grouped_count(self.table.rows() as u64)),
                "write the right label into the lines that you have looked at, also where it is the given one; leave the others empty",
            ));
        }
        let mut right = target.clone();
        said.iter().for_each(|(row, (value, _))| value.put(&mut right, *row as usize));
        if faults.len() == before {
            vanishing(&self.table.path, &right, (rows.first.rows(), least), faults);
        }
        let of = u32::try_from(rows.first.rows()).unwrap_or(u32::MAX);
        (faults.len() == before).then(|| Review { right, rows: said.into_keys().collect(), of })
    }
}

/// Where the row of that number, from 0, stands in the data set; none where it was left out.
fn position(rows: &Rows, number: u64) -> Option<u32> {
    let (mut least, mut most) = (0, rows.first.rows());
    while least < most {
        let middle = least.midpoint(most);
        if (rows.first.number(middle) as u64) < number { least = middle + 1 } else { most = middle }
    }
    (least < rows.first.rows() && rows.first.number(least) as u64 == number).then_some(least as u32)
}

/// Whether lines are of the rows that they name, by the columns that they share with the data: few given labels are the same by chance.
struct Likeness<'t> {
    columns: Vec<SharedColumn<'t>>,
    lines: usize,
}

/// A column of the table that the data have, too.
struct SharedColumn<'t> {
    ours: &'t RawColumn,
    theirs: &'t RawColumn,
    /// In how many lines both have the same.
    same: usize,
    /// How often each cell of the data stands among the rows of the lines.
    cells: HashMap<&'t str, usize>,
}

impl SharedColumn<'_> {
    /// The share of lines with the same, and the one that lines of any other rows would have by chance.
    fn shares(&self, lines: usize) -> (f64, f64) {
        let lines = lines as f64;
        (self.same as f64 / lines, self.cells.values().map(|count| (*count as f64 / lines).powi(2)).sum())
    }
}

impl<'t> Likeness<'t> {
    fn of(table: &'t RawTable, rows: &'t Rows, target: &str) -> Self {
        let shared = |ours: &'t RawColumn| {
            let known = ours.name != target && !SUSPECT_COLUMNS.contains(&ours.name.as_str());
            let theirs = rows.first.column(&ours.name).filter(|_| known)?;
            Some(SharedColumn { ours, theirs, same: 0, cells: HashMap::new() })
        };
        Self { columns: table.columns.iter().filter_map(shared).take(COMPARED).collect(), lines: 0 }
    }

    fn add(&mut self, line: usize, row: usize) {
        self.lines += 1;
        for column in &mut self.columns {
            let (ours, theirs) = (column.ours.get(line), column.theirs.get(row).unwrap_or_default());
            column.same += usize::from(same_cell(ours.unwrap_or_default(), theirs));
            *column.cells.entry(theirs).or_default() += 1;
        }
    }

    /// The columns in which lines are no more like their rows than like any others; none where they are like them. A column with nothing in
    /// common is taken for one that a program has written otherwise, as long as another column speaks.
    fn unlike(&self) -> Option<String> {
        let found: Vec<(f64, f64)> = self.columns.iter().map(|column| column.shares(self.lines)).collect();
        let speaking = || found.iter().filter(|(same, _)| *same > 0.0);
        let beyond: f64 = speaking().map(|(same, chance)| same - chance).sum();
        let whole: f64 = speaking().map(|(_, chance)| 1.0 - chance).sum();
        let like = speaking().next().is_some() && beyond >= whole / 2.0 - 1e-9;
        let names: Vec<String> = self.columns.iter().map(|column| format!("`{}`", column.ours.name)).collect();
        (self.lines > 0 && !names.is_empty() && !like).then(|| some(&names))
    }
}

/// Whether two cells hold the same: also a text that was cut, a number that was written otherwise, and spaces that were.
fn same_cell(ours: &str, theirs: &str) -> bool {
    if ours == theirs {
        return true;
    }
    let bare = |cell: &str| cell.split_whitespace().collect::<Vec<&str>>().join(" ");
    let (ours, theirs) =
        (bare(ours.strip_prefix('\'').unwrap_or(ours)), bare(theirs.strip_prefix('\'').unwrap_or(theirs)));
    // A spreadsheet of another country writes the same number with the other mark.
    let numbers = |cell: &str| [Decimal::Point, Decimal::Comma].map(|decimal| parse_number_as(cell, decimal));
    let alike = || numbers(&ours).iter().flatten().any(|number| numbers(&theirs).contains(&Some(*number)));
    let begins = || ours.strip_suffix(CUT).is_some_and(|ours| theirs.starts_with(ours.trim_end()));
    begins() || ours == theirs || alike()
}

/// What is wrong with lines, by kind.
#[derive(Default)]
struct Wrong {
    no_number: Vec<String>,
    beyond: Vec<String>,
    left_out: Vec<String>,
    other_data: Vec<String>,
    /// Labels that are none, and how many lines have each.
    unknown: BTreeMap<String, usize>,
    unknown_at: Option<String>,
    twice: Vec<String>,
}

impl Wrong {
    /// Where in the data set a line's row stands; else why nowhere is noted.
    fn place(&mut self, line: &Line<'_>, (rows, first): (&Rows, usize)) -> Option<u32> {
        let Some(number) = whole(line.row) else {
            self.no_number.push(format!("{}: {}", line.place, quoted(line.row)));
            return None;
        };
        let Some(number) = number.checked_sub(1).filter(|number| *number < first as u64) else {
            self.beyond.push(format!("{}: {}", line.place, line.row));
            return None;
        };
        let found = position(rows, number);
        if found.is_none() {
            self.left_out.push(line.row.to_owned());
        }
        found
    }

    /// Each kind in one fault.
    fn tell(self, path: &Path, (rows, target, first): (&Rows, &Target, usize), faults: &mut Vec<DataFault>) {
        let data = rows.first.path.display();
        let mut kind = |found: &[String], what: String, hint: String| {
            if !found.is_empty() {
                faults.push(fault(path, format!("[task] reviewed: {what}: {}", some(found)), hint));
            }
        };
        kind(
            &self.no_number,
            "expected the number of a row in the column row".to_owned(),
            format!("rows of {data} are numbered from 1, the header not counted"),
        );
        kind(
            &self.beyond,
            format!("there is no such row, {data} has {} of them", grouped_count(first as u64)),
            format!(
                "rows of {data} are numbered from 1, the header not counted; rows of a holdout file can't be named here"
            ),
        );
        kind(
            &self.left_out,
            format!("these rows of {data} have no label, and were left out"),
            format!("write the right label into {data} itself"),
        );
        kind(
            &self.other_data,
            format!("given labels are not those of {data}"),
            "the file belongs to other data, or rows were moved or changed since it was written: let `lagom data` write it anew".to_owned(),
        );
        kind(
            &self.twice,
            "rows are there twice, with different right labels".to_owned(),
            "keep one line of each".to_owned(),
        );
        if !self.unknown.is_empty() {
            let at = self.unknown_at.unwrap_or_default();
            faults.push(unknown(path, (&self.unknown, &at), target));
        }
    }
}

/// Labels that are none of these data.
fn unknown(path: &Path, (found, at): (&BTreeMap<String, usize>, &str), target: &Target) -> DataFault {
    let lines: usize = found.values().sum();
    let names: Vec<String> = found.keys().map(|name| quoted(name)).collect();
    let found_at = format!("{} ({}, the first in {at})", some(&names), counted(lines));
    let Target::Classes { names: classes, .. } = target else {
        return fault(
            path,
            format!(
                "[task] reviewed: expected a finite number of at most 1e30 in size in right_label, found {found_at}"
            ),
            "write the number as the data write theirs; leave the cell empty where nobody has looked",
        );
    };
    let wrong = found.keys().next().map_or("", String::as_str);
    let near = |name: &&String| strsim::jaro_winkler(&name.to_lowercase(), &wrong.to_lowercase());
    let nearest = classes.iter().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|name| near(name) > 0.7);
    let meant = nearest.map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
    let all: Vec<&str> = classes.iter().take(20).map(String::as_str).collect();
    let more = if classes.len() > 20 { ", …" } else { "" };
    fault(
        path,
        format!("[task] reviewed: no class of these data in right_label: {found_at}"),
        format!(
            "{meant}the classes are {}{more}; a new class can't be made this way: label its rows in the data themselves",
            all.join(", ")
        ),
    )
}

/// Classes of which too few rows are left once what is right has taken the place of what was given.
fn vanishing(path: &Path, right: &Target, (first, least): (usize, usize), faults: &mut Vec<DataFault>) {
    let Target::Classes { names, .. } = right else { return };
    let counts = right.counts(&(0..first as u32).collect::<Vec<u32>>());
    let few = names.iter().zip(&counts).filter(|(_, count)| **count < least as u64);
    let few: Vec<String> = few.map(|(name, count)| format!("`{name}` ({count})")).collect();
    if !few.is_empty() {
        faults.push(fault(
            path,
            format!("[task] reviewed: by the right labels, classes with too few rows: {}; each class needs at least {least}", some(&few)),
            "correct these labels in the data themselves, where a class without rows is none; or add rows of them",
        ));
    }
}

/// How labels of these data are spelt.
pub(super) struct Spelling<'a> {
    /// The number of each class by what all of its spellings have in common; by its name, where the study calls the target categorical.
    classes: HashMap<String, u32>,
    names: HashMap<&'a str, u32>,
    exact: bool,
    decimal: Decimal,
}

impl<'a> Spelling<'a> {
    /// That of a target; `exact` where the study keeps spellings of one class apart.
    pub(super) fn of(target: &'a Target, exact: bool, decimal: Decimal) -> Self {
        let all = if let Target::Classes { names, .. } = target { names.as_slice() } else { &[] };
        let number = || all.iter().enumerate().map(|(at, name)| (name, at as u32));
        Self {
            classes: number().map(|(name, at)| (class_key(name, decimal), at)).collect(),
            names: number().map(|(name, at)| (name.as_str(), at)).collect(),
            exact,
            decimal,
        }
    }

    /// The same where the file of labels has the other mark between whole and part of a number.
    fn with_other_decimal(&self) -> Self {
        let decimal = if self.decimal == Decimal::Point { Decimal::Comma } else { Decimal::Point };
        Self { classes: self.classes.clone(), names: self.names.clone(), exact: self.exact, decimal }
    }

    /// What a cell says, also behind the apostrophe by which a spreadsheet takes it for text; none where it is no class, or no number.
    fn value(&self, cell: &str, target: &Target) -> Option<Value> {
        let bare = cell.strip_prefix('\'');
        if matches!(target, Target::Numbers(_)) {
            let number = |cell: &str| parse_number_as(cell, self.decimal);
            let found = number(cell).or_else(|| bare.and_then(number));
            return found.filter(|value| value.is_finite() && value.abs() <= LARGEST).map(Value::Number);
        }
        let class = |cell: &str| {
            let alike = || self.classes.get(&class_key(cell, self.decimal)).filter(|_| !self.exact);
            self.names.get(cell).or_else(alike).copied()
        };
        class(cell).or_else(|| bare.and_then(class)).map(Value::Class)
    }
}

/// A label or a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Class(u32),
    Number(f64),
}

impl Value {
    /// Whether a row of a target has it.
    fn is(&self, target: &Target, row: usize) -> bool {
        match (self, target) {
            (Self::Class(class), Target::Classes { labels, .. }) => labels.get(row) == Some(class),
            (Self::Number(number), Target::Numbers(values)) => values.get(row) == Some(number),
            _ => false,
        }
    }

    /// Gives it to a row.
    fn put(&self, target: &mut Target, row: usize) {
        match (self, target) {
            (Self::Class(class), Target::Classes { labels, .. }) => labels[row] = *class,
            (Self::Number(number), Target::Numbers(values)) => values[row] = *number,
            _ => {}
        }
    }
}

/// What a row of a target has, in words.
fn told(target: &Target, row: u32) -> String {
    match target {
        Target::Classes { labels, names } => {
            let name = labels.get(row as usize).and_then(|label| names.get(*label as usize));
            quoted(name.map_or("", String::as_str))
        }
        Target::Numbers(values) => values.get(row as usize).map(f64::to_string).unwrap_or_default(),
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => String::new(),
    }
}

/// A whole number, also as programs write one that they took for a fraction: `17.0`.
fn whole(cell: &str) -> Option<u64> {
    let fraction = || cell.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number));
    cell.parse().ok().or_else(|| fraction().map(|number| number as u64))
}

fn quoted(text: &str) -> String {
    if text.is_empty() { "empty".to_owned() } else { format!("`{text}`") }
}

fn counted(lines: usize) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{} lines", grouped_count(lines as u64)) }
}

/// The first of them, and how many more there are.
fn some(all: &[String]) -> String {
    let more = all.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(", and {} more", grouped_count(more as u64)) } else { String::new() };
    format!("{}{more}", all.iter().take(NAMED).cloned().collect::<Vec<String>>().join(", "))
}

fn fault(path: &Path, message: impl Into<String>, hint: impl Into<String>) -> DataFault {
    DataFault { file: Some(PathBuf::from(path)), ..DataFault::new(message, hint) }
}

/// A file that can't be read, as a fault beside the others.
fn unreadable(path: &Path, error: &ReadError) -> DataFault {
    let (text, name) = (error.to_string(), path.display().to_string());
    let what = text.strip_prefix(&name).map_or(text.as_str(), |rest| rest.trim_start_matches([':', ',', ' ']));
    let own = "name the file that `lagom data` wrote, filled in, or leave the key out".to_owned();
    let hint = if matches!(error, ReadError::NoRows { .. }) { own } else { error.hint().unwrap_or(own) };
    fault(path, format!("[task] reviewed: {what}"), hint)
}
