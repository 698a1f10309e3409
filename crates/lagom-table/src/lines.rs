//! Lines of text: each that is not blank is a row of the one column `text`, as it stands.

use std::path::Path;

use super::column::RawColumn;
use super::error::ReadError;
use super::format::Format;
use super::size;
use super::table::RawTable;

/// The column.
const TEXT: &str = "text";

/// Reads the lines that are not blank.
pub(super) fn read(path: &Path, text: &str) -> Result<RawTable, ReadError> {
    let mut texts = RawColumn::new(TEXT);
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        size::check(path, lines.len() as u64, 1)?;
        texts.append(path, line)?;
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
        let table = read(Path::new("x.txt"), "He said, \"no\".\n\n \t\n  a, b;\tc\r\nlast").expect("lines");
        let column = table.column(TEXT).expect("a column");
        let cells: Vec<&str> = (0..table.rows()).filter_map(|row| column.raw(row)).collect();
        assert_eq!(cells, ["He said, \"no\".", "  a, b;\tc", "last"]);
        assert_eq!((table.line(0), table.line(1), table.line(2)), (Some(1), Some(4), Some(5)));
    }
}
