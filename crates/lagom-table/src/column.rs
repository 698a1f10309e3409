//! One column, compactly: its cells as they were written, or the numbers of a file that knows its types.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::error::ReadError;
use super::missing::{MISSING, is_missing};
use super::number::{Decimal, parse_number_as};
use crate::input::TABLE_BYTES;

/// One column of a file.
#[derive(Debug, Clone, Default)]
pub struct RawColumn {
    /// The name in the header or of the key; `column-1` and so on where there is none.
    pub name: String,
    cells: Cells,
    /// The spellings of a missing cell beside an empty one, where they are not the usual ones.
    missing: Option<Arc<[String]>>,
    /// Whether a cell held a list or an object, which is kept as its JSON.
    nested: bool,
}

/// What a cell holds, without spelling out a number that the file keeps as one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Held<'a> {
    /// Nothing.
    Missing,
    /// A number of a typed file: finite or infinite, and written as Rust writes it.
    Number(f64),
    /// A text as it was written, which may be that of a number.
    Text(&'a str),
}

#[derive(Debug, Clone)]
enum Cells {
    Written(Written),
    Numbers(Numbers),
}

/// Numbers of a typed file, [`NULL`] where there is none.
#[derive(Debug, Clone, Default)]
struct Numbers {
    values: Vec<f64>,
    /// No fewer bytes than their text has.
    bytes: usize,
    /// How they are written, once somebody asks.
    written: OnceLock<Written>,
}

/// A cell without a number: one NaN of many, so that one that is written as a number is told from it.
const NULL: u64 = 0x7ff8_0000_0000_0bad;

impl Default for Cells {
    fn default() -> Self {
        Self::Written(Written::default())
    }
}

/// All cells in one text, and where each ends.
#[derive(Debug, Clone, Default)]
struct Written {
    text: String,
    ends: Vec<u32>,
}

impl Written {
    fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        let start = match row.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// Appends a cell; says `false` and leaves all as it is where it would pass 2 GiB.
    fn push(&mut self, cell: &str) -> bool {
        let end = self.text.len() + cell.len();
        let fits = end as u64 <= TABLE_BYTES;
        if fits {
            self.text.push_str(cell);
            self.ends.push(end as u32);
        }
        fits
    }
}

impl Numbers {
    /// Appends a number; says `false` and leaves all as it is where its text might pass 2 GiB.
    fn push(&mut self, number: Option<f64>) -> bool {
        let usual = number.is_none_or(|number| number == 0.0 || (1e-5..1e17).contains(&number.abs()));
        self.bytes += if usual { SPELLED.0 } else { SPELLED.1 };
        let fits = self.bytes as u64 <= TABLE_BYTES;
        if fits {
            self.values.push(number.unwrap_or(f64::from_bits(NULL)));
            self.written.take();
        }
        fits
    }

    /// As Rust writes numbers.
    fn written(&self) -> &Written {
        use std::fmt::Write;
        self.written.get_or_init(|| {
            let mut written = Written::default();
            for number in &self.values {
                if number.to_bits() != NULL {
                    // Writing to a text does not fail.
                    let _ = write!(written.text, "{number}");
                }
                // `push` sees to it that all fit.
                written.ends.push(written.text.len() as u32);
            }
            written
        })
    }
}

/// Bytes that Rust writes at most for a number that is neither tiny nor huge, and for any other.
const SPELLED: (usize, usize) = (24, 330);

impl RawColumn {
    /// An empty column.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Whether a cell held a list or an object, which is kept as its JSON.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.nested
    }

    /// Notes that a cell held a list or an object.
    pub(super) fn hold_nested(&mut self) {
        self.nested = true;
    }

    /// A column of the given cells, for generators and tests. Cells that no longer fit into the
    /// 2 GiB of a column are left out.
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
        match &self.cells {
            Cells::Written(written) => written.ends.len(),
            Cells::Numbers(numbers) => numbers.values.len(),
        }
    }

    /// Bytes of its cells.
    pub(super) fn bytes(&self) -> usize {
        match &self.cells {
            Cells::Written(written) => written.text.len(),
            Cells::Numbers(numbers) => size_of_val(numbers.values.as_slice()),
        }
    }

    /// Sets memory aside for so many rows in all, of which those so far are an example.
    pub(super) fn expect(&mut self, rows: usize) {
        let more = rows.saturating_sub(self.len());
        match &mut self.cells {
            Cells::Written(written) => {
                written.text.reserve(written.text.len() / written.ends.len().max(1) * more);
                written.ends.reserve(more);
            }
            Cells::Numbers(numbers) => numbers.values.reserve(more),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell in a row, counted from 0; `None` where it is missing or there is no such row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.raw(row).filter(|cell| !self.is_missing(cell))
    }

    /// What the cell in a row holds; nothing where there is no such row.
    pub fn held(&self, row: usize) -> Held<'_> {
        match &self.cells {
            // A number is spelled out only to be compared with spellings that a study tells.
            Cells::Numbers(numbers) if self.missing.is_none() => match numbers.values.get(row) {
                Some(number) if !number.is_nan() => Held::Number(*number),
                _ => Held::Missing,
            },
            _ => self.get(row).map_or(Held::Missing, Held::Text),
        }
    }

    /// The number in a cell; `None` where it is missing or holds another text.
    pub fn number(&self, row: usize, decimal: Decimal) -> Option<f64> {
        match self.held(row) {
            Held::Missing => None,
            Held::Number(number) => Some(number),
            Held::Text(cell) => parse_number_as(cell, decimal),
        }
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
    pub(super) fn settle_signs(&mut self) -> bool {
        let others = ["+", "++", "+++", "+-", "+/-", "-+", "±", "--", "---"];
        let (mut minus, mut other) = (false, false);
        let Cells::Written(written) = &self.cells else { return false };
        for row in 0..self.len() {
            match written.get(row).map(str::trim) {
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
        match &self.cells {
            Cells::Written(written) => written.get(row),
            Cells::Numbers(numbers) => numbers.written().get(row),
        }
    }

    /// The cells in order; a missing one is `None`.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Appends a cell; says `false` and leaves the column as it is where it would pass 2 GiB.
    pub(super) fn push(&mut self, cell: &str) -> bool {
        if let Cells::Numbers(numbers) = &self.cells {
            self.cells = Cells::Written(numbers.written().clone());
        }
        match &mut self.cells {
            Cells::Written(written) => written.push(cell),
            Cells::Numbers(_) => false,
        }
    }

    /// Appends a number, which stays one where all before it are, or an empty cell.
    pub(super) fn append_number(&mut self, path: &Path, number: Option<f64>) -> Result<(), ReadError> {
        let fits = match &mut self.cells {
            Cells::Numbers(numbers) => numbers.push(number),
            Cells::Written(written) if written.ends.is_empty() => {
                let mut numbers = Numbers::default();
                let fits = numbers.push(number);
                self.cells = Cells::Numbers(numbers);
                fits
            }
            Cells::Written(written) => written.push(&number.map(|number| number.to_string()).unwrap_or_default()),
        };
        if fits { Ok(()) } else { Err(self.too_large(path)) }
    }

    /// Appends a cell, or says which file and column are too large.
    pub(super) fn append(&mut self, path: &Path, cell: &str) -> Result<(), ReadError> {
        if self.push(cell) {
            return Ok(());
        }
        Err(self.too_large(path))
    }

    fn too_large(&self, path: &Path) -> ReadError {
        ReadError::ColumnTooLarge { path: path.to_path_buf(), column: self.name.clone() }
    }

    /// Takes the last cell away.
    pub(super) fn pop(&mut self) {
        match &mut self.cells {
            Cells::Written(written) => {
                written.ends.pop();
                written.text.truncate(written.ends.last().map_or(0, |end| *end as usize));
            }
            Cells::Numbers(numbers) => {
                numbers.values.pop();
                numbers.written = OnceLock::new();
            }
        }
    }

    /// Keeps the given rows.
    pub(super) fn retain(&mut self, rows: &[usize]) {
        self.cells = match &self.cells {
            Cells::Written(written) => {
                let mut shorter = Written::default();
                // They fitted before.
                rows.iter().filter_map(|&row| written.get(row)).for_each(|cell| _ = shorter.push(cell));
                Cells::Written(shorter)
            }
            Cells::Numbers(numbers) => {
                let values = rows.iter().filter_map(|&row| numbers.values.get(row).copied()).collect();
                Cells::Numbers(Numbers { values, bytes: numbers.bytes, written: OnceLock::new() })
            }
        };
    }

    /// Gives back memory that was set aside for more rows.
    pub(super) fn shrink(&mut self) {
        match &mut self.cells {
            Cells::Written(written) => {
                written.text.shrink_to_fit();
                written.ends.shrink_to_fit();
            }
            Cells::Numbers(numbers) => numbers.values.shrink_to_fit(),
        }
    }
}

impl PartialEq for RawColumn {
    fn eq(&self, other: &Self) -> bool {
        let same = |row| self.raw(row) == other.raw(row);
        self.name == other.name
            && self.missing == other.missing
            && self.len() == other.len()
            && (0..self.len()).all(same)
    }
}

impl Eq for RawColumn {}

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
    fn numbers_are_what_their_text_says() {
        let mut column = RawColumn::new("a");
        for number in [Some(1.0), None, Some(-0.5), Some(f64::INFINITY)] {
            column.append_number(Path::new("x"), number).expect("small");
        }
        let written = RawColumn::from_cells("a", ["1", "", "-0.5", "inf"]);
        assert_eq!(column, written);
        let numbers = |column: &RawColumn| (0..5).map(|row| column.number(row, Decimal::Point)).collect::<Vec<_>>();
        assert_eq!(numbers(&column), [Some(1.0), None, Some(-0.5), Some(f64::INFINITY), None]);
        assert_eq!(numbers(&column), numbers(&written));
        assert_eq!((column.held(0), written.held(0)), (Held::Number(1.0), Held::Text("1")));
        column.append_number(Path::new("x"), Some(f64::NAN)).expect("small");
        assert_eq!((column.held(4), column.raw(4), column.raw(1)), (Held::Missing, Some("NaN"), Some("")));
        column.pop();
        column.set_missing(&["-0.5".to_owned()]);
        assert_eq!((column.number(2, Decimal::Point), column.number(0, Decimal::Point)), (None, Some(1.0)));
        column.retain(&[0, 3]);
        assert!(column.push("x"));
        assert_eq!(column.iter().collect::<Vec<_>>(), [Some("1"), Some("inf"), Some("x")]);
    }
}
