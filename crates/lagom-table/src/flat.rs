//! Flat Parquet files, column by column: numbers stay numbers, all else becomes cells.

use std::collections::HashMap;
use std::path::Path;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::ColumnDescPtr;

use super::column::RawColumn;
use super::error::ReadError;
use super::guarded::{Guarded, Pages};
use super::parquet_cell::{spelled, time};
use super::parquet_source::{Source, fault};
use crate::input::TABLE_BYTES;

/// Values that are decoded at a time.
const BATCH: usize = 8_192;
/// Rows of a part that are read at a time, and the bytes at which a part is full.
const STEP: usize = 1_024;
/// See [`STEP`].
const PART: usize = 8 << 20;
/// Cells that memory is set aside for, whatever a file says that it has.
const EXPECTED: usize = 1 << 26;
/// Whole numbers up to this size are the same as `f64`: 2^53.
const WHOLE: u64 = 1 << 53;
/// Spellings of dates and the like that are kept, since they come again.
const KEPT: usize = 4_096;

/// The cells of one column in one group of rows.
pub(super) struct Chunk {
    column: ColumnReader,
    of: ColumnDescPtr,
    /// Spellings so far.
    known: HashMap<i64, String>,
    /// How many rows are still to come.
    left: u64,
    /// How many rows of the file stand before what is still to come.
    row: u64,
}

/// Whether each column is a leaf with at most one value a row.
pub(super) fn is_flat(reader: &SerializedFileReader<Guarded>) -> bool {
    let schema = reader.metadata().file_metadata().schema_descr();
    schema.columns().iter().all(|column| column.max_rep_level() == 0 && column.path().parts().len() == 1)
}

/// Appends all rows of a file.
pub(super) fn read(path: &Path, source: &Source, columns: &mut [RawColumn]) -> Result<(), ReadError> {
    let rows = source.reader.metadata().file_metadata().num_rows();
    let expected = usize::try_from(rows).unwrap_or(0).min(EXPECTED / columns.len().max(1));
    for group in 0..source.reader.num_row_groups() {
        // One column after the other, so that one at a time is open.
        for at in 0..columns.len() {
            let mut chunk = chunk(path, source, (group, at))?;
            while chunk.append(path, BATCH, &mut columns[at])? > 0 {
                if columns[at].len() == BATCH {
                    columns[at].expect(expected);
                }
            }
            check_bytes(path, columns)?;
        }
    }
    Ok(())
}

/// Fails where the cells come to more text than a table may hold.
pub(super) fn check_bytes(path: &Path, columns: &[RawColumn]) -> Result<(), ReadError> {
    let bytes: usize = columns.iter().map(RawColumn::bytes).sum();
    let path = || path.to_path_buf();
    if bytes as u64 > TABLE_BYTES { Err(ReadError::TableTooLarge { path: path(), most: TABLE_BYTES }) } else { Ok(()) }
}

/// The columns of a group of rows.
pub(super) fn chunks(path: &Path, source: &Source, group: usize) -> Result<Vec<Chunk>, ReadError> {
    let columns = source.reader.metadata().file_metadata().schema_descr().num_columns();
    (0..columns).map(|at| chunk(path, source, (group, at))).collect()
}

/// Appends the next rows of a group, `rows` at most; says how many.
pub(super) fn read_next(
    path: &Path,
    chunks: &mut [Chunk],
    rows: usize,
    columns: &mut [RawColumn],
) -> Result<usize, ReadError> {
    loop {
        let before = columns.first().map_or(0, RawColumn::len);
        let step = STEP.min(rows - before);
        for (chunk, column) in chunks.iter_mut().zip(columns.iter_mut()) {
            chunk.append(path, step, column)?;
        }
        check_bytes(path, columns)?;
        let read = columns.first().map_or(0, RawColumn::len);
        let bytes: usize = columns.iter().map(RawColumn::bytes).sum();
        if read == before || read >= rows || bytes >= PART {
            return Ok(read);
        }
    }
}

fn chunk(path: &Path, source: &Source, (group, at): (usize, usize)) -> Result<Chunk, ReadError> {
    let metadata = source.reader.metadata();
    let rows = |group: usize| u64::try_from(metadata.row_group(group).num_rows()).unwrap_or(0);
    let of = metadata.file_metadata().schema_descr().column(at);
    let pages = Pages::of(&source.file, metadata.row_group(group).column(at)).map_err(|error| fault(path, &error))?;
    let column = get_column_reader(of.clone(), Box::new(pages));
    Ok(Chunk { column, of, known: HashMap::new(), left: rows(group), row: (0..group).map(rows).sum() })
}

impl Chunk {
    /// Appends the next cells, `most` at most; says how many, 0 at the end.
    fn append(&mut self, path: &Path, most: usize, column: &mut RawColumn) -> Result<usize, ReadError> {
        let (of, known, first) = (&self.of, &mut self.known, self.row);
        let name = column.name.clone();
        let no_text = |row: usize| ReadError::ParquetBytes {
            path: path.to_path_buf(),
            row: first as usize + row + 1,
            column: name.clone(),
        };
        let mut cell = |column: &mut RawColumn, (row, key): (usize, i64), value: Option<Field>| {
            let Some(value) = value else { return column.append(path, "") };
            if let Some(text) = known.get(&key) {
                return column.append(path, text);
            }
            let text = spelled(&value).ok_or_else(|| no_text(row))?;
            column.append(path, &text)?;
            if known.len() < KEPT {
                known.insert(key, text.into_owned());
            }
            Ok(())
        };
        let most = most.min(usize::try_from(self.left).unwrap_or(most));
        let read = match &mut self.column {
            ColumnReader::BoolColumnReader(reader) => each(path, reader, (of, most), |row, value| {
                cell(column, (row, value.unwrap_or_default().into()), value.map(Field::Bool))
            }),
            ColumnReader::Int32ColumnReader(reader) => {
                each(path, reader, (of, most), |row, value| match value.map(|value| Field::convert_int32(of, value)) {
                    None if is_number(of) => column.append_number(path, None),
                    Some(Field::Byte(one)) => column.append_number(path, Some(one.into())),
                    Some(Field::Short(one)) => column.append_number(path, Some(one.into())),
                    Some(Field::Int(one)) => column.append_number(path, Some(one.into())),
                    Some(Field::UByte(one)) => column.append_number(path, Some(one.into())),
                    Some(Field::UShort(one)) => column.append_number(path, Some(one.into())),
                    Some(Field::UInt(one)) => column.append_number(path, Some(one.into())),
                    other => cell(column, (row, value.unwrap_or_default().into()), other),
                })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                each(path, reader, (of, most), |row, value| match value.map(|value| Field::convert_int64(of, value)) {
                    None if is_number(of) => column.append_number(path, None),
                    Some(Field::Long(one)) if is_nanoseconds(of) => column.append(path, &time(one)),
                    Some(Field::Long(one)) if one.unsigned_abs() <= WHOLE => {
                        column.append_number(path, Some(one as f64))
                    }
                    Some(Field::ULong(one)) if one <= WHOLE => column.append_number(path, Some(one as f64)),
                    Some(Field::Long(one)) => column.append(path, &one.to_string()),
                    Some(Field::ULong(one)) => column.append(path, &one.to_string()),
                    other => cell(column, (row, value.unwrap_or_default()), other),
                })
            }
            ColumnReader::DoubleColumnReader(reader) => {
                each(path, reader, (of, most), |_, value| column.append_number(path, value))
            }
            // What `f32` writes is another number than what `f64` makes of its bits.
            ColumnReader::FloatColumnReader(reader) => each(path, reader, (of, most), |_, value| {
                column.append_number(path, value.map(|value| value.to_string().parse().unwrap_or(f64::NAN)))
            }),
            ColumnReader::Int96ColumnReader(reader) => each(path, reader, (of, most), |_, value| {
                let text = value.map(|value| Field::convert_int96(of, value).to_string());
                column.append(path, &text.unwrap_or_default())
            }),
            ColumnReader::ByteArrayColumnReader(reader) => each(path, reader, (of, most), |row, value| {
                let Some(value) = value else { return column.append(path, "") };
                bytes_cell(path, (of, value), column).unwrap_or_else(|| Err(no_text(row)))
            }),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => each(path, reader, (of, most), |row, value| {
                let Some(value) = value else { return column.append(path, "") };
                bytes_cell(path, (of, value.into()), column).unwrap_or_else(|| Err(no_text(row)))
            }),
        }?;
        if read < most {
            let message = format!("column `{name}` has fewer rows than the file says");
            return Err(ReadError::Parquet { path: path.to_path_buf(), message });
        }
        self.left -= read as u64;
        self.row += read as u64;
        Ok(read)
    }
}

/// Hands over the next values, `most` at most, nothing where a cell has none; says how many.
fn each<T: DataType>(
    path: &Path,
    reader: &mut ColumnReaderImpl<T>,
    (of, most): (&ColumnDescPtr, usize),
    mut take: impl FnMut(usize, Option<T::T>) -> Result<(), ReadError>,
) -> Result<usize, ReadError> {
    let (mut values, mut levels) = (Vec::with_capacity(most), Vec::new());
    let read = reader.read_records(most, Some(&mut levels), None, &mut values);
    let (rows, _, _) = read.map_err(|error| fault(path, &error))?;
    let mut values = values.into_iter();
    for row in 0..rows {
        // Without levels each cell has a value.
        let there = levels.get(row).is_none_or(|level| *level == of.max_def_level());
        take(row, if there { values.next() } else { None })?;
    }
    Ok(rows)
}

/// Appends bytes as a cell: a text, or what their type says; nothing where they are no text.
fn bytes_cell(
    path: &Path,
    (of, bytes): (&ColumnDescPtr, ByteArray),
    column: &mut RawColumn,
) -> Option<Result<(), ReadError>> {
    if matches!(
        of.converted_type(),
        ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
    ) && of.logical_type_ref() != Some(&LogicalType::Float16)
    {
        return std::str::from_utf8(bytes.data()).ok().map(|text| column.append(path, text));
    }
    let field = Field::convert_byte_array(of, bytes).map_err(|error| fault(path, &error));
    match field {
        Ok(field) => spelled(&field).map(|text| column.append(path, &text)),
        Err(error) => Some(Err(error)),
    }
}

/// Whether whole numbers are meant as such.
fn is_number(of: &ColumnDescPtr) -> bool {
    let other = [
        ConvertedType::DATE,
        ConvertedType::DECIMAL,
        ConvertedType::TIME_MILLIS,
        ConvertedType::TIME_MICROS,
        ConvertedType::TIMESTAMP_MILLIS,
        ConvertedType::TIMESTAMP_MICROS,
    ];
    !other.contains(&of.converted_type()) && !is_nanoseconds(of)
}

/// Whether a column holds times in nanoseconds.
fn is_nanoseconds(of: &ColumnDescPtr) -> bool {
    matches!(of.logical_type_ref(), Some(LogicalType::Timestamp(kind)) if kind.unit == TimeUnit::NANOS)
}
