//! A table of results, one record after the other, without keeping them.

use std::io::Read;
use std::path::Path;

use crate::scores::error::ScoresError;
use lagom_table::{Parts, RawTable, ReadError, ReadOptions};

/// A table while it is read.
pub(in crate::scores) struct Delimited {
    parts: Parts,
    table: RawTable,
    /// The next row of `table`.
    row: usize,
    /// The columns' names.
    pub(in crate::scores) header: Vec<String>,
}

/// One row of a table: its cells as they are written, and the line that it starts on (its number where there are no lines).
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    table: &'a RawTable,
    row: usize,
}

impl<'a> Record<'a> {
    /// The cell of a column, without white space around it; empty where there is none.
    pub(super) fn cell(&self, column: usize) -> &'a [u8] {
        let raw = self.table.columns.get(column).and_then(|column| column.raw(self.row));
        raw.unwrap_or_default().trim_ascii().as_bytes()
    }

    /// The line that it starts on.
    pub(super) fn line(&self) -> u64 {
        self.table.line(self.row).unwrap_or(self.table.number(self.row) as u64 + 1)
    }

    /// All cells, in the order of the columns.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a [u8]> {
        let record = *self;
        (0..self.table.columns.len()).map(move |column| record.cell(column))
    }
}

/// A last row with too few cells and no end of line: a file that was cut off.
fn at_the_end(error: ReadError) -> ScoresError {
    let ReadError::RaggedRow { path, line, found, expected, .. } = &error else { return ScoresError::Table(error) };
    let cut_off = || -> std::io::Result<bool> {
        let mut file = std::fs::File::open(path)?;
        let (mut lines, mut last, mut block) = (1, b'\n', vec![0; 1 << 16]);
        loop {
            match file.read(&mut block)? {
                0 => return Ok(last != b'\n' && lines == *line),
                read => {
                    lines += block[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
                    last = block[read - 1];
                }
            }
        }
    };
    if found < expected && cut_off().unwrap_or(false) {
        return ScoresError::CutOff { path: path.clone(), line: usize::try_from(*line).unwrap_or(usize::MAX) };
    }
    ScoresError::Table(error)
}

impl Delimited {
    /// Opens a file and reads its header and its first rows.
    pub(in crate::scores) fn open(path: &Path) -> Result<Self, ScoresError> {
        let options = ReadOptions { header: Some(true), ..ReadOptions::default() };
        let fault = |error: ReadError| match error {
            ReadError::Empty { path } => ScoresError::Empty { path },
            ReadError::NoRows { path, .. } => ScoresError::NoRows { path },
            ReadError::NotFound { path } => ScoresError::NotFound { path },
            other => at_the_end(other),
        };
        let mut parts = Parts::open(path, &options).map_err(fault)?;
        let header = parts.names().to_vec();
        let table =
            parts.next_part().map_err(fault)?.ok_or_else(|| ScoresError::NoRows { path: path.to_path_buf() })?;
        Ok(Self { parts, table, row: 0, header })
    }

    /// What was left out of the first part of the file, in sentences.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        let file = self.table.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.table.notes.iter().map(move |note| format!("{file}: {note}.")).collect::<Vec<_>>().into_iter()
    }

    /// The first record, without passing over it.
    pub(super) fn first(&self) -> Record<'_> {
        Record { table: &self.table, row: 0 }
    }

    /// The next record; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, ScoresError> {
        if self.row == self.table.rows() {
            match self.parts.next_part().map_err(at_the_end)? {
                Some(table) => (self.table, self.row) = (table, 0),
                None => return Ok(None),
            }
        }
        self.row += 1;
        Ok(Some(Record { table: &self.table, row: self.row - 1 }))
    }
}
