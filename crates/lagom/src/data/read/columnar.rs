//! Parquet files, by way of the record interface: flat, or with nested values as JSON.

use std::fs::File;
use std::path::Path;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::caught::caught;
use super::error::ReadError;
use super::format::Format;
use super::table::{RawColumn, RawTable, check_names};

/// Reads all rows; values with others in them become their JSON text where `nested` says so. The `parquet` crate panics on some corrupt files; that becomes an error too.
pub(super) fn read(path: &Path, file: File, nested: bool) -> Result<RawTable, ReadError> {
    caught(|| rows(path, file, nested)).unwrap_or_else(|| {
        Err(ReadError::Parquet { path: path.to_path_buf(), message: "the file is corrupt".to_owned() })
    })
}

fn rows(path: &Path, file: File, nested: bool) -> Result<RawTable, ReadError> {
    let fault = |error: parquet::errors::ParquetError| ReadError::Parquet {
        path: path.to_path_buf(),
        message: error.to_string(),
    };
    let reader = SerializedFileReader::new(file).map_err(fault)?;
    let mut columns = columns(path, &reader, nested)?;
    let nanoseconds = nanoseconds(&reader);
    let mut rows = 0;
    for row in reader.get_row_iter(None).map_err(fault)? {
        append(path, (rows, &nanoseconds), &row.map_err(fault)?, &mut columns)?;
        rows += 1;
    }
    let path = path.to_path_buf();
    match (columns.len(), rows) {
        (0, _) => return Err(ReadError::Empty { path }),
        (columns, 0) => return Err(ReadError::NoRows { path, columns }),
        _ => columns.iter_mut().for_each(RawColumn::shrink),
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
fn columns(path: &Path, reader: &SerializedFileReader<File>, nested: bool) -> Result<Vec<RawColumn>, ReadError> {
    let schema = reader.metadata().file_metadata().schema();
    let mut names = Vec::new();
    for field in schema.get_fields() {
        let info = field.get_basic_info();
        let repeated = info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
        if (field.is_group() || repeated) && !nested {
            return Err(ReadError::Nested {
                path: path.to_path_buf(),
                row: 1,
                key: field.name().to_owned(),
                found: "nested values",
            });
        }
        names.push(field.name().to_owned());
    }
    check_names(path, &names)?;
    Ok(names.into_iter().map(RawColumn::new).collect())
}

/// Which columns hold times in nanoseconds: the reader hands them over as bare numbers.
fn nanoseconds(reader: &SerializedFileReader<File>) -> Vec<bool> {
    let schema = reader.metadata().file_metadata().schema();
    let is_nanos = |logical: Option<&LogicalType>| matches!(logical, Some(LogicalType::Timestamp(kind)) if kind.unit == TimeUnit::NANOS);
    schema.get_fields().iter().map(|field| is_nanos(field.get_basic_info().logical_type_ref())).collect()
}

/// A time as ISO 8601, from nanoseconds since 1970.
fn time(nanoseconds: i64) -> String {
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

fn append(
    path: &Path,
    (row, nanoseconds): (usize, &[bool]),
    cells: &Row,
    columns: &mut [RawColumn],
) -> Result<(), ReadError> {
    for ((column, (_, field)), is_time) in columns.iter_mut().zip(cells.get_column_iter()).zip(nanoseconds) {
        match field {
            Field::Long(number) if *is_time => column.append(path, &time(*number))?,
            Field::Null => column.append(path, "")?,
            Field::Str(text) => column.append(path, text)?,
            Field::Float(number) => column.append(path, &number.to_string())?,
            Field::Double(number) => column.append(path, &number.to_string())?,
            Field::Bytes(bytes) => {
                let text = std::str::from_utf8(bytes.data());
                let text = text.map_err(|_| ReadError::ParquetBytes {
                    path: path.to_path_buf(),
                    row: row + 1,
                    column: column.name.clone(),
                })?;
                column.append(path, text)?;
            }
            Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
                column.append(path, &json(field).to_string())?;
            }
            other => column.append(path, &other.to_string())?,
        }
    }
    Ok(())
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
