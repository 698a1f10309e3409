//! What stands around a table in its file: a line that names the separator, comments, a title, totals and notes.

use super::number::is_number;
use super::records::Cell;

/// A text without the lines before its table.
#[derive(Debug, Clone, Default)]
pub(super) struct Body<'a> {
    /// The table.
    pub(super) text: &'a str,
    /// How many lines stand before it.
    pub(super) lines: u64,
    /// What `sep=` names.
    pub(super) separator: Option<char>,
    /// The last comment before the table, without its mark: it may hold the names of the columns.
    pub(super) comment: Option<&'a str>,
    /// How many comments stand before it.
    pub(super) comments: usize,
}

/// Marks that open a comment.
const COMMENTS: [&str; 3] = ["#", "%", "//"];

/// Passes over `sep=;`, which spreadsheets write and read, and comments before the table.
pub(super) fn body(text: &str) -> Body<'_> {
    let mut body = Body { text, ..Body::default() };
    while let Some((line, rest)) = first_line(body.text) {
        let bare = line.trim();
        if body.lines == 0
            && let Some(separator) = named_separator(line)
        {
            body.separator = Some(separator);
        } else if let Some(comment) = uncommented(bare) {
            body.comment = Some(comment);
            body.comments += 1;
        } else if !(bare.is_empty() && body.comments > 0) {
            break;
        }
        body.text = rest;
        body.lines += 1;
    }
    body
}

/// The text of a comment.
fn uncommented(line: &str) -> Option<&str> {
    let mark = COMMENTS.iter().find(|mark| line.starts_with(**mark))?;
    Some(line.trim_start_matches(mark).trim())
}

/// The first line without its end, and what is behind it; nothing where there is only one line.
fn first_line(text: &str) -> Option<(&str, &str)> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let (line, rest) = text.split_once(end)?;
    (!rest.trim().is_empty()).then_some((line, rest))
}

/// The separator in a line such as `sep=;` or `"sep=,"`; a tab may stand there itself.
fn named_separator(line: &str) -> Option<char> {
    let line = line.trim_end_matches(['\r', '\n']);
    let line = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line);
    let named = line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep="))?;
    let mut rest = line[named.len()..].chars();
    match (rest.next(), rest.as_str()) {
        (Some(separator), "") => Some(separator),
        (Some('\\'), "t") => Some('\t'),
        _ => None,
    }
}

/// Words that begin a line of sums or means, in lower case.
const TOTALS: [&str; 25] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "sums",
    "average",
    "averages",
    "mean",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "mittelwert",
    "durchschnitt",
    "somme",
    "moyenne",
    "totale",
    "totaal",
    "suma",
    "media",
    "итого",
    "总计",
    "合计",
    "合計",
];

/// The cell that makes a last row one of sums or means: its first that is not empty is such a word.
pub(super) fn total<'c>(cells: impl ExactSizeIterator<Item = &'c str>) -> Option<(usize, &'c str)> {
    let several = cells.len() > 1;
    let (at, word) = cells.map(str::trim).enumerate().find(|(_, cell)| !cell.is_empty())?;
    let bare = word.trim_end_matches([':', '.', '*']).trim().to_lowercase();
    (several && TOTALS.contains(&bare.as_str())).then_some((at, word))
}

fn texts<'c>(cells: &'c [Cell<'_>]) -> impl ExactSizeIterator<Item = &'c str> {
    cells.iter().map(|cell| &*cell.text)
}

/// Whether a record that is not as long as the others is a comment among the rows.
pub(super) fn is_comment(cells: &[Cell<'_>]) -> bool {
    cells.first().is_some_and(|cell| !cell.quoted && COMMENTS.iter().any(|mark| cell.text.starts_with(mark)))
}

/// Whether a record at the end that is not as long as the others is a note, and not the stump of a row: words, a source,
/// a sum, or a count in brackets.
pub(super) fn is_note(cells: &[Cell<'_>]) -> bool {
    let Some(first) = cells.iter().map(|cell| cell.text.trim()).find(|text| !text.is_empty()) else {
        return true;
    };
    let said =
        first.contains(char::is_whitespace) || first.ends_with(':') || first.starts_with(['*', '(', '[', '-', '=']);
    !is_number(first) && (said || total(texts(cells)).is_some() || is_comment(cells))
}

/// Whether a record has something in several cells and a cell for each column: a row, whatever words it begins with, but for
/// sums and comments.
pub(super) fn is_filled(cells: &[Cell<'_>], columns: usize) -> bool {
    let filled = texts(cells).filter(|text| !text.is_empty()).count();
    cells.len() >= columns && filled > 1 && !is_comment(cells) && total(texts(cells)).is_none()
}

/// Whether a record before the table is its title: one cell of words alone.
pub(super) fn is_title(cells: &[Cell<'_>]) -> bool {
    let mut filled = cells.iter().map(|cell| cell.text.trim()).filter(|text| !text.is_empty());
    match (filled.next(), filled.next()) {
        (Some(only), None) => !is_number(only),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_named_in_many_ways() {
        for (line, expected) in [
            ("sep=;", Some(';')),
            ("SEP=,\r", Some(',')),
            ("\"sep=|\"", Some('|')),
            ("sep=\t", Some('\t')),
            ("sep=\\t", Some('\t')),
        ] {
            assert_eq!(named_separator(line), expected, "{line}");
        }
        assert!(["sep", "sep=", "sep=ab", "separator=;", "a;b"].iter().all(|line| named_separator(line).is_none()));
    }

    #[test]
    fn comments_before_the_table() {
        let found = body("sep=;\n# made by hand\n\n#a;b\n1;2\n");
        assert_eq!((found.text, found.lines, found.separator), ("1;2\n", 4, Some(';')));
        assert_eq!((found.comment, found.comments), (Some("a;b"), 2));
        // A file of nothing else stays as it is in its last line.
        assert_eq!(body("# a\n# b").text, "# b");
        assert_eq!(body("\na\n1\n").lines, 0);
    }

    #[test]
    fn totals_and_notes_are_not_stumps_of_rows() {
        let cells = |texts: &[&'static str]| -> Vec<Cell<'static>> {
            texts.iter().map(|text| Cell { text: (*text).into(), quoted: false }).collect()
        };
        let totals = |cells: &[&'static str]| total(cells.iter().copied()).is_some();
        assert!(totals(&["Total", "", "5"]) && totals(&["", "Summe:", "5"]));
        assert!(!totals(&["totally", "5"]) && !totals(&["Total"]));
        for note in [&["Source: us"][..], &["(602 rows)"], &["a note", " with a comma"], &["Total"], &["", ""]] {
            assert_eq!(is_note(&cells(note)), note[0] != "Total", "{note:?}");
        }
        assert!(!is_note(&cells(&["1.5", "2"])) && !is_note(&cells(&["north"])));
    }
}
