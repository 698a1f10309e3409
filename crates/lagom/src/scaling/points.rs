//! From a file to points.

use std::path::{Path, PathBuf};

use crate::data::read::{RawColumn, RawTable, ReadOptions, parse_number, read};
use crate::stats::curve::{CurveError, Observation};
use crate::study::units::parse_amount;

use super::columns::{Asked, Columns, Role, choose};
use super::error::{CellFault, ScalingError};

/// Floating-point operations a parameter and a token: the two of the forward pass and the four of the
/// backward pass (Kaplan et al. 2020, arXiv 2001.08361, section 2.1).
pub(super) const FLOPS: f64 = 6.0;

/// Measured losses of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// The file.
    pub path: PathBuf,
    /// What was read as what.
    pub columns: Columns,
    /// Whether the file holds a quality between 0 and 1, and the losses are what it lacks of 1.
    pub quality: bool,
    /// The points that are fitted, in the order of the file.
    pub points: Vec<Point>,
    /// How many with the highest losses were left out.
    pub dropped: usize,
}

/// A row of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The row, from 1 and without the header.
    pub row: usize,
    /// What was measured; size or data is 1 where the file does not tell it.
    pub observation: Observation,
}

/// Reads points from CSV, TSV, JSON Lines or Parquet and leaves out the `drop_highest` with the highest
/// losses, as fits of published points often do with runs that diverged. In a tie the later row goes.
///
/// Numbers may be written with a unit: `70M`, `1.4T`. Where there is a column of compute in place of one of
/// data, the data follow from it: D = C / (6N). Where `asked.quality` is set, the column holds a share of
/// right answers, and what is fitted is the error rate, 1 − quality: a power law with a floor of at least 0
/// on it never promises more than 1.
///
/// # Errors
/// The file is no table; a column is not there or could be any of several; a cell is empty, no number, or
/// not above 0 (all of them are named); fewer points than are to be left out.
pub fn points(path: &Path, asked: &Asked, drop_highest: usize) -> Result<Points, ScalingError> {
    let table = read(path, &ReadOptions::default())?;
    let columns = choose(&table, asked)?;
    let mut cells = Cells { table: &table, quality: asked.quality, faults: Vec::new() };
    let size = columns.size.as_deref().map(|name| cells.column(name, Role::Size));
    let data = columns.data.as_deref().map(|name| cells.column(name, Role::Data));
    let compute = columns.compute.as_deref().map(|name| cells.column(name, Role::Compute));
    let loss = cells.column(&columns.loss, Role::Loss);
    let errors = columns.standard_error.as_deref().map(|name| cells.column(name, Role::StandardError));
    if !cells.faults.is_empty() {
        let mut faults = cells.faults;
        faults.sort_by_key(|fault| fault.row);
        return Err(ScalingError::Cells { path: table.path.clone(), faults });
    }
    let at = |column: &Option<Vec<f64>>, row: usize| column.as_ref().and_then(|column| column.get(row).copied());
    let mut points: Vec<Point> = loss
        .iter()
        .enumerate()
        .map(|(row, loss)| {
            let size = at(&size, row).unwrap_or(1.0);
            let data = at(&data, row).or_else(|| at(&compute, row).map(|flops| flops / (FLOPS * size)));
            let standard_error = at(&errors, row);
            let observation = Observation { size, data: data.unwrap_or(1.0), loss: *loss, standard_error };
            Point { row: row + 1, observation }
        })
        .collect();
    let found = points.len();
    if drop_highest >= found {
        return Err(ScalingError::AllDropped { path: table.path.clone(), drop: drop_highest, found });
    }
    points.sort_by(|a, b| a.observation.loss.total_cmp(&b.observation.loss).then(a.row.cmp(&b.row)));
    points.truncate(found - drop_highest);
    points.sort_by_key(|point| point.row);
    Ok(Points { path: table.path.clone(), columns, quality: asked.quality, points, dropped: drop_highest })
}

/// The cells of a table and what is wrong with them.
struct Cells<'a> {
    table: &'a RawTable,
    quality: bool,
    faults: Vec<CellFault>,
}

impl Cells<'_> {
    /// The numbers of a column; a cell that is none becomes a fault.
    fn column(&mut self, name: &str, role: Role) -> Vec<f64> {
        let empty = RawColumn::default();
        let column = self.table.column(name).unwrap_or(&empty);
        (0..column.len()).filter_map(|row| self.cell(name, role, (row, column.raw(row).unwrap_or("").trim()))).collect()
    }

    fn cell(&mut self, name: &str, role: Role, (row, text): (usize, &str)) -> Option<f64> {
        let counted = matches!(role, Role::Size | Role::Data | Role::Compute);
        let number = parse_number(text).or_else(|| counted.then(|| parse_amount(text).ok()).flatten());
        let number = number.filter(|number| number.is_finite());
        let quality = self.quality && role == Role::Loss;
        let (read, expected) = match role {
            Role::Loss if quality => {
                let within = number.filter(|share| (0.0..1.0).contains(share)).map(|share| 1.0 - share);
                (within, "a share of right answers of at least 0 and below 1")
            }
            Role::StandardError => (number.filter(|number| *number >= 0.0), "a finite number of at least 0"),
            _ => (number.filter(|number| *number > 0.0), "a finite number above 0"),
        };
        if read.is_some() {
            return read;
        }
        let found = text.chars().take(40).collect();
        let column = name.to_owned();
        self.faults.push(CellFault { row: row + 1, line: self.table.line(row), column, found, expected });
        None
    }
}

impl Points {
    /// The measured losses alone.
    pub(super) fn observations(&self) -> Vec<Observation> {
        self.points.iter().map(|point| point.observation).collect()
    }

    /// Whether the amount of data is known of every point.
    #[must_use]
    pub fn has_data(&self) -> bool {
        self.columns.data.is_some() || self.columns.compute.is_some()
    }

    /// The fault of a fit, with the file it is about.
    pub(super) fn fault(&self, error: CurveError) -> ScalingError {
        ScalingError::Curve { path: self.path.clone(), error }
    }
}
