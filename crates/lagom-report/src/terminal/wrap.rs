//! Text in columns: lengths in characters, wrapped at spaces.

/// Length in characters.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

/// `text` with spaces up to `width` characters.
pub(crate) fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(length(text))))
}

/// `text` with spaces before it up to `width` characters.
pub(crate) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(length(text))))
}

/// At most `width` characters, the last one an ellipsis where something is cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    if width == 0 { kept } else { format!("{kept}…") }
}

/// Lines of at most `width` characters; longer words are cut into pieces. Numbers stay with their unit
/// and with `±`.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines: Vec<String> = Vec::new();
    for word in words(text) {
        let fits = lines.last().is_some_and(|line| length(line) + 1 + length(&word) <= width);
        match lines.last_mut() {
            Some(line) if fits => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => {
                let letters: Vec<char> = word.chars().collect();
                lines.extend(letters.chunks(width).map(|piece| piece.iter().collect::<String>()));
            }
        }
    }
    lines
}

/// Words between which a line may end.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.split_whitespace() {
        let glued = part == "±" || part.starts_with('%') || words.last().is_some_and(|last| last.ends_with('±'));
        match words.last_mut() {
            Some(last) if glued => {
                last.push(' ');
                last.push_str(part);
            }
            _ => words.push(part.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("is 0.973 ± 0.003 (95 %)", 14), ["is", "0.973 ± 0.003", "(95 %)"]);
        assert!(wrap("", 5).is_empty());
        assert_eq!((cut("mlp-790k", 5), cut("mlp", 5)), ("mlp-…".to_owned(), "mlp".to_owned()));
    }
}
