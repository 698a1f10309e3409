//! The rows of a study's one or two files, side by side.

use std::path::Path;

use super::error::{DataError, DataFault};
use crate::kind::Decimal;
use crate::read::{Format, Held, RawColumn, RawTable, ReadOptions, read};
use crate::study::{self, DecimalMark, Source, Task, TaskKind};

/// The files of a study, read.
pub(super) struct Rows {
    /// The one file, or the training file.
    pub(super) first: RawTable,
    /// The holdout file, and where each column of the first stands in it.
    pub(super) second: Option<(RawTable, Vec<usize>)>,
}

impl Rows {
    /// Reads the files of a task, with what it says of missing cells.
    pub(super) fn read(task: &Task) -> Result<Self, DataError> {
        let mut rows = Self::as_written(task)?;
        if let Some(spellings) = &task.cells.missing {
            rows.first.set_missing(spellings);
            if let Some((second, _)) = &mut rows.second {
                second.set_missing(spellings);
            }
        }
        Ok(rows)
    }

    /// Reads the files of a task; cells that hold lists or objects are kept as their JSON where it is one of text.
    fn as_written(task: &Task) -> Result<Self, DataError> {
        let options = ReadOptions {
            format: task.format.map(file_format).or_else(|| lines(task)),
            header: task.header,
            separator: task.separator,
            nested: task.kind.is_some_and(|kind| !kind.is_trained()),
            every_row: false,
            part: None,
        };
        match &task.source {
            Source::Split(path) => Ok(Self { first: read(path, &options)?, second: None }),
            Source::Given { train, holdout } => {
                let first = read(train, &options)?;
                // Of a file of the same kind what was sniffed in the training file holds for the holdout file too.
                let alike = holdout.extension() == train.extension();
                let same = ReadOptions {
                    format: options.format.or(Some(first.format).filter(|_| alike)),
                    header: options.header.or(Some(first.header).filter(|_| alike)),
                    separator: options.separator.or(first.separator.filter(|_| alike)),
                    ..options
                };
                // Of another kind after all, as programs write CSV with semicolons: it is sniffed by itself.
                let same_columns = |table: &RawTable| first.names().all(|name| table.column(name).is_some());
                let second = match read(holdout, &same) {
                    Ok(table) if same_columns(&table) => table,
                    told => match read(holdout, &options) {
                        Ok(table) if same_columns(&table) => table,
                        _ => told?,
                    },
                };
                let places = places(&first, &second, holdout)?;
                Ok(Self { first, second: Some((second, places)) })
            }
        }
    }

    /// Keeps some of the rows of both files.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        let (first, rest) = keep.split_at(self.first.rows().min(keep.len()));
        self.first.retain(first);
        if let Some((second, _)) = &mut self.second {
            second.retain(rest);
        }
    }

    /// Where each row stands in its files, read one after the other, from 0; `first` is how many rows the first has.
    pub(super) fn numbers(&self, first: usize) -> Vec<u32> {
        let second =
            self.second.iter().flat_map(|(table, _)| (0..table.rows()).map(move |row| first + table.number(row)));
        (0..self.first.rows()).map(|row| self.first.number(row)).chain(second).map(|number| number as u32).collect()
    }

    /// What was left out of the files, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let second = self
            .second
            .iter()
            .flat_map(|(table, _)| table.notes.iter().map(|note| format!("{}: {note}", table.path.display())));
        self.first.notes.iter().cloned().chain(second).collect()
    }

    /// Number of rows of both files.
    pub(super) fn count(&self) -> usize {
        self.first.rows() + self.second.as_ref().map_or(0, |(second, _)| second.rows())
    }

    /// The cells of column `at` of the first file, then of the same column of the second.
    pub(super) fn cells(&self, at: usize) -> impl Iterator<Item = Option<&str>> {
        self.parts(at).flat_map(|column| (0..column.len()).map(|row| column.get(row)))
    }

    /// What the same cells hold.
    pub(super) fn held(&self, at: usize) -> impl Iterator<Item = Held<'_>> {
        self.parts(at).flat_map(|column| (0..column.len()).map(|row| column.held(row)))
    }

    /// The same cells as they were written, also where they count as missing.
    pub(super) fn raw(&self, at: usize) -> impl Iterator<Item = &str> {
        self.parts(at).flat_map(|column| (0..column.len()).map(|row| column.raw(row).unwrap_or_default()))
    }

    fn parts(&self, at: usize) -> impl Iterator<Item = &RawColumn> {
        let second = self.second.as_ref().map(|(table, places)| &table.columns[places[at]]);
        std::iter::once(&self.first.columns[at]).chain(second)
    }

    /// Where a row stands, for messages: its file if that is the second, its number and its line.
    pub(super) fn place(&self, row: usize) -> String {
        let (table, row, file) = match &self.second {
            Some((second, _)) if row >= self.first.rows() => {
                (second, row - self.first.rows(), format!("{}, ", second.path.display()))
            }
            _ => (&self.first, row, String::new()),
        };
        let line = table.line(row).map(|line| format!(" (line {line})")).unwrap_or_default();
        format!("{file}row {}{line}", table.number(row) + 1)
    }

    /// The position of the named column.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.first.names().position(|other| other == name)
    }

    /// The fault of a column that does not exist, with the nearest names.
    pub(super) fn no_column(&self, key: &str, name: &str) -> DataFault {
        let mut names: Vec<(f64, &str)> = self
            .first
            .names()
            .map(|other| (strsim::jaro_winkler(&other.to_lowercase(), &name.to_lowercase()), other))
            .collect();
        names.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near: Vec<String> = names
            .iter()
            .take_while(|(nearness, _)| *nearness > 0.7)
            .take(3)
            .map(|(_, other)| format!("`{other}`"))
            .collect();
        let all: Vec<&str> = self.first.names().take(20).collect();
        let more = if self.first.columns.len() > 20 { ", …" } else { "" };
        let hint = if near.is_empty() { String::new() } else { format!("did you mean {}? ", near.join(" or ")) };
        DataFault::new(
            format!("{key} names the column `{name}`, which does not exist"),
            format!("{hint}the columns are: {}{more}", all.join(", ")),
        )
    }
}

/// Where each column of `first` stands in `second`: by name with headers, by position without.
fn places(first: &RawTable, second: &RawTable, holdout: &Path) -> Result<Vec<usize>, DataError> {
    let place = |name: &str| second.names().position(|other| other == name);
    let missing: Vec<DataFault> = first
        .names()
        .filter(|name| place(name).is_none())
        .map(|name| {
            DataFault::new(
                format!("the column `{name}` of the training file is missing"),
                format!("give {} the same columns as {}", second.path.display(), first.path.display()),
            )
        })
        .collect();
    if missing.is_empty() {
        return Ok(first.names().filter_map(place).collect());
    }
    Err(DataError::Faults { path: holdout.to_owned(), faults: missing })
}

/// Texts that are predicted themselves, in a file whose name ends in `.txt`: its lines.
fn lines(task: &Task) -> Option<Format> {
    let of_text = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"));
    let first = match &task.source {
        Source::Split(path) => path,
        Source::Given { train, .. } => train,
    };
    (task.kind == Some(TaskKind::LanguageModelling) && of_text(first)).then_some(Format::Lines)
}

/// The layout that a study or a command names.
#[must_use]
pub fn file_format(format: study::Format) -> Format {
    match format {
        study::Format::Csv => Format::Csv,
        study::Format::Tsv => Format::Tsv,
        study::Format::Jsonl => Format::JsonLines,
        study::Format::Parquet => Format::Parquet,
        study::Format::Lines => Format::Lines,
    }
}

/// The way of writing decimals that a study tells.
pub(super) fn decimal(mark: DecimalMark) -> Decimal {
    match mark {
        DecimalMark::Point => Decimal::Point,
        DecimalMark::Comma => Decimal::Comma,
    }
}

/// Whether a study settles what a column is: by kind, as text, or by leaving it out.
pub(super) fn named_kind(task: &Task, name: &str) -> bool {
    let listed = |list: &[String]| list.iter().any(|other| other == name);
    task.columns.contains_key(name) || listed(&task.text) || listed(&task.ignore)
}
