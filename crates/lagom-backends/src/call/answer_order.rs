//! Whether answers that are joined by their order are in the order of the data: a column that both files have tells.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use lagom_table::ReadOptions;
use serde_json::Value;

use super::scores::is_json;
use super::{BackendError, Row};
use crate::input;

/// A row that stands elsewhere in the file of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Elsewhere {
    /// The column that both have.
    column: String,
    /// What it holds in the row of the data.
    cell: String,
    /// Number of the row among the answers that it was joined to, from 0.
    joined: usize,
    /// Number of the answer beside which the cell stands, from 0.
    stands: usize,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, cell, joined, stands } = self;
        write!(
            to,
            "its answers are in another order than the rows of the data: the row with {column} = `{cell}` is row {} of the data, and \
             answer {} of the file; join them by that column with id = \"{column}\" under [[candidate]]",
            joined + 1,
            stands + 1
        )
    }
}

/// The first row that stands elsewhere, by one of the columns `names` of the data that the file has, too: in the file all its cells differ, and every row of the
/// data has its cell there. None where no such column says so.
///
/// # Errors
/// The file can't be read.
pub(super) fn other_order(
    path: &Path,
    names: &[String],
    rows: impl Iterator<Item = (String, Row)>,
) -> Result<Option<Elsewhere>, BackendError> {
    let marks = marks(path, names)?;
    let mut telling: Vec<(&Mark, Option<Elsewhere>)> = marks.iter().map(|mark| (mark, None)).collect();
    for (number, row) in rows {
        let Ok(joined) = number.parse::<usize>() else { return Ok(None) };
        telling.retain_mut(|(mark, found)| {
            let cell = row.cells.get(&mark.name).map(plain);
            // A row whose cell is nowhere in the file: the column is about something else.
            let Some((cell, stands)) = cell.and_then(|cell| mark.places.get(&cell).map(|at| (cell.clone(), *at)))
            else {
                return false;
            };
            if stands != joined && found.is_none() {
                *found = Some(Elsewhere { column: mark.name.clone(), cell, joined, stands });
            }
            true
        });
        if telling.is_empty() {
            return Ok(None);
        }
    }
    // Where one such column has every row in its place, that is their order.
    if telling.iter().any(|(.., found)| found.is_none()) {
        return Ok(None);
    }
    Ok(telling.into_iter().find_map(|(.., found)| found))
}

/// A column of a file of answers whose cells all differ.
struct Mark {
    name: String,
    /// Where each cell stands, from 0.
    places: HashMap<String, usize>,
}

/// Those of the columns that the file has and whose cells all differ.
fn marks(path: &Path, names: &[String]) -> Result<Vec<Mark>, BackendError> {
    let fault = |message: String| BackendError::File { path: path.to_owned(), message };
    let cells: Vec<(String, Vec<String>)> = if is_json(path) {
        let file = input::open_within(path, input::FILE_BYTES).map_err(|error| fault(error.into_io().to_string()))?;
        of_lines(file, names).map_err(|error| fault(error.to_string()))?
    } else {
        let options = ReadOptions { header: Some(true), every_row: true, nested: true, ..ReadOptions::default() };
        let table = lagom_table::read(path, &options).map_err(|error| fault(error.to_string()))?;
        let shared = table.columns.iter().filter(|column| names.iter().any(|name| name == column.name.trim()));
        let cells = |row| move |column: &lagom_table::RawColumn| column.raw(row).unwrap_or_default().to_owned();
        shared
            .map(|column| (column.name.trim().to_owned(), (0..table.rows()).map(|row| cells(row)(column)).collect()))
            .collect()
    };
    let unique = |(name, cells): (String, Vec<String>)| {
        let rows = cells.len();
        let places: HashMap<String, usize> = cells.into_iter().enumerate().map(|(at, cell)| (cell, at)).collect();
        (places.len() == rows).then_some(Mark { name, places })
    };
    Ok(cells.into_iter().filter_map(unique).collect())
}

fn of_lines(file: File, names: &[String]) -> std::io::Result<Vec<(String, Vec<String>)>> {
    let mut columns: Vec<(String, Vec<String>)> = names.iter().map(|name| (name.clone(), Vec::new())).collect();
    for line in BufReader::new(file).lines() {
        let line = line?;
        let Some(object) = serde_json::from_str::<Value>(&line).ok().filter(Value::is_object) else { continue };
        // A line without it: the column tells of some rows alone.
        columns.retain_mut(|(name, cells)| object.get(name.as_str()).map(|value| cells.push(plain(value))).is_some());
    }
    Ok(columns)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
    use super::*;

    fn found(file: &str, data: &[(&str, &str)]) -> Option<Elsewhere> {
        let folder = tempfile::tempdir().unwrap();
        let ending = if file.starts_with('{') { "jsonl" } else { "csv" };
        let path = folder.path().join(format!("a.{ending}"));
        std::fs::write(&path, file).unwrap();
        let row = |(at, (id, text)): (usize, &(&str, &str))| {
            let cells = [("id", id), ("text", text)].map(|(name, cell)| (name.to_owned(), Value::from(*cell)));
            (at.to_string(), Row { number: at as u32, written: at as u32, cells: cells.into_iter().collect() })
        };
        other_order(&path, &["id".to_owned(), "text".to_owned()], data.iter().enumerate().map(row)).unwrap()
    }

    const DATA: [(&str, &str); 3] = [("q1", "first"), ("q2", "second"), ("q3", "third")];

    #[test]
    fn the_same_rows_in_another_order_are_told_with_a_row_and_its_place() {
        let there = found("id,answer\nq1,a\nq3,c\nq2,b\n", &DATA).expect("another order");
        assert_eq!((there.column.as_str(), there.cell.as_str(), there.joined, there.stands), ("id", "q2", 1, 2));
        assert!(there.to_string().contains("id = `q2` is row 2 of the data, and answer 3 of the file"), "{there}");
        let lines = ["q2", "q1", "q3"].map(|id| format!("{{\"id\":\"{id}\",\"answer\":\"x\"}}\n")).concat();
        assert_eq!(found(&lines, &DATA).map(|there| (there.joined, there.stands)), Some((0, 1)));
    }

    #[test]
    fn the_same_order_and_columns_about_something_else_are_let_be() {
        assert_eq!(found("id,answer\nq1,a\nq2,b\nq3,c\n", &DATA), None);
        // Counted from 0 there and from 1 here: a cell that is nowhere.
        assert_eq!(found("id,answer\n0,a\n1,b\n2,c\n", &[("1", ""), ("2", ""), ("3", "")]), None);
        // Two rows have one cell: no key.
        assert_eq!(found("id,answer\nq3,a\nq3,b\nq1,c\n", &DATA), None);
        // Texts in their order outweigh ids of the file's own.
        assert_eq!(found("id,text,answer\nq3,first,a\nq1,second,b\nq2,third,c\n", &DATA), None);
        assert_eq!(found("answer\na\nb\nc\n", &DATA), None);
    }
}
