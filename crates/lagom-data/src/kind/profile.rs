//! What a column is, judged by its cells.

use crate::read::{Decimal, Held, RawColumn, RawTable};

use super::column_profile::{ColumnKind, ColumnProfile};
use super::decimal::{Evidence, settled};
use super::tally::Tally;

/// Judges a column by its cells; for an identifier of integers, by the end of its name too.
pub fn profile(column: &RawColumn) -> ColumnProfile {
    let evidence = Evidence::of(column);
    profile_as(column, settled(&evidence, &[], None).0)
}

/// As [`profile`], with the way of writing decimals told.
fn profile_as(column: &RawColumn, decimal: Decimal) -> ColumnProfile {
    let tally = Tally::of(column, decimal);
    let present = tally.present;
    let mean = |count: usize| count as f64 / present.max(1) as f64;
    let kind = tally.kind(&column.name);
    ColumnProfile {
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

/// Judges every column of a table, in its order.
///
/// A column of which each cell is a number in both ways of writing (`1,344`) is read as the other columns are; where
/// these do not tell either it is guessed, and [`ColumnProfile::unclear`] holds such a cell. `told` holds for all columns that
/// can be read so.
pub fn profiles(table: &RawTable, told: Option<Decimal>) -> Vec<ColumnProfile> {
    let evidence: Vec<Evidence> = match told {
        Some(_) => Vec::new(),
        None => table.columns.iter().map(Evidence::of).collect(),
    };
    let said: Vec<Decimal> = evidence.iter().filter_map(Evidence::speaks).collect();
    let look = |(at, column): (usize, &RawColumn)| match (told, evidence.get(at)) {
        (Some(decimal), _) => profile_as(column, decimal),
        (None, Some(evidence)) => {
            let (decimal, guessed) = settled(evidence, &said, table.separator);
            let look = profile_as(column, decimal);
            let unclear = evidence.unclear.clone().filter(|_| guessed && look.numeric_cells > 0);
            ColumnProfile { unclear, ..look }
        }
        (None, None) => profile_as(column, Decimal::Point),
    };
    table.columns.iter().enumerate().map(look).collect()
}

#[cfg(test)]
mod tests {
    use super::super::column_profile::Stray;
    use super::*;

    fn kind(name: &str, cells: &[&str]) -> ColumnKind {
        profile(&RawColumn::from_cells(name, cells.iter().copied())).kind
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
        let look = profile(&RawColumn::from_cells("a", cells));
        assert_eq!((look.kind, look.missing, look.distinct), (ColumnKind::Numeric, 2, 4));
        assert_eq!((look.numeric_cells, look.non_finite, look.present()), (100, 1, 101));
        let value = "off".to_owned();
        assert_eq!(look.strays, [Stray { row: 99, value }]);
        assert!(!look.integers);
    }

    #[test]
    fn decimal_commas_hold_for_the_whole_column() {
        let seen = |cells: &[&str]| {
            let look = profile(&RawColumn::from_cells("a", cells.iter().copied()));
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
        let look = profile(&RawColumn::from_cells("d", dates.iter().map(String::as_str)));
        assert_eq!((look.kind, look.dates), (ColumnKind::Identifier, true));
    }
}
