//! CSV, TSV and their relatives.

use std::borrow::Cow;
use std::path::Path;

use super::around::{self, Body};
use super::column::RawColumn;
use super::error::ReadError;
use super::format::{Format, ReadOptions};
use super::records::{Dialect, Records, Unclosed, unclosed};
use super::rows::{self, Read};
use super::table::{RawTable, check_names, names_from};
use super::{header, size, sniff, whitespace};

/// How a text was cut.
struct Cut<'a> {
    text: Cow<'a, str>,
    separator: Option<u8>,
    /// Whether runs of spaces stood between the cells.
    aligned: bool,
}

/// Reads separated cells; `format` says CSV or TSV where it is known.
pub(super) fn read(
    path: &Path,
    text: &str,
    format: Option<Format>,
    options: &ReadOptions,
) -> Result<RawTable, ReadError> {
    let (mut body, cut) = cut(text, format, options)?;
    body.lines += options.part.map_or(0, |part| part.lines);
    let text = &*cut.text;
    let quote = options.part.map_or_else(|| sniff::quote(text, cut.separator), |part| part.quote);
    let dialect = Dialect { separator: cut.separator, quote };
    let unclosed = |fault: Unclosed| unclosed(path, dialect, Unclosed { line: fault.line + body.lines, ..fault });
    let profile = sniff::sample(text, dialect);
    size::check(path, 0, profile.cells)?;
    let mut records = Records::new(text, dialect).after(body.lines);
    let title = if options.part.is_none() { rows::title(&mut records, &profile) } else { None };
    let table = records.rest();
    let commented = body.comment.filter(|_| options.header != Some(false) && title.is_none());
    let commented = commented.map(|comment| rows::names_in(comment, dialect)).filter(|names| {
        profile.cells > 1 && names.len() == profile.cells && !names.iter().any(|name| super::number::is_number(name))
    });
    let sniffed = || header::sniff(table, dialect).map_err(unclosed);
    // A comment with as many names is the header that is told, where the first record is none.
    let header = match options.header {
        Some(told) if !told || commented.is_none() => told,
        Some(_) | None => sniffed()?,
    };
    let names = match commented.filter(|_| !header) {
        Some(names) => {
            check_names(path, &names)?;
            Some(names)
        }
        None => None,
    };
    let named = header || names.is_some();
    let names = match names {
        Some(names) => names,
        None => named_columns(path, &mut records, header, profile.cells)?,
    };
    let columns: Vec<RawColumn> = names.into_iter().map(RawColumn::new).collect();
    // In one column a blank line is a row without a value, where each row counts, also at the end.
    records.blanks = options.every_row && columns.len() == 1;
    let Read { mut columns, lines, mut notes } = rows::read(path, &mut records, columns, options)?;
    if lines.is_empty() {
        return Err(no_rows(path, columns.len()));
    }
    rows::without_empty_last(&mut columns);
    columns.iter_mut().for_each(RawColumn::shrink);
    if let Some(title) = title {
        notes.insert(0, format!("line {}: `{title}` stands before the table and is left out", body.lines + 1));
    }
    if named && !header {
        notes.insert(0, "the columns are named by the comment before the table".to_owned());
    }
    if body.comments > usize::from(named && !header) {
        notes.insert(0, format!("comments before the table are left out ({} lines)", body.comments));
    }
    let separator = if cut.aligned { Some(' ') } else { cut.separator.filter(|_| columns.len() > 1).map(char::from) };
    Ok(RawTable {
        path: path.to_path_buf(),
        format: if separator == Some('\t') { Format::Tsv } else { Format::Csv },
        header: named,
        separator,
        quote,
        columns,
        lines,
        notes,
        numbers: Vec::new(),
    })
}

/// What separates the cells of a format where nothing else is found.
pub(super) fn usual_separator(format: Option<Format>) -> Option<u8> {
    format.map(|format| if format == Format::Tsv { b'\t' } else { b',' })
}

/// The text of the table, and its separator: the one that is told, else named in the file, else found, else usual for
/// the format.
fn cut<'a>(text: &'a str, format: Option<Format>, options: &ReadOptions) -> Result<(Body<'a>, Cut<'a>), ReadError> {
    let whole = Body { text, ..Body::default() };
    let body = if options.part.is_none() { around::body(text) } else { whole.clone() };
    let of = |body: Body<'a>, separator: Option<u8>| {
        let text = Cow::Borrowed(body.text);
        (body, Cut { text, separator, aligned: false })
    };
    let aligned = |body: Body<'a>| {
        let text = Cow::Owned(whitespace::with_tabs(body.text));
        (body, Cut { text, separator: Some(b'\t'), aligned: true })
    };
    if let Some(found) = options.separator.or(body.separator) {
        if found == ' ' {
            return Ok(aligned(body));
        }
        let usable = found.is_ascii() && !"\"'\r\n".contains(found);
        let byte = u8::try_from(found).ok().filter(|_| usable);
        return byte.map(|byte| of(body, Some(byte))).ok_or(ReadError::BadSeparator { found });
    }
    if options.part.is_none()
        && let Some(text) = whitespace::without_frame(body.text)
    {
        return Ok((body, Cut { text: Cow::Owned(text), separator: Some(b'|'), aligned: false }));
    }
    let usual = usual_separator(format);
    if options.part.is_some_and(|part| part.single) {
        return Ok(of(body, usual));
    }
    let likely = usual.filter(|usual| *usual == b'\t');
    Ok(match sniff::separator(body.text, likely) {
        Some(separator) => of(body, Some(separator)),
        None if whitespace::is_aligned(body.text) => aligned(body),
        // A single column may hold hashtags: there they are no comments.
        None => of(whole, usual),
    })
}

/// The columns' names: from the header, which is passed over, or `column-1` and so on.
fn named_columns(
    path: &Path,
    records: &mut Records<'_>,
    header: bool,
    expected: usize,
) -> Result<Vec<String>, ReadError> {
    if !header {
        return Ok(names_from((0..expected).map(|_| "")));
    }
    records.advance().map_err(|fault| unclosed(path, records.dialect, fault))?;
    let mut cells: Vec<&str> = records.cells.iter().map(|cell| cell.text.trim()).collect();
    let quoted = |cell: &&str| cell.len() > 2 && cell.starts_with('\'') && cell.ends_with('\'');
    if cells.iter().all(quoted) {
        cells.iter_mut().for_each(|cell| *cell = &cell[1..cell.len() - 1]);
    }
    // A separator at the end of a line opens a cell that is none.
    while cells.len() > expected && cells.last().is_some_and(|cell| cell.is_empty()) {
        cells.pop();
    }
    let names = names_from(cells.iter().copied());
    if names.len() != expected && !(names.len() + 1 == expected && rows::end_empty(records)) {
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
