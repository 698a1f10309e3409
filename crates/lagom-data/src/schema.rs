//! The shape of a data set's rows: what a bundle needs to read new ones.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashMap;

use super::dataset::{Column, Dataset, MISSING, Values};
use super::kind::{ColumnKind, Decimal, parse_number_as};
use super::read::{RawColumn, RawTable, composed, trimmed};
use crate::study::TaskKind;

/// Input columns in order, and what the answer means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The kind of task.
    pub task: TaskKind,
    /// The input columns.
    pub inputs: Vec<InputColumn>,
    /// Name of the target column.
    pub target: String,
    /// Names of the classes in the order of the answer's probabilities; empty for regression.
    pub classes: Vec<String>,
}

/// One input column as rows to predict must have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputColumn {
    /// Its name.
    pub name: String,
    /// What kind of cells it has.
    pub kind: ColumnKind,
    /// How it writes decimals.
    pub decimal: Decimal,
}

impl Schema {
    /// Typed columns of rows of cells. A cell too few, or one that is not a number where one is
    /// expected, counts as missing.
    #[must_use]
    pub fn columns(&self, rows: &[Vec<Option<String>>]) -> Vec<Column> {
        let cells = |at: usize| rows.iter().map(move |row| row.get(at).and_then(|cell| cell.as_deref()));
        self.inputs.iter().enumerate().map(|(at, input)| input.column(cells(at))).collect()
    }

    /// Where each input column stands in `table`: by name, or by position where neither file had a header.
    ///
    /// # Errors
    /// The names of the input columns that are not there.
    pub fn places(&self, table: &RawTable) -> Result<Vec<usize>, Vec<String>> {
        let names: HashMap<&str, usize> = table.names().enumerate().map(|(at, name)| (name, at)).collect();
        let place = |input: &InputColumn| names.get(input.name.as_str()).copied().ok_or_else(|| input.name.clone());
        let found: Vec<Result<usize, String>> = self.inputs.iter().map(place).collect();
        let missing: Vec<String> = found.iter().filter_map(|place| place.clone().err()).collect();
        if missing.is_empty() { Ok(found.into_iter().flatten().collect()) } else { Err(missing) }
    }
}

impl InputColumn {
    /// A typed column of some rows of a file.
    #[must_use]
    pub fn of(&self, column: &RawColumn, rows: Range<usize>) -> Column {
        if self.kind != ColumnKind::Numeric {
            return self.column(rows.map(|row| column.get(row)));
        }
        let numbers = rows.map(|row| column.number(row, self.decimal).unwrap_or(f64::NAN)).collect();
        Column { name: self.name.clone(), kind: self.kind, values: Values::Numbers(numbers) }
    }

    /// A typed column of the given cells.
    pub fn column<'a>(&self, cells: impl Iterator<Item = Option<&'a str>>) -> Column {
        let values = match self.kind {
            ColumnKind::Numeric => Values::Numbers(
                cells
                    .map(|cell| cell.and_then(|cell| parse_number_as(cell.trim(), self.decimal)).unwrap_or(f64::NAN))
                    .collect(),
            ),
            ColumnKind::Text => Values::Texts(cells.map(|cell| cell.unwrap_or_default().to_owned()).collect()),
            _ => categories(cells),
        };
        Column { name: self.name.clone(), kind: self.kind, values }
    }
}

/// Codes in the order of first appearance; both encodings of a letter with an accent are one.
fn categories<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Values {
    let (mut known, mut index) = (HashMap::<&'a str, u32>::new(), HashMap::<Cow<'a, str>, u32>::new());
    let mut levels = Vec::new();
    let code = |cell: Option<&'a str>| {
        let Some(cell) = cell.map(trimmed) else { return MISSING };
        *known.entry(cell).or_insert_with(|| {
            let next = u32::try_from(index.len()).unwrap_or(MISSING);
            *index.entry(composed(cell)).or_insert_with_key(|name| {
                levels.push(name.clone().into_owned());
                next
            })
        })
    };
    let codes = cells.map(code).collect();
    Values::Categories { codes, levels }
}

impl Dataset {
    /// The input cells of a row as a user would have them: for timing predictions from raw input.
    #[must_use]
    pub fn raw_row(&self, row: u32) -> Vec<Option<String>> {
        let at = row as usize;
        let cell = |column: &Column| match &column.values {
            Values::Numbers(numbers) => {
                Some(numbers[at]).filter(|value| !value.is_nan()).map(|value| value.to_string())
            }
            Values::Categories { codes, levels } => levels.get(codes[at] as usize).cloned(),
            Values::Texts(texts) => Some(texts[at].clone()).filter(|text| !text.is_empty()),
        };
        self.columns.iter().map(cell).collect()
    }
}
