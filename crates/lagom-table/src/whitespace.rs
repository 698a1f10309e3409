//! Tables whose columns are lined up with spaces.

/// How many lines are looked at.
const SAMPLE: usize = 200;
/// The share of lines that must have as many words as most.
const CONSISTENT: f64 = 0.95;

/// Whether the lines of a text are rows of a table with runs of spaces or tabs between its cells: nearly all have
/// the same number of words, and either they are lined up (two spaces or more somewhere, between two words or before
/// the first) or there are at least three words of which half are numbers.
pub(super) fn is_aligned(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE).collect();
    let counts: Vec<usize> = lines.iter().map(|line| words(line).len()).collect();
    let Some(&usual) = counts.iter().max_by_key(|count| counts.iter().filter(|other| other == count).count()) else {
        return false;
    };
    let fitting = counts.iter().filter(|count| **count == usual).count();
    if usual < 2 || lines.len() < 2 || (fitting as f64) < CONSISTENT * lines.len() as f64 {
        return false;
    }
    let lined_up = lines.iter().filter(|line| line.starts_with("  ") || line.trim().contains("  ")).count();
    let numbers: usize = lines.iter().flat_map(|line| words(line)).filter(|word| word.parse::<f64>().is_ok()).count();
    let many = numbers * 2 >= fitting * usual;
    lined_up * 2 >= lines.len() && (many || usual > 2) || usual > 2 && many
}

/// A table of Markdown as one of bars: without those at both ends of each line, and with a blank line for the rule below the header.
/// Nothing where a text is none.
pub(super) fn without_frame(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let framed = |line: &str| line.trim().strip_prefix('|').is_some_and(|rest| rest.ends_with('|'));
    let rule = |line: &str| {
        let inner = line.trim().trim_matches('|');
        inner.contains('-') && inner.bytes().all(|byte| matches!(byte, b'-' | b':' | b'|' | b' ' | b'\t'))
    };
    let (header, below) = (lines.next()?, lines.next()?);
    if !framed(header) || !framed(below) || !rule(below) || !lines.all(framed) {
        return None;
    }
    let bare = |line: &str| match line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
        Some(_) if rule(line) => String::new(),
        Some(inner) => inner.to_owned(),
        None => String::new(),
    };
    Some(text.lines().map(|line| bare(line) + "\n").collect())
}

/// The text with one tab in place of each run of spaces and tabs between two cells; those in double quotes are kept.
pub(super) fn with_tabs(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for line in text.lines() {
        written.push_str(&words(line).join("\t"));
        written.push('\n');
    }
    written
}

/// The words of a line; what stands in double quotes is one.
fn words(line: &str) -> Vec<&str> {
    let (mut found, mut start, mut quoted) = (Vec::new(), None, false);
    for (at, c) in line.char_indices() {
        let space = matches!(c, ' ' | '\t' | '\r') && !quoted;
        match (space, start) {
            (true, Some(from)) => {
                found.extend(line.get(from..at));
                start = None;
            }
            (false, None) => {
                start = Some(at);
                quoted = c == '"' && line[at + 1..].contains('"');
            }
            (false, Some(_)) if c == '"' => quoted = false,
            _ => {}
        }
    }
    found.extend(start.and_then(|from| line.get(from..)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lined_up_columns_are_told_from_prose() {
        assert!(is_aligned("  1.5   -2.0  a\n 11.5    2.0  b\n"));
        assert!(is_aligned("1 0.5 3\n2 0.1 4\n"));
        assert!(is_aligned("18.0   8   307.0\t\"chevrolet  malibu\"\n15.0   8   350.0\t\"buick\"\n"));
        assert!(!is_aligned("the cat sat\nthe dog ran\n") && !is_aligned("a,b\n1,2\n") && !is_aligned("one\n"));
        assert!(!is_aligned("so  it is\nwe went home\nno\n"));
    }

    #[test]
    fn runs_become_tabs_but_for_those_in_quotes() {
        assert_eq!(with_tabs(" 1   2\t\"a  b\"  \r\n3 4 c\n"), "1\t2\t\"a  b\"\n3\t4\tc\n");
    }
}
