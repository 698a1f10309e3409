//! What a column is, judged by its cells.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::read::{Decimal, Held, RawColumn};

use super::decimal::{Evidence, settled};
use super::tally::Tally;

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
pub struct Look {
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
    /// How the column writes its decimals; see [`super::looks`].
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

impl Look {
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

/// Judges a column by its cells; for an identifier of integers, by the end of its name too.
pub fn look(column: &RawColumn) -> Look {
    let evidence = Evidence::of(column);
    look_as(column, settled(&evidence, &[], None).0)
}

/// As [`look`], with the way of writing decimals told.
pub(super) fn look_as(column: &RawColumn, decimal: Decimal) -> Look {
    let tally = Tally::of(column, decimal);
    let present = tally.present;
    let mean = |count: usize| count as f64 / present.max(1) as f64;
    let kind = tally.kind(&column.name);
    Look {
        kind,
        rows: column.len(),
        missing: tally.missing,
        distinct: tally.distinct.count(),
        numeric_cells: tally.numbers,
        non_finite: tally.non_finite,
        integers: tally.numbers > 0 && tally.whole == tally.numbers,
        dates: present > 0 && tally.dates == present,
        decimal,
        unclear: None,
        code: tally.code(kind),
        example: (0..column.len()).find_map(|row| match column.held(row) {
            Held::Missing => None,
            Held::Number(number) => Some(number.to_string()),
            Held::Text(cell) => Some(cell.to_owned()),
        }),
        mean_words: mean(tally.words),
        strays: match kind {
            ColumnKind::Numeric => tally.strays,
            _ => Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, cells: &[&str]) -> ColumnKind {
        look(&RawColumn::from_cells(name, cells.iter().copied())).kind
    }

    fn kind_of(name: &str, cell: impl Fn(usize) -> String) -> ColumnKind {
        let cells: Vec<String> = (0..100).map(cell).collect();
        kind(name, &cells.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[test]
    fn few_values() {
        assert_eq!(kind("a", &["x", "x", "NA"]), ColumnKind::Constant);
        assert_eq!(kind("a", &["", "?"]), ColumnKind::Constant);
        assert_eq!(kind("a", &["Yes", "no", "Yes"]), ColumnKind::Boolean);
        assert_eq!(kind("a", &["0", "1", ""]), ColumnKind::Boolean);
        assert_eq!(kind("a", &["-1", "1"]), ColumnKind::Numeric);
        assert_eq!(kind("a", &["ham", "spam"]), ColumnKind::Categorical);
        assert_eq!(kind("a", &["yes", "true"]), ColumnKind::Categorical);
    }

    #[test]
    fn identifiers() {
        let id = ColumnKind::Identifier;
        assert_eq!(kind_of("n", |row| (row + 7).to_string()), id);
        assert_eq!(kind_of("customer", |row| format!("{row}90-VHVEG")), id);
        assert_eq!(kind_of("patient_id", |row| (row * row).to_string()), id);
        assert_eq!(kind_of("paid", |row| (row * row).to_string()), ColumnKind::Numeric);
        assert_eq!(kind_of("x", |row| format!("{row}.5")), ColumnKind::Numeric);
        assert_eq!(kind_of("x", |row| format!("what is item {row}?")), ColumnKind::Text);
        assert_eq!(kind("n", &["1", "2", "3"]), ColumnKind::Numeric);
    }

    #[test]
    fn strays_missing_and_non_finite_cells_are_counted() {
        let mut cells = vec!["1.5"; 98];
        cells.extend(["2", "off"]);
        cells.extend(["inf", "", "NaN"]);
        let look = look(&RawColumn::from_cells("a", cells));
        assert_eq!((look.kind, look.missing, look.distinct), (ColumnKind::Numeric, 2, 4));
        assert_eq!((look.numeric_cells, look.non_finite, look.present()), (100, 1, 101));
        let value = "off".to_owned();
        assert_eq!(look.strays, [Stray { row: 99, value }]);
        assert!(!look.integers);
    }

    #[test]
    fn decimal_commas_hold_for_the_whole_column() {
        let seen = |cells: &[&str]| {
            let look = look(&RawColumn::from_cells("a", cells.iter().copied()));
            (look.decimal, look.numeric_cells)
        };
        assert_eq!(seen(&["3,5", "1.234", "7"]), (Decimal::Comma, 3));
        assert_eq!(seen(&["1,234", "7"]), (Decimal::Point, 2));
        assert_eq!(seen(&["3,5", "3.5"]), (Decimal::Point, 1));
    }

    #[test]
    fn text_and_dates() {
        assert_eq!(kind_of("t", |row| format!("phrase {row}")), ColumnKind::Text);
        assert_eq!(kind_of("t", |row| format!("a longish name of a class {}", row % 5)), ColumnKind::Categorical);
        let dates = (1..=28).map(|day| format!("2024-01-{day:02}")).collect::<Vec<_>>();
        let look = look(&RawColumn::from_cells("d", dates.iter().map(String::as_str)));
        assert_eq!((look.kind, look.dates), (ColumnKind::Identifier, true));
    }
}
