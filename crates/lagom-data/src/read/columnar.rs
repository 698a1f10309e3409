//! Parquet files: flat ones column by column, others by way of the record interface, with nested values as JSON.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::column::RawColumn;
use super::error::ReadError;
use super::flat;
use super::format::Format;
use super::guarded::Guarded;
use super::size;
use super::table::{RawTable, check_names};
use crate::input::FOOTER_BYTES;

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

/// Hands over the rows of a flat file in tables of at most `rows`; one with nested values whole.
pub(super) fn read_in_parts<E: From<ReadError>>(
    path: &Path,
    (file, nested, rows): (File, bool, usize),
    take: &mut dyn FnMut(RawTable) -> Result<(), E>,
) -> Result<(), E> {
    let source = caught(path, || open(path, file))?;
    let empty = caught(path, || columns(path, &source.reader, nested))?;
    if !flat::is_flat(&source.reader) {
        drop(source);
        return take(read(path, super::load::open(path)?, nested)?);
    }
    let mut any = false;
    for group in 0..source.reader.num_row_groups() {
        let mut chunks = caught(path, || flat::chunks(path, &source, group))?;
        loop {
            let mut columns = empty.clone();
            if caught(path, || flat::read_next(path, &mut chunks, rows, &mut columns))? == 0 {
                break;
            }
            any = true;
            take(table(path, columns)?)?;
        }
    }
    if any {
        Ok(())
    } else {
        Err(table(path, empty).map_or_else(E::from, |_| ReadError::Empty { path: path.to_path_buf() }.into()))
    }
}

/// The `parquet` crate panics on some corrupt files; that becomes an error too.
fn caught<T>(path: &Path, work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    super::caught::caught(work).unwrap_or_else(|| {
        Err(ReadError::Parquet { path: path.to_path_buf(), message: "the file is corrupt".to_owned() })
    })
}

/// A Parquet file that is open.
pub(super) struct Source {
    pub(super) reader: SerializedFileReader<Guarded>,
    /// The same file again, for columns that are unpacked here.
    pub(super) file: Arc<Guarded>,
}

fn open(path: &Path, mut file: File) -> Result<Source, ReadError> {
    let io = |source| super::load::fault(path, source);
    let again = Arc::new(Guarded(file.try_clone().map_err(io)?));
    let mut tail = [0; 8];
    if file.seek(SeekFrom::End(-8)).and_then(|_| file.read_exact(&mut tail)).is_ok() {
        let [a, b, c, d, ..] = tail;
        let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
        if footer > FOOTER_BYTES && tail.ends_with(b"PAR1") {
            let message = format!("its footer has {footer} bytes, more than the {FOOTER_BYTES} that one may have");
            return Err(ReadError::Parquet { path: path.to_path_buf(), message });
        }
    }
    let reader = SerializedFileReader::new(Guarded(file)).map_err(|error| fault(path, &error))?;
    Ok(Source { reader, file: again })
}

pub(super) fn fault(path: &Path, error: &ParquetError) -> ReadError {
    ReadError::Parquet { path: path.to_path_buf(), message: error.to_string() }
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

/// A time as ISO 8601, which the record interface hands over as a bare number: from nanoseconds since 1970.
pub(super) fn time(nanoseconds: i64) -> String {
    const DAY: i64 = 86_400_000_000_000;
    let (days, rest) = (nanoseconds.div_euclid(DAY), nanoseconds.rem_euclid(DAY));
    // Days to a date of the Gregorian calendar: Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (seconds, fraction) = (rest / 1_000_000_000, rest % 1_000_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:09}") };
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}")
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

/// A value as a cell; nothing where it is bytes that are no text.
pub(super) fn spelled(field: &Field) -> Option<Cow<'_, str>> {
    Some(match field {
        Field::Null => Cow::Borrowed(""),
        Field::Str(text) => Cow::Borrowed(text),
        Field::Float(number) => Cow::Owned(number.to_string()),
        Field::Double(number) => Cow::Owned(number.to_string()),
        Field::Bytes(bytes) => Cow::Borrowed(std::str::from_utf8(bytes.data()).ok()?),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => Cow::Owned(json(field).to_string()),
        other => Cow::Owned(other.to_string()),
    })
}

/// A value with everything in it as JSON; what JSON has no form for is its text.
fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => Value::Bool(*flag),
        Field::Byte(number) => Value::from(*number),
        Field::Short(number) => Value::from(*number),
        Field::Int(number) => Value::from(*number),
        Field::Long(number) => Value::from(*number),
        Field::UByte(number) => Value::from(*number),
        Field::UShort(number) => Value::from(*number),
        Field::UInt(number) => Value::from(*number),
        Field::ULong(number) => Value::from(*number),
        Field::Float(number) => Value::from(*number),
        Field::Double(number) => Value::from(*number),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => Value::from(String::from_utf8_lossy(bytes.data())),
        Field::ListInternal(list) => list.elements().iter().map(json).collect(),
        Field::Group(row) => {
            row.get_column_iter().map(|(name, field)| (name.clone(), json(field))).collect::<Map<_, _>>().into()
        }
        Field::MapInternal(map) => {
            let key = |field: &Field| match json(field) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            map.entries().iter().map(|(name, field)| (key(name), json(field))).collect::<Map<_, _>>().into()
        }
        other => Value::from(other.to_string()),
    }
}

#[cfg(test)]
mod times {
    use super::time;

    #[test]
    fn nanoseconds_are_dates() {
        assert_eq!(time(0), "1970-01-01 00:00:00");
        assert_eq!(time(1_500_000_000), "1970-01-01 00:00:01.500000000");
        // 2024-02-29 is day 19,782: 54 years of 365 days, 13 leap days, 31 of January and 28 of February.
        assert_eq!(time(19_782 * 86_400_000_000_000 + 3_661_000_000_000), "2024-02-29 01:01:01");
        assert_eq!(time(-1_000_000_000), "1969-12-31 23:59:59");
    }
}
