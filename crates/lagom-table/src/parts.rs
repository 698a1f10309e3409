//! A file read part by part, so that memory does not grow with it.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::column::RawColumn;
use super::error::ReadError;
use super::format::{Format, Magic, Part, ReadOptions, by_extension, magic};
use super::load::{parsed, sniff};
use super::opened::{fault, open};
use super::table::RawTable;
use super::{columnar, json_lines};
use crate::input::{self, LINE_BYTES};

/// Rows of a part of a Parquet file.
const ROWS: usize = 16_384;
/// Bytes of a part, about.
const BLOCK: usize = 2 << 20;

/// Where standard input is read from.
pub const STANDARD_INPUT: &str = "/dev/stdin";

/// A file, or [`STANDARD_INPUT`], read table by table, all with the same columns.
///
/// What is sniffed in the first part (of about 2 MiB) holds for all. A key that only later lines of JSON have is passed over.
pub struct Parts {
    path: PathBuf,
    from: From,
}

/// Where the next part comes from.
enum From {
    Text(Box<Text>),
    Parquet(Box<columnar::Parts>),
}

/// A text that is being read.
struct Text {
    file: Box<dyn Read>,
    /// Bytes that were read and not yet handed over, and whether none follow.
    rest: Vec<u8>,
    ended: bool,
    /// Lines and rows handed over so far.
    lines: u64,
    rows: usize,
    first: Option<RawTable>,
    /// What holds for all parts behind the first.
    same: ReadOptions,
    names: Vec<String>,
    single: bool,
    quote: Option<u8>,
}

impl Parts {
    /// Opens a file and reads its first part.
    ///
    /// # Errors
    /// As [`read`](fn@super::read).
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, ReadError> {
        let piped = path == Path::new(STANDARD_INPUT);
        let mut file: Box<dyn Read> = if piped { Box::new(std::io::stdin()) } else { Box::new(open(path)?) };
        let (mut rest, mut ended) = (Vec::new(), false);
        let mut first = block((path, 0), &mut file, (&mut rest, &mut ended))?;
        let path = path.to_path_buf();
        let looks_so = || matches!(magic(&first), Magic::Parquet) || by_extension(&path) == Some(Format::Parquet);
        if options.format.map_or_else(looks_so, |format| format == Format::Parquet) {
            let file = if piped { redirected(&path)? } else { open(&path)? };
            let parts = columnar::Parts::open(&path, file, options.nested, ROWS)?;
            return Ok(Self { path, from: From::Parquet(Box::new(parts)) });
        }
        let format = std::str::from_utf8(&first).ok().and_then(|text| options.format.or_else(|| sniff(&path, text)));
        if format == Some(Format::JsonLines) && std::str::from_utf8(&first).is_ok_and(json_lines::is_list) {
            // One list has no lines to be cut at: it is read whole.
            first.append(&mut rest);
            let most = input::FILE_BYTES.saturating_sub(first.len() as u64);
            let more = file.by_ref().take(most + 1).read_to_end(&mut first).map_err(|source| fault(&path, source))?;
            if more as u64 > most {
                return Err(ReadError::TooLarge { path, bytes: first.len() as u64, most: input::FILE_BYTES });
            }
            ended = true;
        }
        let lines = count_lines(&first);
        let mut table = parsed(&path, first, options)?;
        table.settle_signs();
        let names: Vec<String> = table.names().map(str::to_owned).collect();
        let mut same = ReadOptions { format: format.or(Some(table.format)), header: Some(false), ..*options };
        same.separator = table.separator.or(options.separator);
        let (rows, single, quote) = (table.rows(), table.columns.len() == 1, table.quote);
        let first = Some(table);
        let text = Text { file, rest, ended, lines, rows, first, same, names, single, quote };
        Ok(Self { path, from: From::Text(Box::new(text)) })
    }

    /// The columns' names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match &self.from {
            From::Text(text) => &text.names,
            From::Parquet(parts) => parts.names(),
        }
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// As [`read`](fn@super::read), for the part that is at fault.
    pub fn next_part(&mut self) -> Result<Option<RawTable>, ReadError> {
        match &mut self.from {
            From::Text(text) => text.next_part(&self.path),
            From::Parquet(parts) => parts.next_part(&self.path),
        }
    }
}

impl Text {
    fn next_part(&mut self, path: &Path) -> Result<Option<RawTable>, ReadError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        while !self.ended || !self.rest.is_empty() {
            let bytes = block((path, self.lines), &mut self.file, (&mut self.rest, &mut self.ended))?;
            if bytes.iter().all(u8::is_ascii_whitespace) && self.same.format != Some(Format::Lines) {
                continue;
            }
            let found = count_lines(&bytes);
            let last = self.ended && self.rest.is_empty();
            let part = Part { rows: self.rows, lines: self.lines, last, single: self.single, quote: self.quote };
            let mut table = parsed(path, bytes, &ReadOptions { part: Some(part), ..self.same })?;
            self.lines += found;
            self.rows += table.rows();
            rename(path, &mut table, &self.names)?;
            return Ok(Some(table));
        }
        Ok(None)
    }
}

/// Hands over the rows of a file, or of [`STANDARD_INPUT`], in tables, one after another; each is dropped before the next is read.
///
/// # Errors
/// As [`read`](fn@super::read), for the first part that is at fault; or what `take` fails with.
pub fn read_in_parts<E: std::convert::From<ReadError>>(
    path: &Path,
    options: &ReadOptions,
    take: &mut dyn FnMut(RawTable) -> Result<(), E>,
) -> Result<(), E> {
    let mut parts = Parts::open(path, options)?;
    while let Some(table) = parts.next_part()? {
        take(table)?;
    }
    Ok(())
}

/// Standard input as a file, which it is where a shell redirects it: Parquet is read from its end.
fn redirected(path: &Path) -> Result<std::fs::File, ReadError> {
    let is_file = std::fs::metadata(path).is_ok_and(|found| found.is_file());
    if !is_file {
        return Err(ReadError::NotFile { path: path.to_path_buf(), what: "a pipe, from which no Parquet can be read" });
    }
    std::fs::File::open(path).map_err(|source| fault(path, source))
}

/// Gives a part the columns of the first: by their order, or by key.
fn rename(path: &Path, table: &mut RawTable, names: &[String]) -> Result<(), ReadError> {
    if table.format == Format::JsonLines {
        let rows = table.rows();
        let column = |name: &String| {
            let found = table.columns.iter().position(|column| column.name == *name);
            let empty = || RawColumn::from_cells(name.clone(), (0..rows).map(|_| ""));
            found.map_or_else(empty, |at| table.columns[at].clone())
        };
        table.columns = names.iter().map(column).collect();
        return Ok(());
    }
    if table.columns.len() != names.len() {
        return Err(ReadError::RaggedRow {
            path: path.to_path_buf(),
            row: table.number(0) + 1,
            line: table.line(0).unwrap_or_default(),
            found: table.columns.len(),
            expected: names.len(),
        });
    }
    table.columns.iter_mut().zip(names).for_each(|(column, name)| column.name.clone_from(name));
    Ok(())
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// The next bytes, up to a line end that is not within double quotes and stands behind a line that is not blank; what is
/// beyond it stays in `rest`. So many `lines` stand before them.
fn block(
    (path, lines): (&Path, u64),
    file: &mut dyn Read,
    (rest, ended): (&mut Vec<u8>, &mut bool),
) -> Result<Vec<u8>, ReadError> {
    loop {
        if !*ended {
            let found = file.take(BLOCK as u64).read_to_end(rest).map_err(|source| fault(path, source))?;
            *ended = found < BLOCK;
        }
        if *ended {
            return Ok(std::mem::take(rest));
        }
        if let Some(end) = line_end(rest) {
            let behind = rest.split_off(end);
            return Ok(std::mem::replace(rest, behind));
        }
        if rest.len() > LINE_BYTES {
            return Err(ReadError::LongLine { path: path.to_path_buf(), line: lines + 1, most: LINE_BYTES });
        }
    }
}

/// Where the last line ends that is followed by nothing within quotes; nothing where there is none yet.
fn line_end(bytes: &[u8]) -> Option<usize> {
    let (mut quoted, mut blank) = (false, true);
    let (mut best, mut any) = (None, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' => {
                any = if blank { any } else { Some(at + 1) };
                best = if blank || quoted { best } else { Some(at + 1) };
                blank = true;
                continue;
            }
            _ => {}
        }
        blank &= byte.is_ascii_whitespace();
    }
    best.or_else(|| any.filter(|_| bytes.len() > LINE_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str, text: &str) -> (Vec<usize>, Vec<Option<String>>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        let (mut sizes, mut cells) = (Vec::new(), Vec::new());
        let mut take = |table: RawTable| -> Result<(), ReadError> {
            sizes.push(table.rows());
            let column = table.column("a").expect("the column");
            cells.extend(column.iter().map(|cell| cell.map(str::to_owned)));
            Ok(())
        };
        let header = (!name.ends_with(".jsonl")).then_some(true);
        let options = ReadOptions { every_row: true, header, ..ReadOptions::default() };
        read_in_parts(&path, &options, &mut take).expect("a table");
        (sizes, cells)
    }

    #[test]
    fn a_later_part_has_the_quotes_of_the_first_whatever_stands_before_the_table() {
        for (name, before, between, quote) in
            [("a.tsv", "# exported today\n", '\t', '"'), ("a.csv", "# it's today's\n", ',', '\'')]
        {
            let mut text = format!("{before}a{between}b\n");
            for row in 0..200_000 {
                text.push_str(&format!("{quote}red{quote}{between}{quote}{row} and more{quote}\n"));
            }
            let (sizes, cells) = parts(name, &text);
            assert!(sizes.len() > 1 && cells.len() == 200_000, "{sizes:?}");
            assert!(cells.iter().all(|cell| cell.as_deref() == Some("red")), "{name}");
        }
    }

    #[test]
    fn blank_lines_are_rows_where_lines_are_also_at_the_end_of_a_part() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        // A part is 2 MiB: the first ends with its one line, and all behind it is blank.
        std::fs::write(&path, format!("{}\n{}", "x".repeat(BLOCK - 1), "\n".repeat(3))).expect("a file");
        let (mut rows, mut lines) = (0, Vec::new());
        let mut take = |table: RawTable| -> Result<(), ReadError> {
            rows += table.rows();
            lines.extend((0..table.rows()).filter_map(|row| table.line(row)));
            Ok(())
        };
        let options = ReadOptions { format: Some(Format::Lines), ..ReadOptions::default() };
        read_in_parts(&path, &options, &mut take).expect("lines");
        assert_eq!((rows, lines), (4, vec![1, 2, 3, 4]));
    }

    #[test]
    fn parts_come_to_the_whole() {
        let filler = "x".repeat(40);
        let (mut csv, mut json) = ("a,b\n".to_owned(), String::new());
        for row in 0..150_000 {
            // A quoted line end now and then, where a cut must not fall.
            let cell = if row % 7 == 0 { format!("\"{filler}\n{row}\"") } else { format!("{filler}{row}") };
            csv.push_str(&format!("{row},{cell}\n"));
            json.push_str(&format!("{{\"a\": {row}, \"b\": \"{filler}\"}}\n"));
        }
        for (name, text) in [("d.csv", &csv), ("d.jsonl", &json)] {
            let (sizes, cells) = parts(name, text);
            assert!(sizes.len() > 1 && sizes.iter().sum::<usize>() == 150_000, "{sizes:?}");
            assert!(cells.iter().enumerate().all(|(row, cell)| cell.as_deref() == Some(row.to_string().as_str())));
        }
    }

    #[test]
    fn a_line_without_an_end_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("d.jsonl");
        let rows = "{\"a\": 1}\n".repeat(500_000);
        std::fs::write(&path, format!("{rows}{{\"a\": \"{}", "x".repeat(LINE_BYTES + (8 << 20)))).expect("a file");
        let mut take = |_: RawTable| -> Result<(), ReadError> { Ok(()) };
        let error = read_in_parts(&path, &ReadOptions::default(), &mut take).expect_err("no end");
        assert!(error.to_string().contains("line 500001: a row here has more than 67108864 bytes"), "{error}");
    }

    #[test]
    fn blank_lines_of_one_column_are_rows() {
        let (_, cells) = parts("d.csv", "a\nx\n\ny\n\n \n");
        assert_eq!(cells, [Some("x".to_owned()), None, Some("y".to_owned()), None, None]);
    }

    #[test]
    fn a_fault_in_a_later_part_is_told_by_its_place_in_the_file() {
        let rows = "1,2\n".repeat(1_500_000);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("d.csv");
        std::fs::write(&path, format!("a,b\n{rows}3\n4,5\n")).expect("a file");
        let mut take = |_: RawTable| -> Result<(), ReadError> { Ok(()) };
        let error = read_in_parts(&path, &ReadOptions::default(), &mut take).expect_err("a ragged row");
        assert!(error.to_string().contains("row 1500001 (line 1500002)"), "{error}");
    }
}
