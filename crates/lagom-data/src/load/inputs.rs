//! The inputs: which columns are used, as what, and what was noticed about them.

use super::error::DataFault;
use super::rows::Rows;
use crate::dataset::{Column, Dataset, Values};
use crate::equal::classes;
use crate::kind::{ColumnKind, ColumnProfile, Decimal, parse_number_as};
use crate::read::Held;
use crate::schema::InputColumn;
use crate::study::{DeclaredKind, Task, TaskKind};

/// The kind a column is used as: what the study says, else what was found.
pub(super) fn kind_of(task: &Task, name: &str, look: &ColumnProfile) -> ColumnKind {
    match task.columns.get(name) {
        Some(DeclaredKind::Numeric) => ColumnKind::Numeric,
        Some(DeclaredKind::Categorical) => ColumnKind::Categorical,
        Some(DeclaredKind::Boolean) => ColumnKind::Boolean,
        Some(DeclaredKind::Text) => ColumnKind::Text,
        Some(DeclaredKind::Identifier) => ColumnKind::Identifier,
        None if task.text.iter().any(|text| text == name) => ColumnKind::Text,
        None => look.kind,
    }
}

/// The input columns that candidates see; `kinds` holds those of all columns, `None` for a column
/// that has another role or is ignored.
pub(super) fn inputs(
    rows: &Rows,
    kinds: &[Option<ColumnKind>],
    (looks, mut read, kind): (&[ColumnProfile], Vec<Option<Vec<f64>>>, TaskKind),
    faults: &mut Vec<DataFault>,
    notes: &mut Vec<String>,
) -> (Vec<Column>, Vec<InputColumn>) {
    let mut columns = Vec::new();
    let mut schema = Vec::new();
    let mut left_out = Vec::new();
    for (at, found) in kinds.iter().enumerate() {
        let Some(found) = *found else { continue };
        let name = &rows.first.columns[at].name;
        let used = match kind {
            TaskKind::TextClassification => found == ColumnKind::Text,
            _ => !matches!(found, ColumnKind::Identifier | ColumnKind::Constant),
        };
        if !used {
            left_out.push(format!("`{name}` ({found})"));
            continue;
        }
        let input = InputColumn { name: name.clone(), kind: found, decimal: looks[at].decimal };
        let values = match found {
            ColumnKind::Numeric => Values::Numbers(
                whole(rows, read[at].take()).unwrap_or_else(|| numbers(rows, (at, &looks[at]), faults, notes)),
            ),
            _ => input.column(rows.cells(at)).values,
        };
        columns.push(Column { name: name.clone(), kind: found, values });
        schema.push(input);
    }
    if !left_out.is_empty() {
        notes.push(format!("columns that are not used: {}", left_out.join(", ")));
    }
    if columns.is_empty() {
        faults.push(nothing(kind, &left_out));
    }
    (columns, schema)
}

fn nothing(kind: TaskKind, left_out: &[String]) -> DataFault {
    let found = if left_out.is_empty() { "no other column".to_owned() } else { left_out.join(", ") };
    if kind == TaskKind::TextClassification {
        return DataFault::new(
            format!("no column of text to classify: found {found}"),
            "name it with text = \"…\" under [task]",
        );
    }
    DataFault::new(
        format!(
            "no column to predict from: found {found}; a column that is the same in all rows, or different in each, tells nothing"
        ),
        "check the file, or say what a column is under [task.columns]",
    )
}

/// Larger numbers than this overflow the single precision that models compute in.
const LARGEST: f64 = 1e30;

/// The numbers of a column as they were read when it was judged, where these are all and none is a fault.
fn whole(rows: &Rows, read: Option<Vec<f64>>) -> Option<Vec<f64>> {
    read.filter(|numbers| {
        rows.second.is_none() && numbers.iter().all(|number| number.is_nan() || number.abs() <= LARGEST)
    })
}

/// The numbers of a column, NaN where a cell is missing. Infinite ones are a fault; cells that are no numbers count as
/// missing and are noted.
fn numbers(
    rows: &Rows,
    (at, look): (usize, &ColumnProfile),
    faults: &mut Vec<DataFault>,
    notes: &mut Vec<String>,
) -> Vec<f64> {
    let name = &rows.first.columns[at].name;
    let (mut infinite, mut strays) = (Vec::new(), Vec::new());
    let number = |(row, cell): (usize, Held<'_>)| {
        let number = match cell {
            Held::Missing => return f64::NAN,
            Held::Number(number) => Some(number),
            Held::Text(cell) => parse_number_as(cell, look.decimal),
        };
        match number {
            None => strays.push(row),
            Some(value) if value.is_nan() || value.abs() > LARGEST => infinite.push(row),
            Some(_) => {}
        }
        number.unwrap_or(f64::NAN)
    };
    let numbers: Vec<f64> = rows.held(at).enumerate().map(number).collect();
    let cell = |row: usize| rows.raw(at).nth(row).unwrap_or_default();
    if let Some(&row) = infinite.first() {
        faults.push(DataFault::new(
            format!(
                "column `{name}`, {}: found `{}`, expected a finite number of at most 1e30 in size ({} such cells in all)",
                rows.place(row),
                cell(row),
                infinite.len()
            ),
            "leave the cell empty if the value is not known, or remove the row",
        ));
    }
    if let Some(&row) = strays.first() {
        notes.push(format!(
            "column `{name}`: {} cells are no numbers and count as missing, the first `{}` in {}",
            strays.len(),
            cell(row),
            rows.place(row)
        ));
    }
    numbers
}

/// Ranks of a time column: numbers by size, dates and times (ISO 8601) by their letters.
pub(super) fn ranks(rows: &Rows, at: usize, look: &ColumnProfile, faults: &mut Vec<DataFault>) -> Vec<u32> {
    let name = &rows.first.columns[at].name;
    if let Some(row) = rows.cells(at).position(|cell| cell.is_none()) {
        faults.push(DataFault::new(
            format!("time column `{name}`: missing in {}", rows.place(row)),
            "remove the row or give it a time",
        ));
    }
    let numeric = look.numeric_cells == look.rows - look.missing && !look.dates;
    let dated =
        |cell: &str| cell.len() >= 10 && cell.as_bytes()[4] == b'-' && cell[..4].bytes().all(|c| c.is_ascii_digit());
    let odd =
        |cell: &&str| !dated(cell.trim()) && (!cell.contains(|c: char| c.is_ascii_digit()) || look.numeric_cells == 0);
    if !numeric && !look.dates {
        faults.push(DataFault::new(
            format!(
                "time column `{name}` holds neither numbers nor ISO dates, for example `{}`",
                rows.cells(at).flatten().find(odd).or(look.example.as_deref()).unwrap_or_default()
            ),
            "write it as 2024-01-31 or 2024-01-31T12:00:00, or as a number that grows with time",
        ));
    }
    let cells: Vec<&str> = rows.cells(at).map(Option::unwrap_or_default).collect();
    let number = |cell: &str| parse_number_as(cell.trim(), Decimal::Point).unwrap_or(f64::NAN);
    let mut distinct: Vec<&str> = cells.clone();
    let compare = |a: &&str, b: &&str| if numeric { number(a).total_cmp(&number(b)) } else { a.cmp(b) };
    distinct.sort_by(compare);
    distinct.dedup();
    let rank = |cell: &&str| distinct.binary_search_by(|other| compare(other, cell)).unwrap_or(0) as u32;
    cells.iter().map(rank).collect()
}

/// Number of tested rows whose inputs stand among those that are trained on, as [`classes`] compares them.
pub(super) fn repeated(dataset: &Dataset, trained: &[u32], tested: &[u32]) -> usize {
    let classes = classes(dataset);
    let class = |row: &u32| classes.get(*row as usize).copied();
    let known: std::collections::HashSet<u32> = trained.iter().filter_map(class).collect();
    tested.iter().filter_map(class).filter(|class| known.contains(class)).count()
}
