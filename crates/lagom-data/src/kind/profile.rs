//! What a column is, judged by its cells.

use crate::read::{Decimal, Evidence, Held, RawColumn, RawTable, settled};

use super::column_profile::{ColumnKind, ColumnProfile};
use super::tally::{Purpose, Tally};

/// A column as it was judged to be loaded.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// What was seen in it; different values of a column with fractions are counted up to some thousand.
    pub(crate) profile: ColumnProfile,
    /// Its numbers, where it holds nothing else: not a number where a cell is missing.
    pub(crate) numbers: Option<Vec<f64>>,
}

/// Judges a column by its cells; for an identifier of integers, by the end of its name too.
pub fn profile(column: &RawColumn) -> ColumnProfile {
    let evidence = Evidence::of(column);
    judged_as(column, settled(&evidence, &[], None).0, Purpose::Show).profile
}

/// As [`profile`], with the way of writing decimals told.
fn judged_as(column: &RawColumn, decimal: Decimal, purpose: Purpose) -> Judged {
    let mut tally = Tally::of(column, decimal, purpose);
    let numbers = tally.take_numbers();
    let present = tally.present;
    let mean = |count: usize| count as f64 / present.max(1) as f64;
    let kind = tally.kind(&column.name);
    let profile = ColumnProfile {
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
    };
    Judged { profile, numbers }
}

/// Judges every column of a table, in its order.
///
/// A column of which each cell is a number in both ways of writing (`1,344`) is read as the other columns are; where
/// these do not tell either it is guessed, and [`ColumnProfile::unclear`] holds such a cell. `told` holds for all columns that
/// can be read so.
pub fn profiles(table: &RawTable, told: Option<Decimal>) -> Vec<ColumnProfile> {
    all(table, told, Purpose::Show).into_iter().map(|judged| judged.profile).collect()
}

/// As [`profiles`], for who takes the columns in: with their numbers.
pub(crate) fn judged(table: &RawTable, told: Option<Decimal>) -> Vec<Judged> {
    all(table, told, Purpose::Load)
}

fn all(table: &RawTable, told: Option<Decimal>, purpose: Purpose) -> Vec<Judged> {
    let evidence: Vec<Evidence> = match told {
        Some(_) => Vec::new(),
        None => table.columns.iter().map(Evidence::of).collect(),
    };
    let said: Vec<Decimal> = evidence.iter().filter_map(Evidence::speaks).collect();
    let look = |(at, column): (usize, &RawColumn)| match (told, evidence.get(at)) {
        (Some(decimal), _) => judged_as(column, decimal, purpose),
        (None, Some(evidence)) => {
            let (decimal, guessed) = settled(evidence, &said, table.separator);
            let mut found = judged_as(column, decimal, purpose);
            found.profile.unclear = evidence.unclear.clone().filter(|_| guessed && found.profile.numeric_cells > 0);
            found
        }
        (None, None) => judged_as(column, Decimal::Point, purpose),
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

    /// What is loaded is judged as what is shown, but for the count of different values of a column with fractions.
    #[test]
    fn a_column_is_the_same_shown_and_loaded() {
        let cell = |kind: usize, row: usize| match kind {
            0 => format!("{}.5", row * 7),
            1 => (row * 7).to_string(),
            2 if row % 10 == 3 => String::new(),
            2 => format!("{row},25"),
            3 if row % 10 == 3 => "broken".to_owned(),
            3 => format!("{row}.5"),
            4 if row % 50 == 3 => "off".to_owned(),
            4 => format!("{row}.5"),
            5 if row.is_multiple_of(2) => format!("{row}.5"),
            5 => format!("a word of its own {row}"),
            6 if row == 9_000 => "inf".to_owned(),
            6 => format!("0.{row}"),
            7 => format!("level {}", row % 4),
            _ => format!("code-{row}"),
        };
        for kind in 0..9 {
            let cells: Vec<String> = (0..10_000).map(|row| cell(kind, row)).collect();
            let column = RawColumn::from_cells("a", cells.iter().map(String::as_str));
            let decimal = if kind == 2 { Decimal::Comma } else { Decimal::Point };
            let shown = judged_as(&column, decimal, Purpose::Show);
            let loaded = judged_as(&column, decimal, Purpose::Load);
            let rough = matches!(kind, 0 | 4 | 6);
            assert_eq!(loaded.profile.distinct < shown.profile.distinct, rough, "{kind}");
            assert_eq!(ColumnProfile { distinct: shown.profile.distinct, ..loaded.profile }, shown.profile, "{kind}");
            assert_eq!((shown.numbers.is_some(), loaded.numbers.is_some()), (false, kind < 3), "{kind}");
            for (row, number) in loaded.numbers.iter().flatten().enumerate() {
                let expected = column.number(row, decimal);
                assert!(expected == Some(*number) || expected.is_none() && number.is_nan(), "{kind}, {row}");
            }
        }
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
