//! What a column does to an answer: how that changes where the column is set to what is usual.
//!
//! No Shapley value: columns that say the same each show little, and the effects add up to nothing. It is what can be said of a model of which
//! nothing but its answers is known, with no more than one question a column.

use super::background::Usual;
use crate::candidate::{FitError, Model};
use crate::data::{Column, Inputs, MISSING, Values};

/// The answers to the row in the columns, and to it with each column replaced: `[columns + 1, width]`.
pub(super) fn replaced_answers(model: &Model, row: &[Column], usual: &[Usual]) -> Result<Vec<f64>, FitError> {
    let rows = row.len() + 1;
    let columns: Vec<Column> =
        row.iter().zip(usual).enumerate().map(|(at, (own, usual))| repeated(own, usual, (at + 1, rows))).collect();
    let positions: Vec<u32> = (0..rows as u32).collect();
    model.predict(&Inputs { columns: &columns, rows: &positions })
}

/// What a column is set to, in words.
pub(super) fn told(usual: &Usual) -> String {
    match usual {
        Usual::Mean(mean) => mean.to_string(),
        Usual::Commonest(level) => level.clone(),
        Usual::Empty => String::new(),
    }
}

/// The first cell of a column in every row, but in one what is usual.
fn repeated(column: &Column, usual: &Usual, (at, rows): (usize, usize)) -> Column {
    let values = match &column.values {
        Values::Numbers(numbers) => {
            let mut all = vec![numbers.first().copied().unwrap_or(f64::NAN); rows];
            all[at] = if let Usual::Mean(mean) = usual { *mean } else { f64::NAN };
            Values::Numbers(all)
        }
        Values::Categories { codes, levels } => {
            let mut levels = levels.clone();
            let mut all = vec![codes.first().copied().unwrap_or(MISSING); rows];
            all[at] = match usual {
                Usual::Commonest(level) => {
                    let place = levels.iter().position(|other| other == level).unwrap_or_else(|| {
                        levels.push(level.clone());
                        levels.len() - 1
                    });
                    place as u32
                }
                _ => MISSING,
            };
            Values::Categories { codes: all, levels }
        }
        Values::Texts(texts) => {
            let mut all = vec![texts.first().cloned().unwrap_or_default(); rows];
            all[at].clear();
            Values::Texts(all)
        }
    };
    Column { name: column.name.clone(), kind: column.kind, values }
}
