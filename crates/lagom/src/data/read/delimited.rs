//! CSV, TSV and their relatives.

use std::path::Path;

use super::error::ReadError;
use super::format::{Format, ReadOptions};
use super::records::{Dialect, Records, Unclosed};
use super::table::{RawColumn, RawTable, check_names, names_from};
use super::{header, sniff};

/// Reads separated cells; `format` says CSV or TSV where it is known.
pub(super) fn read(
    path: &Path,
    text: &str,
    format: Option<Format>,
    options: &ReadOptions,
) -> Result<RawTable, ReadError> {
    let separator = separator(text, format, options)?;
    let quote = sniff::quote(text, separator);
    let dialect = Dialect { separator, quote };
    let unclosed = |fault| unclosed(path, dialect, fault);
    let header = match options.header {
        Some(told) => told,
        None => header::sniff(text, dialect).map_err(unclosed)?,
    };
    let profile = sniff::sample(text, dialect);
    let mut records = Records::new(text, dialect);
    let names = names(path, &mut records, header, profile.cells)?;
    let mut columns: Vec<RawColumn> = names.into_iter().map(RawColumn::new).collect();
    let mut lines = Vec::new();
    while records.advance().map_err(unclosed)? {
        let (found, expected) = (records.cells.len(), columns.len());
        if found != expected {
            return Err(ReadError::RaggedRow {
                path: path.to_path_buf(),
                row: lines.len() + 1,
                line: records.start,
                found,
                expected,
            });
        }
        for (column, cell) in columns.iter_mut().zip(&records.cells) {
            column.append(path, &cell.text)?;
        }
        lines.push(records.start);
    }
    if lines.is_empty() {
        return Err(no_rows(path, columns.len()));
    }
    columns.iter_mut().for_each(RawColumn::shrink);
    let known = if separator == Some(b'\t') { Format::Tsv } else { Format::Csv };
    Ok(RawTable {
        path: path.to_path_buf(),
        format: known,
        header,
        separator: separator.filter(|_| columns.len() > 1).map(char::from),
        columns,
        lines,
    })
}

/// The separator that is told, else found, else usual for the format.
fn separator(text: &str, format: Option<Format>, options: &ReadOptions) -> Result<Option<u8>, ReadError> {
    if let Some(found) = options.separator {
        let usable = found.is_ascii() && !"\"'\r\n".contains(found);
        let byte = u8::try_from(found).ok().filter(|_| usable);
        return byte.map(Some).ok_or(ReadError::BadSeparator { found });
    }
    let usual = match format {
        Some(Format::Tsv) => Some(b'\t'),
        Some(_) => Some(b','),
        None => None,
    };
    let likely = usual.filter(|usual| *usual == b'\t');
    Ok(sniff::separator(text, likely).or(usual))
}

/// The columns' names: from the header, which is passed over, or `column-1` and so on.
fn names(path: &Path, records: &mut Records<'_>, header: bool, expected: usize) -> Result<Vec<String>, ReadError> {
    if !header {
        return Ok(names_from((0..expected).map(|_| "")));
    }
    records.advance().map_err(|fault| unclosed(path, records.dialect, fault))?;
    let names = names_from(records.cells.iter().map(|cell| &*cell.text));
    if names.len() != expected {
        return Err(ReadError::RaggedHeader {
            path: path.to_path_buf(),
            line: records.start,
            found: names.len(),
            expected,
        });
    }
    check_names(path, &names)?;
    Ok(names)
}

fn no_rows(path: &Path, columns: usize) -> ReadError {
    let path = path.to_path_buf();
    match columns {
        0 => ReadError::Empty { path },
        columns => ReadError::NoRows { path, columns },
    }
}

fn unclosed(path: &Path, dialect: Dialect, fault: Unclosed) -> ReadError {
    ReadError::UnclosedQuote {
        path: path.to_path_buf(),
        line: fault.line,
        column: fault.column,
        quote: dialect.quote.map_or('"', char::from),
    }
}
