//! Flat Parquet files, by way of the record interface.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

use super::error::ReadError;
use super::format::Format;
use super::table::{RawColumn, RawTable, check_names};

/// Reads all rows. The `parquet` crate panics on some corrupt files; that becomes an error too.
pub(super) fn read(path: &Path, file: File) -> Result<RawTable, ReadError> {
    catch_unwind(AssertUnwindSafe(|| rows(path, file))).unwrap_or_else(|_| {
        Err(ReadError::Parquet { path: path.to_path_buf(), message: "the file is corrupt".to_owned() })
    })
}

fn rows(path: &Path, file: File) -> Result<RawTable, ReadError> {
    let fault = |error: parquet::errors::ParquetError| ReadError::Parquet {
        path: path.to_path_buf(),
        message: error.to_string(),
    };
    let reader = SerializedFileReader::new(file).map_err(fault)?;
    let mut columns = columns(path, &reader)?;
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

/// Empty columns for a schema, which must be flat.
fn columns(path: &Path, reader: &SerializedFileReader<File>) -> Result<Vec<RawColumn>, ReadError> {
    let schema = reader.metadata().file_metadata().schema();
    let mut names = Vec::new();
    for field in schema.get_fields() {
        let info = field.get_basic_info();
        let repeated = info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
        if field.is_group() || repeated {
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
            other => column.append(path, &other.to_string())?,
        }
    }
    Ok(())
}
