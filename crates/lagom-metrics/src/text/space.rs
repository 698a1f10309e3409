//! White space as Python's `str` has it, which the references are written in.

/// Whether Python's `str.split` and `\s` take the character for white space: the separators U+001C to U+001F are, other
/// than in Unicode's own property.
pub(super) fn is_space(letter: char) -> bool {
    // ASCII first: most letters need no look into Unicode's tables
    matches!(letter, ' ' | '\t'..='\r' | '\u{1c}'..='\u{1f}') || (!letter.is_ascii() && letter.is_whitespace())
}

/// The words between white space, none of them empty.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// The text without white space at its end.
pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// The text in lower case where that is wanted.
pub(super) fn lower(text: &str, wanted: bool) -> std::borrow::Cow<'_, str> {
    if wanted { text.to_lowercase().into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_every_white_space_there_is() {
        let spaces: Vec<char> = (0..=0x10_ffff).filter_map(char::from_u32).filter(|letter| is_space(*letter)).collect();
        // Python 3: sum(chr(c).isspace() for c in range(0x110000)) is 29
        assert_eq!(spaces.len(), 29);
        for space in spaces {
            let text = format!("{space}ä{space}{space}b€c{space}");
            assert_eq!(words(&text).collect::<Vec<_>>(), ["ä", "b€c"], "{space:?}");
        }
        assert_eq!(words("â ⁁ ㄱ").collect::<Vec<_>>(), ["â", "⁁", "ㄱ"]);
    }
}
