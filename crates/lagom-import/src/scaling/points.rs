//! From a file to points.

use std::path::{Path, PathBuf};

use crate::data::kind::{ColumnProfile, Decimal, profiles};
use crate::data::read::{RawColumn, RawTable, ReadOptions, parse_number_as, read};
use crate::stats::curve::{CurveError, Observation, Quality};
use crate::study::units::parse_amount;

use super::columns::{Asked, Columns, choose};
use super::error::{CellFault, ScalingError};
use super::header::unit;
use super::role::Role;

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
    /// The least and greatest value of the metric, where the points are those of a metric with a range.
    pub range: Option<(f64, f64)>,
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
    /// What was measured; size, data or loss is 1 where the file does not tell it.
    pub observation: Observation,
    /// The quality, where the points are those of a metric with a range.
    pub quality: Option<f64>,
}

/// Reads points from CSV, TSV, JSON Lines or Parquet and leaves out the `drop_highest` with the highest
/// losses, as fits of published points often do with runs that diverged. In a tie the later row goes.
///
/// Numbers may be written with a unit: `70M`, `1.4T`, or below one: `params (M)`, `tokens (B)`; and with a decimal comma, as
/// the rest of the reader takes it. Where there is a column of compute in place of one of
/// data, the data follow from it: D = C / (6N). Where `asked.range` is set, the
/// points are qualities within it, and lowest quality is meant by highest loss.
///
/// # Errors
/// The file is no table; a column is not there or could be any of several; a cell is empty, no number, or
/// not above 0 (all of them are named); fewer points than are to be left out.
pub fn points(path: &Path, asked: &Asked, drop_highest: usize) -> Result<Points, ScalingError> {
    let table = read(path, &ReadOptions::default())?;
    let columns = choose(&table, asked)?;
    let profiles = profiles(&table, None);
    let mut cells = Cells { table: &table, profiles: &profiles, range: asked.range, faults: Vec::new() };
    let size = columns.size.as_deref().map(|name| cells.column(name, Role::Size));
    let data = columns.data.as_deref().map(|name| cells.column(name, Role::Data));
    let compute = columns.compute.as_deref().map(|name| cells.column(name, Role::Compute));
    let loss = columns.loss.as_deref().map(|name| cells.column(name, Role::Loss));
    let quality = columns.quality.as_deref().map(|name| cells.column(name, Role::Quality));
    let errors = columns.standard_error.as_deref().map(|name| cells.column(name, Role::StandardError));
    if !cells.faults.is_empty() {
        let mut faults = cells.faults;
        faults.sort_by_key(|fault| fault.row);
        return Err(ScalingError::Cells { path: table.path.clone(), faults });
    }
    let at = |column: &Option<Vec<f64>>, row: usize| column.as_ref().and_then(|column| column.get(row).copied());
    let point = |row: usize| {
        let size = at(&size, row).unwrap_or(1.0);
        let data = at(&data, row).or_else(|| at(&compute, row).map(|flops| flops / (FLOPS * size)));
        let (data, loss) = (data.unwrap_or(1.0), at(&loss, row).unwrap_or(1.0));
        let observation = Observation { size, data, loss, standard_error: at(&errors, row) };
        Point { row: row + 1, observation, quality: at(&quality, row) }
    };
    let mut points: Vec<Point> = (0..table.rows()).map(point).collect();
    let found = points.len();
    if drop_highest >= found {
        return Err(ScalingError::AllDropped { path: table.path.clone(), drop: drop_highest, found });
    }
    let badness = |point: &Point| point.quality.map_or(point.observation.loss, |quality| -quality);
    points.sort_by(|a, b| badness(a).total_cmp(&badness(b)).then(a.row.cmp(&b.row)));
    points.truncate(found - drop_highest);
    points.sort_by_key(|point| point.row);
    Ok(Points { path: table.path.clone(), columns, range: asked.range, points, dropped: drop_highest })
}

/// The cells of a table and what is wrong with them.
struct Cells<'a> {
    table: &'a RawTable,
    profiles: &'a [ColumnProfile],
    range: Option<(f64, f64)>,
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
        let at = self.table.names().position(|other| other == name);
        let decimal = at.and_then(|at| self.profiles.get(at)).map_or(Decimal::Point, |look| look.decimal);
        let scale = if role.is_counted() { unit(name).map_or(1.0, |(_, scale)| scale) } else { 1.0 };
        // A cell with a unit of its own needs none of its column.
        let number = parse_number_as(text, decimal).map(|number| number * scale);
        let number = number.or_else(|| role.is_counted().then(|| parse_amount(text).ok()).flatten());
        let number = number.filter(|number| number.is_finite());
        let (read, expected) = match (role, self.range) {
            (Role::Quality, Some((low, high))) => {
                let within = number.filter(|quality| (low..=high).contains(quality));
                (within, format!("a quality from {low} to {high}"))
            }
            (Role::StandardError, _) => {
                (number.filter(|number| *number >= 0.0), "a finite number of at least 0".to_owned())
            }
            _ => (number.filter(|number| *number > 0.0), "a finite number above 0".to_owned()),
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

    /// The measured qualities, with the losses where the file has them.
    pub(super) fn qualities(&self) -> Vec<Quality> {
        let quality = |point: &Point| {
            let Observation { size, data, loss, standard_error } = point.observation;
            let loss = self.columns.loss.as_ref().map(|_| loss);
            Quality { size, data, quality: point.quality.unwrap_or(f64::NAN), standard_error, loss }
        };
        self.points.iter().map(quality).collect()
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
