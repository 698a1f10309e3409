//! Lines of a label, one space and a text, as many sentence-classification sets are written.

use std::collections::HashMap;
use std::path::Path;

use super::column::RawColumn;
use super::error::ReadError;
use super::format::Format;
use super::table::RawTable;
use super::{size, sniff};

/// More different labels than these, and the first word is not a label.
const LABELS: usize = 100;
/// The longest label, in bytes.
const LABEL_BYTES: usize = 24;
/// Fewer lines than these are not enough to tell.
const LINES: usize = 8;

/// Whether a text looks so: every line is a short first word and a text, there are two to a hundred
/// different first words and at least four lines for each on average, at most one text in twenty is
/// empty, and no separator cuts the lines into equally many cells. Looks at the whole text.
pub(super) fn looks_so(text: &str) -> bool {
    let mut labels = HashMap::<&str, usize>::new();
    let (mut lines, mut empty) = (0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let Some((label, text)) = split(line) else {
            return false;
        };
        *labels.entry(label).or_default() += 1;
        lines += 1;
        empty += usize::from(text.is_empty());
        if labels.len() > LABELS {
            return false;
        }
    }
    let few = labels.len() >= 2 && labels.len() * 4 <= lines;
    lines >= LINES && few && empty * 20 <= lines && !sniff::is_table(text)
}

/// The label and the text of a line, which may be empty (a few real sets have such lines); nothing
/// where there is no short label with a space behind it.
fn split(line: &str) -> Option<(&str, &str)> {
    let (label, text) = line.split_once(' ')?;
    let fits = !label.is_empty() && label.len() <= LABEL_BYTES;
    fits.then(|| (label, text.trim()))
}

/// Reads such lines into the columns `label` and `text`.
pub(super) fn read(path: &Path, text: &str) -> Result<RawTable, ReadError> {
    let (mut labels, mut texts) = (RawColumn::new("label"), RawColumn::new("text"));
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let (label, text) = split(line).ok_or_else(|| ReadError::NoLabel {
            path: path.to_path_buf(),
            line: number,
            found: line.chars().take(40).collect(),
        })?;
        size::check(path, lines.len() as u64, 2)?;
        labels.append(path, label)?;
        texts.append(path, text)?;
        lines.push(number);
    }
    Ok(RawTable {
        path: path.to_path_buf(),
        format: Format::LabelledLines,
        header: false,
        separator: None,
        quote: None,
        columns: vec![labels, texts],
        lines,
        notes: Vec::new(),
        numbers: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_lines_are_told_from_prose_and_tables() {
        let labelled = "0 what a film\n1 dull , dull\n0 a joy\n1 no\n".repeat(3);
        assert!(looks_so(&labelled));
        assert!(!looks_so("The cat sat\nA dog ran\nNo one saw\nIt was late\n"));
        assert!(!looks_so(&"0 a\tb\n1 c\td\n".repeat(9)));
        assert!(!looks_so(&format!("{labelled}word\n")));
        let table = read(Path::new("x"), &labelled).expect("labelled lines");
        assert_eq!((table.rows(), table.line(1)), (12, Some(2)));
        assert_eq!(table.column("text").and_then(|column| column.get(1)), Some("dull , dull"));
        let error = read(Path::new("x"), "0 a\nword\n").expect_err("no label");
        assert!(error.to_string().contains("line 2: found \"word\""), "{error}");
    }
}
