//! Text in columns for the answers that are not the library's report.

/// Length in characters.
fn length(text: &str) -> usize {
    text.chars().count()
}

/// Lines of at most `width` characters, broken between words; a longer word stands alone.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Labels and what is said of each, wrapped beside its label, indented by two.
pub(crate) fn facts(facts: &[(&str, String)], width: usize) -> String {
    let label = facts.iter().map(|(label, _)| length(label)).max().unwrap_or(0) + 2;
    let mut text = String::new();
    for (name, said) in facts {
        for (at, line) in wrap(said, width.saturating_sub(label + 2)).iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            text.push_str(format!("  {name:<label$}{line}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// Sentences after a word such as `note:`, wrapped under it.
pub(crate) fn remarks(word: &str, remarks: &[String], width: usize) -> String {
    let indent = length(word) + 3;
    let mut text = String::new();
    for remark in remarks {
        for (at, line) in wrap(remark, width.saturating_sub(indent)).iter().enumerate() {
            let head = if at == 0 { format!("  {word} ") } else { " ".repeat(indent) };
            text.push_str(&format!("{head}{line}\n"));
        }
    }
    text
}

/// Rows of cells as a table, indented by two; columns in `right` (and their heads) are set to the right.
/// The last column is cut to what fits.
pub(crate) fn table(rows: &[Vec<String>], right: &[usize], width: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| length(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, wide)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(wide.saturating_sub(length(cell)));
            let padded = if right.contains(&at) { format!("{space}{cell}") } else { format!("{cell}{space}") };
            line.push_str("  ");
            line.push_str(&padded);
        }
        text.push_str(&cut(line.trim_end(), width));
        text.push('\n');
    }
    text
}

/// At most `width` characters, the last one an ellipsis where something is cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

/// `1 row`, `2 rows`.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", lagom::study::units::grouped_count(count as u64), if count == 1 { one } else { many })
}

/// A share in percent, with a decimal only where it is small: `87 %`, `0.4 %`.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    if share > 0.0 && share < 1.0 || (share > 99.0 && share < 100.0) {
        format!("{share:.1} %")
    } else {
        format!("{share:.0} %")
    }
}

/// A number with `digits` that count, without an exponent.
pub(crate) fn brief(number: f64, digits: i32) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    let magnitude = number.abs().log10().floor() as i32;
    let decimals = usize::try_from((digits - 1 - magnitude).clamp(0, 12)).unwrap_or(0);
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(facts(&[("a", "b c".into()), ("long", "d".into())], 12), "  a     b c\n  long  d\n");
        assert_eq!(remarks("note:", &["x y".into()], 9), "  note: x\n        y\n");
        assert_eq!(
            table(&[vec!["a".into(), "1".into()], vec!["bc".into(), "23".into()]], &[1], 40),
            "  a    1\n  bc  23\n"
        );
        assert_eq!((cut("abcdef", 4), percent(1, 300), percent(2, 3)), ("abc…".into(), "0.3 %".into(), "67 %".into()));
        assert_eq!(
            (brief(0.04421, 2), brief(1234.5, 2), brief(0.5, 2)),
            ("0.044".into(), "1234".into(), "0.50".into())
        );
    }
}
