//! Columns of text, compactly, and the table they make.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ReadError;
use super::format::Format;
use super::missing::{MISSING, is_missing};

/// One column as it was written: all cells in one text, and where each ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawColumn {
    /// The name in the header or of the key; `column-1` and so on where there is none.
    pub name: String,
    text: String,
    ends: Vec<u32>,
    /// The spellings of a missing cell beside an empty one, where they are not the usual ones.
    missing: Option<Arc<[String]>>,
}

impl RawColumn {
    /// An empty column.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A column of the given cells, for generators and tests. Cells that no longer fit into the
    /// 4 GiB of a column are left out.
    pub fn from_cells<'a>(name: impl Into<String>, cells: impl IntoIterator<Item = &'a str>) -> Self {
        let mut column = Self::new(name);
        for cell in cells {
            if !column.push(cell) {
                break;
            }
        }
        column
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell in a row, counted from 0; `None` where it is missing or there is no such row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.raw(row).filter(|cell| !self.is_missing(cell))
    }

    /// Whether a cell of this column is missing: it is empty, or one of the spellings that were told, or else a usual one.
    pub fn is_missing(&self, cell: &str) -> bool {
        match &self.missing {
            None => is_missing(cell),
            Some(spellings) => {
                let cell = cell.trim();
                cell.is_empty() || spellings.iter().any(|spelling| spelling == cell)
            }
        }
    }

    /// The spellings of a missing cell beside an empty one, where they are not the usual ones.
    pub fn spellings(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    /// Tells the spellings of a missing cell beside an empty one.
    pub fn set_missing(&mut self, spellings: &[String]) {
        self.missing = Some(spellings.into());
    }

    /// Takes `-` for a value where all others are `+` or both signs: it is missing nowhere else.
    fn settle_signs(&mut self) -> bool {
        let others = ["+", "++", "+++", "+-", "+/-", "-+", "±", "--", "---"];
        let (mut minus, mut other) = (false, false);
        for row in 0..self.len() {
            match self.raw(row).map(str::trim) {
                Some("-") => minus = true,
                Some(cell) if others.contains(&cell) => other = true,
                Some(cell) if is_missing(cell) => {}
                _ => return false,
            }
        }
        if minus && other {
            let spellings: Vec<String> =
                MISSING.iter().filter(|spelling| **spelling != "-").map(|s| (*s).to_owned()).collect();
            self.missing = Some(spellings.into());
        }
        minus && other
    }

    /// The cell as it was written, also where it counts as missing: for a target in which `None`
    /// or `-` is a class. `None` only where there is no such row.
    pub fn raw(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        let start = match row.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// The cells in order; a missing one is `None`.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Appends a cell; says `false` and leaves the column as it is where it would pass 4 GiB.
    pub(super) fn push(&mut self, cell: &str) -> bool {
        let Ok(end) = u32::try_from(self.text.len() + cell.len()) else {
            return false;
        };
        self.text.push_str(cell);
        self.ends.push(end);
        true
    }

    /// Appends a cell, or says which file and column are too large.
    pub(super) fn append(&mut self, path: &Path, cell: &str) -> Result<(), ReadError> {
        if self.push(cell) {
            return Ok(());
        }
        Err(ReadError::ColumnTooLarge { path: path.to_path_buf(), column: self.name.clone() })
    }

    /// Takes the last cell away.
    pub(super) fn pop(&mut self) {
        self.ends.pop();
        self.text.truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    /// Gives back memory that was set aside for more rows.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

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
        let spellings: Arc<[String]> = spellings.into();
        self.columns.iter_mut().for_each(|column| column.missing = Some(spellings.clone()));
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
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        let kept = |row: &usize| keep.get(*row).copied().unwrap_or(false);
        let rows: Vec<usize> = (0..self.rows()).filter(kept).collect();
        for column in &mut self.columns {
            let mut shorter = RawColumn { missing: column.missing.clone(), ..RawColumn::new(column.name.clone()) };
            for &row in &rows {
                // It fitted before.
                shorter.push(column.raw(row).unwrap_or_default());
            }
            *column = shorter;
        }
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
    fn cells_keep_their_text_and_missing_ones_are_none() {
        let column = RawColumn::from_cells("a", ["x", "", "NA", "ä b"]);
        assert_eq!(column.len(), 4);
        let cells: Vec<_> = column.iter().collect();
        assert_eq!(cells, [Some("x"), None, None, Some("ä b")]);
        assert_eq!(column.raw(2), Some("NA"));
        assert_eq!((column.get(4), column.raw(4)), (None, None));
    }

    #[test]
    fn unnamed_columns_are_numbered() {
        assert_eq!(names_from(["", " b ", ""].into_iter()), ["column-1", "b", "column-3"]);
    }
}
