//! Cells with separators, one record after the other, without keeping them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use crate::input::{self, Watched};
use crate::scores::error::{Place, ScoresError};
use crate::scores::files::{fault, text_line};

/// How much is read at once.
const BUFFER: usize = 1 << 18;

/// A file of cells while it is read.
pub(in crate::scores) struct Delimited {
    path: PathBuf,
    reader: Reader<Watched<File>>,
    /// The columns' names.
    pub(in crate::scores) header: Vec<String>,
}

impl Delimited {
    /// Opens a file and reads its header. The separator is the one of comma, tab, semicolon and bar that stands most
    /// often in the first line.
    pub(in crate::scores) fn open(path: &Path) -> Result<Self, ScoresError> {
        let first = text_line(path)?;
        let separators = [b',', b'\t', b';', b'|'];
        let often = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
        // max_by_key takes the last of equals; the comma is the likeliest
        let separator = separators.into_iter().rev().max_by_key(often).unwrap_or(b',');
        let mut builder = ReaderBuilder::new();
        builder.delimiter(separator).has_headers(false).buffer_capacity(BUFFER);
        let file = input::open(path).map_err(|error| fault(path, error.into_io()))?;
        let mut opened =
            Self { path: path.to_path_buf(), reader: builder.from_reader(Watched::new(file)), header: Vec::new() };
        let mut record = ByteRecord::new();
        if !opened.next(&mut record)? {
            return Err(ScoresError::Empty { path: path.to_path_buf() });
        }
        opened.header = names(&record);
        opened.different_names()?;
        Ok(opened)
    }

    /// Reads the next record; `false` at the end.
    pub(in crate::scores) fn next(&mut self, record: &mut ByteRecord) -> Result<bool, ScoresError> {
        self.reader.get_mut().again();
        self.reader.read_byte_record(record).map_err(|error| self.explain(error))
    }

    fn different_names(&self) -> Result<(), ScoresError> {
        if self.header.len() > input::COLUMNS {
            return Err(ScoresError::TooManyColumns { path: self.path.clone(), most: input::COLUMNS });
        }
        let mut seen = HashSet::new();
        match self.header.iter().find(|name| !seen.insert(name.as_str())) {
            Some(name) => Err(ScoresError::DuplicateColumn { path: self.path.clone(), name: name.clone() }),
            None => Ok(()),
        }
    }

    fn explain(&mut self, error: csv::Error) -> ScoresError {
        let line = error.position().map_or(1, csv::Position::line);
        let path = self.path.clone();
        match error.into_kind() {
            ErrorKind::Io(error) => fault(&path, error),
            ErrorKind::UnequalLengths { expected_len, len, .. } => {
                if len < expected_len && self.ends_here() {
                    return ScoresError::CutOff { path, line: usize::try_from(line).unwrap_or(usize::MAX) };
                }
                let place = Place { path, unit: "line", number: line };
                ScoresError::Ragged { place, found: len, expected: expected_len }
            }
            _ => ScoresError::NotUtf8 { place: Place { path, unit: "line", number: line } },
        }
    }

    /// Whether the record just read is the last one and does not end with a line end.
    fn ends_here(&mut self) -> bool {
        let read = self.reader.position().byte();
        let mut last = [0_u8];
        let Ok(mut file) = File::open(&self.path) else { return false };
        let Ok(before) = file.seek(SeekFrom::End(-1)) else { return false };
        file.read_exact(&mut last).is_ok() && read > before && last != *b"\n"
    }
}

/// Names of columns: trimmed, without a byte-order mark; `column-3` for an empty third.
fn names(record: &ByteRecord) -> Vec<String> {
    let name = |(at, cell): (usize, &[u8])| {
        let text = String::from_utf8_lossy(cell);
        match text.trim_start_matches('\u{FEFF}').trim() {
            "" => format!("column-{}", at + 1),
            name => name.to_owned(),
        }
    };
    record.iter().enumerate().map(name).collect()
}

/// The line a record starts on.
pub(super) fn line(record: &ByteRecord) -> u64 {
    record.position().map_or(0, csv::Position::line)
}
