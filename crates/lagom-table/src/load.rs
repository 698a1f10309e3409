//! From a path to a table.

use std::path::Path;

use super::error::ReadError;
use super::format::{Format, Magic, ReadOptions, by_extension, magic};
use super::opened::{open, refused};
use super::table::RawTable;
use super::{columnar, delimited, json_lines, labelled, lines};
use crate::input;

/// Reads a file whole into columns of text; see the module for what is sniffed.
///
/// # Errors
///
/// Anything that keeps the file from being a table of at least one row: see [`ReadError`], whose
/// `hint` says what the user can do.
pub fn read(path: &Path, options: &ReadOptions) -> Result<RawTable, ReadError> {
    let mut table = as_written(path, options)?;
    table.settle_signs();
    Ok(table)
}

fn as_written(path: &Path, options: &ReadOptions) -> Result<RawTable, ReadError> {
    if is_parquet(path, options)? {
        return columnar::read(path, open(path)?, options.nested);
    }
    parsed(path, input::bytes(path, input::FILE_BYTES).map_err(refused)?, options)
}

/// Whether a file is to be read as Parquet, by what it begins with or is called.
fn is_parquet(path: &Path, options: &ReadOptions) -> Result<bool, ReadError> {
    let begins = matches!(magic(&input::beginning(path, MAGIC).map_err(refused)?), Magic::Parquet);
    let called = || by_extension(path) == Some(Format::Parquet);
    let empty = || std::fs::metadata(path).is_ok_and(|found| found.len() == 0);
    Ok(options.format.map_or_else(|| begins || called(), |format| format == Format::Parquet) && !empty())
}

/// Bytes that tell what a file is.
const MAGIC: u64 = 16;

/// The table in the bytes of a file.
pub(super) fn parsed(path: &Path, bytes: Vec<u8>, options: &ReadOptions) -> Result<RawTable, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty { path: path.to_path_buf() });
    }
    if let (None, Magic::Foreign(what)) = (options.format, magic(&bytes)) {
        return Err(ReadError::Foreign { path: path.to_path_buf(), what });
    }
    let text = text(path, &bytes)?;
    // Blank lines behind others are rows of no text, where lines are rows.
    let rows_of_no_text = options.format == Some(Format::Lines) && options.part.is_some();
    if text.trim().is_empty() && !rows_of_no_text {
        return Err(ReadError::Empty { path: path.to_path_buf() });
    }
    match options.format.or_else(|| sniff(path, text)) {
        Some(Format::JsonLines) => json_lines::read(path, text, options.nested),
        Some(Format::LabelledLines) => labelled::read(path, text),
        Some(Format::Lines) => lines::read(path, text, options.part),
        format => delimited::read(path, text, format, options),
    }
}

/// The format of a text by its extension, else by its content; `None` is cells of some separator.
pub(super) fn sniff(path: &Path, text: &str) -> Option<Format> {
    match by_extension(path) {
        Some(format) => Some(format),
        None if text.trim_start().starts_with('{') || json_lines::is_list(text) => Some(Format::JsonLines),
        None if labelled::looks_so(text) => Some(Format::LabelledLines),
        None => None,
    }
}

/// The bytes as text, without a byte-order mark.
fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let before = bytes.get(..offset).unwrap_or_default();
        ReadError::NotUtf8 {
            path: path.to_path_buf(),
            line: before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1,
            offset,
            byte: bytes.get(offset).copied().unwrap_or_default(),
            utf16: bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]),
        }
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}
