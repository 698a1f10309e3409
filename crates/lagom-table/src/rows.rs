//! The rows of a table of separated cells, without the lines that are none.

use std::path::Path;

use super::around;
use super::column::RawColumn;
use super::error::ReadError;
use super::format::ReadOptions;
use super::records::{Dialect, Records, unclosed};
use super::size;
use super::sniff::Profile;
use super::table::names_from;
use crate::input::LINE_BYTES;

/// The share of records of one length from which a single cell before them is a title.
const REGULAR: f64 = 0.9;
/// How many rows are looked at for a separator at their end.
const SAMPLE: usize = 1000;

/// The rows as columns.
pub(super) struct Read {
    pub(super) columns: Vec<RawColumn>,
    /// The line each row starts on.
    pub(super) lines: Vec<u64>,
    /// What was left out, in sentences.
    pub(super) notes: Vec<String>,
}

/// Passes over a title before the table: one cell of words where nearly all records have several cells.
pub(super) fn title(records: &mut Records<'_>, profile: &Profile) -> Option<String> {
    let others = (1.0 - profile.consistency) * profile.records as f64;
    // The title itself is one of the others.
    if profile.cells < 2 || others > 1.5 + (1.0 - REGULAR) * profile.records as f64 {
        return None;
    }
    let mut probe = records.clone();
    let is_first = matches!(probe.advance(), Ok(true));
    let short = probe.cells.len() != profile.cells;
    // A spreadsheet fills a title up with empty cells.
    let filled_up = probe.cells.len() > 2 && probe.cells[0].text.trim().contains(char::is_whitespace);
    if !is_first || !(short || filled_up) || !around::is_title(&probe.cells) {
        return None;
    }
    let words = probe.cells.iter().map(|cell| cell.text.trim()).find(|text| !text.is_empty())?.to_owned();
    if !matches!(probe.clone().advance(), Ok(true)) {
        return None;
    }
    *records = probe;
    Some(words.chars().take(60).collect())
}

/// The names in a comment.
pub(super) fn names_in(comment: &str, dialect: Dialect) -> Vec<String> {
    let comment = match dialect.separator {
        Some(b'\t') if !comment.contains('\t') => comment.split_whitespace().collect::<Vec<&str>>().join("\t"),
        _ => comment.to_owned(),
    };
    let mut records = Records::new(&comment, dialect);
    match records.advance() {
        Ok(true) => names_from(records.cells.iter().map(|cell| &*cell.text)),
        _ => Vec::new(),
    }
}

/// Whether the next records all end in an empty cell.
pub(super) fn end_empty(records: &Records<'_>) -> bool {
    let mut probe = records.clone();
    let mut rows = 0;
    while rows < SAMPLE && matches!(probe.advance(), Ok(true)) {
        if !probe.cells.last().is_some_and(|cell| cell.text.is_empty()) {
            return false;
        }
        rows += 1;
    }
    rows > 0
}

/// Reads all rows into the columns.
///
/// A row may have empty cells too many: a separator at its end. Comments among the rows are passed over; so are notes
/// behind the last row, and a last row of sums unless `options.every_row` asks for all that could be one.
pub(super) fn read(
    path: &Path,
    records: &mut Records<'_>,
    mut columns: Vec<RawColumn>,
    options: &ReadOptions,
) -> Result<Read, ReadError> {
    let (mut lines, mut notes, mut comments) = (Vec::new(), Vec::new(), 0_usize);
    let expected = columns.len();
    while records.advance().map_err(|fault| unclosed(path, records.dialect, fault))? {
        if records.length() > LINE_BYTES {
            let (path, line) = (path.to_path_buf(), records.start);
            return Err(ReadError::LongLine { path, line, most: LINE_BYTES });
        }
        size::check(path, lines.len() as u64, expected)?;
        if lines.len() == SAMPLE {
            // The file's rows are about as long as its first.
            let rows = SAMPLE + records.rest().len() / (records.passed() / SAMPLE).max(1);
            columns.iter_mut().for_each(|column| column.expect(rows));
            lines.reserve(rows - SAMPLE);
        }
        let mut found = records.cells.len();
        while found > expected && records.cells[found - 1].text.is_empty() && !records.cells[found - 1].quoted {
            found -= 1;
        }
        if found != expected {
            if !options.every_row && around::is_comment(&records.cells) {
                comments += 1;
                continue;
            }
            let line = records.start;
            let before = options.part.map_or(0, |part| part.rows);
            let goes_on = options.part.is_some_and(|part| !part.last);
            if lines.is_empty() || goes_on || options.every_row || !only_notes(records, expected) {
                return Err(ReadError::RaggedRow {
                    path: path.to_path_buf(),
                    row: before + lines.len() + 1,
                    line,
                    found,
                    expected,
                });
            }
            notes.push(format!("what stands behind the last row, from line {line} on, is left out as a note"));
            break;
        }
        for (column, cell) in columns.iter_mut().zip(&records.cells) {
            column.append(path, &cell.text)?;
        }
        lines.push(records.start);
    }
    if comments > 0 {
        notes.push(format!("comments among the rows are left out ({comments} lines)"));
    }
    let last: Vec<&str> =
        columns.iter().map(|column| column.raw(lines.len().wrapping_sub(1)).unwrap_or_default()).collect();
    let total = around::total(last.iter().copied()).map(|(at, word)| (at, word.to_owned()));
    if let Some((at, word)) = total.filter(|_| !options.every_row && lines.len() > 1) {
        let unique = (0..lines.len() - 1).all(|row| columns[at].raw(row) != Some(word.as_str()));
        if unique && let Some(line) = lines.pop() {
            columns.iter_mut().for_each(RawColumn::pop);
            notes.push(format!(
                "the last row (line {line}) begins with `{word}`, as no other does, and is left out as a sum; if it is a row, \
                 write another word there"
            ));
        }
    }
    Ok(Read { columns, lines, notes })
}

/// Whether the current record and all behind it are notes. A stray separator among rows of texts does not end the table: the
/// rows behind it are filled.
fn only_notes(records: &Records<'_>, columns: usize) -> bool {
    let mut probe = records.clone();
    loop {
        if around::is_filled(&probe.cells, columns) || !around::is_note(&probe.cells) {
            return false;
        }
        match probe.advance() {
            Ok(true) => {}
            Ok(false) => return true,
            Err(_) => return false,
        }
    }
}

/// Leaves out a last column without a name in which every cell is empty: each line ends in a separator.
pub(super) fn without_empty_last(columns: &mut Vec<RawColumn>) {
    let unnamed = format!("column-{}", columns.len());
    let empty = |column: &RawColumn| (0..column.len()).all(|row| column.raw(row).is_some_and(str::is_empty));
    if columns.len() > 1 && columns.last().is_some_and(|last| last.name == unnamed && empty(last)) {
        columns.pop();
    }
}
