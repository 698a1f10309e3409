//! What a column is, and what was seen in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::read::Decimal;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Quantities: at least 95 % of the cells that are not missing are numbers.
    Numeric,
    /// Words of which many come again, and whatever is none of the others.
    Categorical,
    /// Exactly two values: yes/no, true/false, t/f, y/n or 0/1, in any case.
    Boolean,
    /// Prose: mostly (50 %) distinct with a mean of 4 words or, in several words, 30 characters;
    /// largely (70 %) distinct with a mean of 1.5 words; or more than 100 different passages of
    /// 8 words in the mean, however often they come again.
    Text,
    /// At least 10 rows, none missing, all distinct, and: integers that go up by one, or one-word
    /// codes of which nine in ten hold a digit but which are no numbers (dates among them), or
    /// integers in a column whose name ends in `id`.
    Identifier,
    /// No value or a single one; missing cells do not count.
    Constant,
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Numeric => "numeric",
            Self::Categorical => "categorical",
            Self::Boolean => "boolean",
            Self::Text => "text",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
        })
    }
}

/// A cell of a numeric column that is no number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stray {
    /// The row, from 0; the table's `line` says where it stands.
    pub row: usize,
    /// The cell.
    pub value: String,
}

/// What was seen in a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ColumnProfile {
    /// What the column is.
    pub kind: ColumnKind,
    /// How many cells there are, missing ones included.
    pub rows: usize,
    /// How many cells are missing.
    pub missing: usize,
    /// How many different values there are, exactly; the missing ones do not count, and cells that
    /// are written differently (`1` and `1.0`) are different.
    pub distinct: usize,
    /// How many cells are numbers, non-finite ones included.
    pub numeric_cells: usize,
    /// How many of the numbers are infinite or not a number.
    pub non_finite: usize,
    /// Whether every number is whole.
    pub integers: bool,
    /// Whether every cell that is not missing is an ISO date (`2024-01-31`), with or without time.
    pub dates: bool,
    /// How the column writes its decimals; see [`super::profiles`].
    pub decimal: Decimal,
    /// A cell of which the table does not tell how it is to be read (`1,344`), where there is one.
    pub unclear: Option<String>,
    /// The first cell that makes this a column of codes although all its cells are numbers: `007`, `1E5`.
    pub code: Option<String>,
    /// The first 20 cells of a numeric column that are no numbers.
    pub strays: Vec<Stray>,
    /// The first value that is not missing.
    pub example: Option<String>,
    /// The mean number of words in a cell that is not missing.
    pub mean_words: f64,
}

impl ColumnProfile {
    /// The number of cells that are not missing.
    pub fn present(&self) -> usize {
        self.rows - self.missing
    }

    /// Whether the column tells a row from others rather than what it is like: dates, or whole numbers or single words that
    /// are different in at least 95 of 100 of 20 rows or more.
    pub fn is_own(&self) -> bool {
        let different = self.present() >= 20 && self.distinct * 20 >= self.present() * 19;
        let whole = self.kind == ColumnKind::Numeric && self.integers;
        let words = self.kind == ColumnKind::Categorical && self.mean_words < 1.5;
        self.dates || different && (whole || words)
    }
}
