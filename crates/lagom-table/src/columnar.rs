//! Parquet files: flat ones column by column, others by way of the record interface, with nested values as JSON.

use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Row;

use super::column::RawColumn;
use super::error::ReadError;
use super::flat;
use super::format::Format;
use super::guarded::Guarded;
use super::opened;
use super::parquet_cell::spelled;
use super::parquet_source::{Source, caught, fault, open};
use super::size;
use super::table::{RawTable, check_names};

/// Reads all rows; values with others in them become their JSON text where `nested` says so.
pub(super) fn read(path: &Path, file: File, nested: bool) -> Result<RawTable, ReadError> {
    caught(path, || {
        let source = open(path, file)?;
        let mut columns = columns(path, &source.reader, nested)?;
        let rows = source.reader.metadata().file_metadata().num_rows();
        size::check(path, u64::try_from(rows).unwrap_or(0), columns.len())?;
        if flat::is_flat(&source.reader) {
            flat::read(path, &source, &mut columns)?;
        } else {
            for (row, cells) in source.reader.get_row_iter(None).map_err(|error| fault(path, &error))?.enumerate() {
                append(path, row, &cells.map_err(|error| fault(path, &error))?, &mut columns)?;
                size::check(path, row as u64, columns.len())?;
                flat::check_bytes(path, &columns)?;
            }
        }
        columns.iter_mut().for_each(RawColumn::shrink);
        table(path, columns)
    })
}

/// A Parquet file that is read in tables of at most so many rows; one with nested values comes whole.
pub(super) struct Parts {
    source: Source,
    empty: Vec<RawColumn>,
    names: Vec<String>,
    rows: usize,
    nested: bool,
    /// The group of rows that is being read, and what of it is left.
    group: usize,
    chunks: Option<Vec<flat::Chunk>>,
    /// Whether any rows were handed over, or none are left.
    any: bool,
    ended: bool,
}

impl Parts {
    pub(super) fn open(path: &Path, file: File, nested: bool, rows: usize) -> Result<Self, ReadError> {
        let source = caught(path, || open(path, file))?;
        let empty = caught(path, || columns(path, &source.reader, nested))?;
        let names = empty.iter().map(|column| column.name.clone()).collect();
        Ok(Self { source, empty, names, rows, nested, group: 0, chunks: None, any: false, ended: false })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn next(&mut self, path: &Path) -> Result<Option<RawTable>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        if !flat::is_flat(&self.source.reader) {
            self.ended = true;
            return read(path, opened::open(path)?, self.nested).map(Some);
        }
        while self.group < self.source.reader.num_row_groups() {
            let mut chunks = match self.chunks.take() {
                Some(chunks) => chunks,
                None => caught(path, || flat::chunks(path, &self.source, self.group))?,
            };
            let mut columns = self.empty.clone();
            if caught(path, || flat::read_next(path, &mut chunks, self.rows, &mut columns))? == 0 {
                self.group += 1;
                continue;
            }
            (self.any, self.chunks) = (true, Some(chunks));
            return table(path, columns).map(Some);
        }
        self.ended = true;
        if self.any { Ok(None) } else { table(path, std::mem::take(&mut self.empty)).map(Some) }
    }
}

fn table(path: &Path, columns: Vec<RawColumn>) -> Result<RawTable, ReadError> {
    let path = path.to_path_buf();
    match (columns.len(), columns.first().map_or(0, RawColumn::len)) {
        (0, _) => return Err(ReadError::Empty { path }),
        (columns, 0) => return Err(ReadError::NoRows { path, columns }),
        _ => {}
    }
    Ok(RawTable {
        path,
        format: Format::Parquet,
        header: true,
        separator: None,
        quote: None,
        columns,
        lines: Vec::new(),
        notes: Vec::new(),
        numbers: Vec::new(),
    })
}

/// Empty columns for a schema, which must be flat unless `nested` values are kept.
fn columns(path: &Path, reader: &SerializedFileReader<Guarded>, nested: bool) -> Result<Vec<RawColumn>, ReadError> {
    let schema = reader.metadata().file_metadata().schema();
    size::check(path, 0, schema.get_fields().len())?;
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    for field in schema.get_fields() {
        let info = field.get_basic_info();
        let repeated = info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
        let holds_others = field.is_group() || repeated;
        if holds_others && !nested {
            return Err(ReadError::Nested {
                path: path.to_path_buf(),
                row: 1,
                key: field.name().to_owned(),
                found: "nested values",
            });
        }
        names.push(field.name().to_owned());
        let mut column = RawColumn::new(field.name());
        if holds_others {
            column.hold_nested();
        }
        columns.push(column);
    }
    check_names(path, &names)?;
    Ok(columns)
}

fn append(path: &Path, row: usize, cells: &Row, columns: &mut [RawColumn]) -> Result<(), ReadError> {
    for (column, (_, field)) in columns.iter_mut().zip(cells.get_column_iter()) {
        let cell = spelled(field).ok_or_else(|| ReadError::ParquetBytes {
            path: path.to_path_buf(),
            row: row + 1,
            column: column.name.clone(),
        })?;
        column.append(path, &cell)?;
    }
    Ok(())
}
