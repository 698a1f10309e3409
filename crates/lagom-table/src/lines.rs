//! Lines of text: each is a row of the one column `text`, as it stands; that of a blank line is empty.

use std::path::Path;

use super::column::RawColumn;
use super::error::ReadError;
use super::format::{Format, Part};
use super::size;
use super::table::RawTable;

/// The column.
const TEXT: &str = "text";

/// Reads the lines of a file, or of a part of one.
pub(super) fn read(path: &Path, text: &str, part: Option<Part>) -> Result<RawTable, ReadError> {
    let mut texts = RawColumn::new(TEXT);
    let mut lines = Vec::new();
    let before = part.map_or(0, |part| part.lines);
    for (line, number) in text.lines().zip(before + 1..) {
        size::check(path, lines.len() as u64, 1)?;
        texts.append(path, if line.trim().is_empty() { "" } else { line })?;
        lines.push(number);
    }
    Ok(RawTable {
        path: path.to_path_buf(),
        format: Format::Lines,
        header: false,
        separator: None,
        quote: None,
        columns: vec![texts],
        lines,
        notes: Vec::new(),
        numbers: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_row_as_it_stands() {
        let text = "He said, \"no\".\n\n \t\n  a, b;\tc\r\nlast";
        let table = read(Path::new("x.txt"), text, None).expect("lines");
        let column = table.column(TEXT).expect("a column");
        let cells: Vec<&str> = (0..table.rows()).filter_map(|row| column.raw(row)).collect();
        assert_eq!(cells, ["He said, \"no\".", "", "", "  a, b;\tc", "last"]);
        assert_eq!((table.line(0), table.line(3), table.line(5)), (Some(1), Some(4), None));
        // A part goes on behind the lines before it.
        let part = Part { rows: 7, lines: 7, last: true, single: true, quote: None };
        let table = read(Path::new("x.txt"), "\nmore\n", Some(part)).expect("lines");
        assert_eq!((table.rows(), table.line(0), table.line(1)), (2, Some(8), Some(9)));
    }
}
