//! The columns of a task of text, and its references.

use std::fmt::Write as _;

use super::error::DataFault;
use super::rows::Rows;
use crate::dataset::{Column, Target, Values};
use crate::kind::{ColumnKind, ColumnProfile, Decimal};
use crate::schema::InputColumn;
use crate::study::Task;

/// How many rows a message names.
const NAMED: usize = 5;

/// The columns of a task of text: those that are read by default, as columns and as they are asked of new rows, and
/// all others, for templates. `roles` are the positions of what is right and of the choices, which are none of them.
pub(super) fn columns(
    rows: &Rows,
    task: &Task,
    looks: &[ColumnProfile],
    roles: &[usize],
    faults: &mut Vec<DataFault>,
) -> (Vec<Column>, Vec<InputColumn>, Vec<Column>) {
    let name = |at: usize| rows.first.columns[at].name.as_str();
    let free: Vec<usize> = (0..rows.first.columns.len())
        .filter(|at| !roles.contains(at) && !task.ignore.iter().any(|ignored| ignored == name(*at)))
        .collect();
    let of = |fits: &dyn Fn(usize) -> bool| free.iter().copied().filter(|at| fits(*at)).collect::<Vec<usize>>();
    let inputs = if task.input.is_empty() {
        let texts = of(&|at| looks[at].kind == ColumnKind::Text);
        let any = || of(&|at| !matches!(looks[at].kind, ColumnKind::Identifier | ColumnKind::Constant));
        if texts.is_empty() { any() } else { texts }
    } else {
        task.input.iter().filter_map(|name| rows.find(name)).collect()
    };
    if inputs.is_empty() {
        faults.push(DataFault::new(
            "no column to answer from: every other column is the same in all rows, or a name of the row".to_owned(),
            "name it with input = \"…\" under [task]",
        ));
    }
    let beside = free.iter().filter(|at| !inputs.contains(at)).map(|&at| raw(rows, at, looks[at].kind)).collect();
    let schema =
        |at: &usize| InputColumn { name: name(*at).to_owned(), kind: ColumnKind::Text, decimal: Decimal::Point };
    let schema = inputs.iter().map(schema).collect();
    (inputs.iter().map(|&at| raw(rows, at, ColumnKind::Text)).collect(), schema, beside)
}

/// A column with its cells as they are written.
pub(super) fn raw(rows: &Rows, at: usize, kind: ColumnKind) -> Column {
    let values = Values::Texts(rows.raw(at).map(str::to_owned).collect());
    Column { name: rows.first.columns[at].name.clone(), kind, values }
}

/// The accepted answers of each row, from one column or several; a cell that is a JSON list of texts holds several.
pub(super) fn references(rows: &Rows, columns: &[usize], faults: &mut Vec<DataFault>) -> Target {
    let mut references = vec![Vec::new(); rows.count()];
    for &at in columns {
        let mut broken = Vec::new();
        for (row, cell) in rows.raw(at).enumerate() {
            match texts(cell) {
                Ok(found) => references[row].extend(found),
                Err(error) => broken.push((row, error)),
            }
        }
        if !broken.is_empty() {
            let name = &rows.first.columns[at].name;
            faults.push(DataFault::new(
                format!("references `{name}`: a list that is not JSON in {}", named(rows, &broken)),
                "write lists as [\"one\", \"two\"], with double quotes; a single answer needs no brackets",
            ));
        }
    }
    let empty: Vec<(usize, String)> = references
        .iter()
        .enumerate()
        .filter(|(_, texts)| texts.iter().all(|text| text.trim().is_empty()))
        .map(|(row, _)| (row, String::new()))
        .collect();
    // A list that could not be read has left its row empty: that is said already.
    if !empty.is_empty() && faults.is_empty() {
        let names: Vec<String> = columns.iter().map(|&at| format!("`{}`", rows.first.columns[at].name)).collect();
        faults.push(DataFault::new(
            format!("no reference in {}: {} {}", named(rows, &empty), names.join(", "), is_empty(columns.len())),
            "give these rows an accepted answer, or remove them",
        ));
    }
    for texts in &mut references {
        texts.retain(|text| !text.trim().is_empty());
    }
    Target::Texts { references }
}

fn is_empty(columns: usize) -> &'static str {
    if columns == 1 { "is empty there" } else { "are empty there" }
}

/// The texts of a cell: those of a JSON list of texts, else the cell.
fn texts(cell: &str) -> Result<Vec<String>, String> {
    let written = cell.trim();
    if !written.starts_with('[') {
        return Ok(vec![cell.to_owned()]);
    }
    match serde_json::from_str::<Vec<String>>(written) {
        Ok(texts) => Ok(texts),
        Err(error) => {
            let inside = written.trim_start_matches('[').trim_start();
            let meant = inside.starts_with(['"', '\'']) && error.classify() != serde_json::error::Category::Data;
            if meant { Err(error.to_string()) } else { Ok(vec![cell.to_owned()]) }
        }
    }
}

/// Some of the rows with what is wrong there, and how many there are.
pub(super) fn named(rows: &Rows, wrong: &[(usize, String)]) -> String {
    let mut text = String::new();
    for (place, (row, what)) in wrong.iter().take(NAMED).enumerate() {
        let between = if place > 0 { ", " } else { "" };
        let what = if what.is_empty() { String::new() } else { format!(": {what}") };
        let _ = write!(text, "{between}{}{what}", rows.place(*row));
    }
    format!("{text} ({} in all)", if wrong.len() == 1 { "1 row".to_owned() } else { format!("{} rows", wrong.len()) })
}
