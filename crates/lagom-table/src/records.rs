//! Records of separated cells, one after another, borrowed from the text.
//!
//! An own tokeniser rather than the `csv` crate's, because lagom must take a quote after a space
//! (`a, "b, c"`), tell an unclosed quote by its line, and know which cells were quoted and how
//! well, so that quoting itself can be sniffed.

use std::borrow::Cow;
use std::path::Path;

use super::error::ReadError;
use crate::input::{COLUMNS, LINE_BYTES};

/// How a text is cut into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// What stands between two cells; `None`: a line is one cell.
    pub(super) separator: Option<u8>,
    /// What quotes a cell, if anything does.
    pub(super) quote: Option<u8>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    /// Its text: trimmed where it was not quoted, without the quotes where it was.
    pub(super) text: Cow<'a, str>,
    /// Whether it was quoted.
    pub(super) quoted: bool,
}

/// A quote that never closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// The line it opens on, from 1.
    pub(super) line: u64,
    /// The cell within its record, from 1.
    pub(super) column: usize,
}

enum End {
    Cell,
    Record,
}

/// Walks over the records of a text; blank lines are passed over.
#[derive(Clone)]
pub(super) struct Records<'a> {
    text: &'a str,
    /// How the text is cut.
    pub(super) dialect: Dialect,
    line_end: u8,
    position: usize,
    /// Where the current record begins.
    begin: usize,
    line: u64,
    /// The cells of the current record.
    pub(super) cells: Vec<Cell<'a>>,
    /// The line the current record starts on, from 1.
    pub(super) start: u64,
    /// How many quoted cells so far had text behind the closing quote.
    pub(super) malformed: usize,
    /// Whether a blank line is a record of one empty cell.
    pub(super) blanks: bool,
}

impl<'a> Records<'a> {
    /// Starts at the beginning. Lines end with LF or CRLF, or with CR in a text without any LF.
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        let line_end = if text.contains('\n') { b'\n' } else { b'\r' };
        let (cells, blanks) = (Vec::new(), false);
        Self { text, dialect, line_end, position: 0, begin: 0, line: 1, cells, start: 1, malformed: 0, blanks }
    }

    /// Counts lines from behind so many.
    pub(super) fn after(mut self, lines: u64) -> Self {
        self.line += lines;
        self.start += lines;
        self
    }

    /// Bytes that are walked over.
    pub(super) fn passed(&self) -> usize {
        self.position
    }

    /// What is not yet walked over.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Moves to the next record; says whether there is one.
    pub(super) fn advance(&mut self) -> Result<bool, Unclosed> {
        while self.position < self.text.len() {
            self.cells.clear();
            self.start = self.line;
            self.begin = self.position;
            while let End::Cell = self.cell()? {}
            let blank = matches!(&self.cells[..], [only] if only.text.is_empty() && !only.quoted);
            if !blank || self.blanks {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn cell(&mut self) -> Result<End, Unclosed> {
        let bytes = self.text.as_bytes();
        if let Some(quote) = self.dialect.quote {
            let separator = self.dialect.separator;
            let pad = |byte: &u8| matches!(byte, b' ' | b'\t') && Some(*byte) != separator;
            let spaces = bytes[self.position..].iter().take_while(|b| pad(b)).count();
            let open = self.position + spaces;
            if bytes.get(open) == Some(&quote) {
                return self.quoted(open + 1, quote);
            }
        }
        let (end, kind) = self.scan(self.position);
        let text = Cow::Borrowed(self.text[self.position..end].trim());
        self.keep(Cell { text, quoted: false });
        self.position = end + 1;
        Ok(kind)
    }

    /// Keeps a cell of a record, but for those beyond the most that one may have and one.
    fn keep(&mut self, cell: Cell<'a>) {
        if self.cells.len() <= COLUMNS {
            self.cells.push(cell);
        }
    }

    /// Bytes of the current record.
    pub(super) fn length(&self) -> usize {
        self.position - self.begin
    }

    /// Where the unquoted stretch from `from` ends, and what ends it.
    fn scan(&mut self, from: usize) -> (usize, End) {
        let bytes = self.text.as_bytes();
        let (line_end, separator) = (self.line_end, self.dialect.separator);
        let stop = |byte: &u8| *byte == line_end || Some(*byte) == separator;
        let end = match bytes.get(from..).unwrap_or_default().iter().position(stop) {
            Some(length) => from + length,
            None => bytes.len(),
        };
        if end < bytes.len() && bytes[end] != line_end {
            return (end, End::Cell);
        }
        self.line += 1;
        (end, End::Record)
    }

    /// A quoted cell whose text starts at `from`.
    fn quoted(&mut self, from: usize, quote: u8) -> Result<End, Unclosed> {
        let bytes = self.text.as_bytes();
        let unclosed = Unclosed { line: self.line, column: self.cells.len() + 1 };
        let mut text = Cow::Borrowed("");
        let mut start = from;
        loop {
            // What goes on for longer is no cell, so a quote that never closes is told at once.
            let rest = bytes.get(start..bytes.len().min(from + LINE_BYTES)).unwrap_or_default();
            let length = rest.iter().position(|byte| *byte == quote).ok_or(unclosed)?;
            let close = start + length;
            let lines = rest[..length].iter().filter(|byte| **byte == self.line_end).count();
            self.line += lines as u64;
            join(&mut text, &self.text[start..close]);
            if bytes.get(close + 1) != Some(&quote) {
                start = close + 1;
                break;
            }
            join(&mut text, &self.text[close..=close]);
            start = close + 2;
        }
        let (end, kind) = self.scan(start);
        let behind = &self.text[start..end];
        if !behind.trim().is_empty() {
            self.malformed += 1;
            join(&mut text, behind.trim_end());
        }
        self.keep(Cell { text, quoted: true });
        self.position = end + 1;
        Ok(kind)
    }
}

fn join<'a>(text: &mut Cow<'a, str>, part: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(part);
    } else if !part.is_empty() {
        text.to_mut().push_str(part);
    }
}

/// That a quote is not closed, as an error of the file.
pub(super) fn unclosed(path: &Path, dialect: Dialect, fault: Unclosed) -> ReadError {
    ReadError::UnclosedQuote {
        path: path.to_path_buf(),
        line: fault.line,
        column: fault.column,
        quote: dialect.quote.map_or('"', char::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect { separator: Some(b','), quote: Some(b'"') };

    fn all(text: &str, dialect: Dialect) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(text, dialect);
        let mut found = Vec::new();
        while records.advance().expect("closed quotes") {
            let cells = records.cells.iter().map(|cell| cell.text.to_string());
            found.push((records.start, cells.collect()));
        }
        found
    }

    #[test]
    fn quotes_spaces_and_line_ends() {
        let text = "a, \"b, \"\"c\"\"\" ,d\r\n\r\n\"x\ny\", ,z\r\nlast";
        let found = all(text, COMMA);
        assert_eq!(found[0], (1, vec!["a".into(), "b, \"c\"".into(), "d".into()]));
        assert_eq!(found[1], (3, vec!["x\ny".into(), String::new(), "z".into()]));
        assert_eq!(found[2], (5, vec!["last".into()]));
        assert_eq!(all("a,b\r1,2\r", COMMA).len(), 2);
        assert_eq!(all("a,\nb,", COMMA)[1].1, ["b", ""]);
        assert_eq!(all("\"\"\n", COMMA), [(1, vec![String::new()])]);
    }

    #[test]
    fn an_unclosed_quote_is_told_and_text_behind_a_quote_is_kept() {
        let mut records = Records::new("a,b\n1,\"2\n3,4\n", COMMA);
        assert_eq!(records.advance(), Ok(true));
        assert_eq!(records.advance(), Err(Unclosed { line: 2, column: 2 }));
        let mut records = Records::new("\"a\" b,\"c\"\n", COMMA);
        assert_eq!(records.advance(), Ok(true));
        assert_eq!((&*records.cells[0].text, records.malformed), ("a b", 1));
    }

    #[test]
    fn without_quotes_or_separator() {
        let tab = Dialect { separator: Some(b'\t'), quote: None };
        assert_eq!(all("a\t \"b\n\tc d", tab)[0].1, ["a", "\"b"]);
        let line = Dialect { separator: None, quote: None };
        assert_eq!(all("a, b\n\n c\n", line), [(1, vec!["a, b".into()]), (3, vec!["c".into()])]);
    }
}
