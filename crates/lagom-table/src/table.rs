//! The table that columns make.

use std::path::{Path, PathBuf};

use super::column::RawColumn;
use super::error::ReadError;
use super::format::Format;

/// A file as columns of text. All columns have the same number of rows, at least one, and
/// different names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTable {
    /// The file.
    pub path: PathBuf,
    /// Its layout, told or sniffed.
    pub format: Format,
    /// Whether the columns' names come from the file (a header, keys, a schema).
    pub header: bool,
    /// What stands between two cells; only for CSV and TSV of more than one column.
    pub separator: Option<char>,
    /// What quotes a cell, if anything does; only for CSV and TSV.
    pub quote: Option<u8>,
    /// The columns, in the order of the file.
    pub columns: Vec<RawColumn>,
    /// What was left out of the file or taken for something else, in sentences.
    pub notes: Vec<String>,
    /// The line each row starts on; empty for Parquet.
    pub(super) lines: Vec<u64>,
    /// The number of each row in the file, where some were left out.
    pub(super) numbers: Vec<u32>,
}

impl RawTable {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, RawColumn::len)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&RawColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns' names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Tells the spellings of a missing cell beside an empty one, for all columns.
    pub fn set_missing(&mut self, spellings: &[String]) {
        self.columns.iter_mut().for_each(|column| column.set_missing(spellings));
    }

    /// Finds the columns in which `-` is a value, and notes it.
    pub(super) fn settle_signs(&mut self) {
        for column in &mut self.columns {
            if column.settle_signs() {
                self.notes.push(format!(
                    "column `{}`: `-` is read as a value beside `+`; if it means missing, write missing = [\"-\"] under [task]",
                    column.name
                ));
            }
        }
    }

    /// Keeps some of the rows; [`RawTable::number`] still tells where each stood.
    pub fn retain(&mut self, keep: &[bool]) {
        let kept = |row: &usize| keep.get(*row).copied().unwrap_or(false);
        let rows: Vec<usize> = (0..self.rows()).filter(kept).collect();
        self.columns.iter_mut().for_each(|column| column.retain(&rows));
        self.numbers = rows.iter().map(|&row| self.number(row) as u32).collect();
        if !self.lines.is_empty() {
            self.lines = rows.iter().filter_map(|&row| self.lines.get(row).copied()).collect();
        }
    }

    /// The number of a row in the file, from 0: another one where rows before it were left out.
    pub fn number(&self, row: usize) -> usize {
        self.numbers.get(row).map_or(row, |number| *number as usize)
    }

    /// The line of the file, counted from 1, on which a row (counted from 0) starts; `None` for
    /// Parquet and for a row that is not there.
    pub fn line(&self, row: usize) -> Option<u64> {
        self.lines.get(row).copied()
    }
}

/// The names of columns from the cells of a header: trimmed, and `column-3` for an empty third.
pub(super) fn names_from<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = |(index, cell): (usize, &str)| match cell.trim() {
        "" => format!("column-{}", index + 1),
        name => name.to_owned(),
    };
    cells.enumerate().map(name).collect()
}

/// Fails where two columns have the same name.
pub(super) fn check_names(path: &Path, names: &[String]) -> Result<(), ReadError> {
    let mut seen = std::collections::HashMap::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = seen.insert(name.as_str(), index) {
            return Err(ReadError::DuplicateColumn {
                path: path.to_path_buf(),
                name: name.clone(),
                first: first + 1,
                second: index + 1,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unnamed_columns_are_numbered() {
        assert_eq!(names_from(["", " b ", ""].into_iter()), ["column-1", "b", "column-3"]);
    }
}
