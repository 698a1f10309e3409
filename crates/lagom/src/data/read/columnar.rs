//! Parquet files, by way of the record interface: flat, or with nested values as JSON.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::error::ReadError;
use super::format::Format;
use super::table::{RawColumn, RawTable, check_names};

/// Reads all rows; values with others in them become their JSON text where `nested` says so. The `parquet` crate panics on some corrupt files; that becomes an error too.
pub(super) fn read(path: &Path, file: File, nested: bool) -> Result<RawTable, ReadError> {
    catch_unwind(AssertUnwindSafe(|| rows(path, file, nested))).unwrap_or_else(|_| {
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
    let mut rows = 0;
    for row in reader.get_row_iter(None).map_err(fault)? {
        append(path, rows, &row.map_err(fault)?, &mut columns)?;
        rows += 1;
    }
    let path = path.to_path_buf();
    match (columns.len(), rows) {
        (0, _) => return Err(ReadError::Empty { path }),
        (columns, 0) => return Err(ReadError::NoRows { path, columns }),
        _ => columns.iter_mut().for_each(RawColumn::shrink),
    }
    Ok(RawTable { path, format: Format::Parquet, header: true, separator: None, columns, lines: Vec::new() })
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

fn append(path: &Path, row: usize, cells: &Row, columns: &mut [RawColumn]) -> Result<(), ReadError> {
    for (column, (_, field)) in columns.iter_mut().zip(cells.get_column_iter()) {
        match field {
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
