//! White space as Python's `str` has it, which the references are written in.

/// Whether Python's `str.split` and `\s` take the character for white space: the separators U+001C to U+001F are, other
/// than in Unicode's own property.
pub(super) fn is_space(letter: char) -> bool {
    // ASCII first: most letters need no look into Unicode's tables
    matches!(letter, ' ' | '\t'..='\r' | '\u{1c}'..='\u{1f}') || (!letter.is_ascii() && letter.is_whitespace())
}

/// The words between white space, none of them empty.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_space);
        let end = end_of_word(rest);
        let (word, left) = rest.split_at(end);
        rest = left;
        (!word.is_empty()).then_some(word)
    })
}

/// Where the first white space is, in bytes.
fn end_of_word(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let end = bytes[from..].iter().position(|byte| MAY_BE_SPACE[*byte as usize]);
        let Some(at) = end.map(|at| from + at) else { return text.len() };
        if text[at..].starts_with(is_space) {
            return at;
        }
        from = at + 1;
    }
}

/// The bytes that white space may begin with: beyond ASCII few do, and only there a character has to be read.
const MAY_BE_SPACE: [bool; 256] = {
    let mut may = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        may[byte] = matches!(byte as u8, b' ' | b'\t'..=b'\r' | 0x1c..=0x1f | 0xc2 | 0xe1 | 0xe2 | 0xe3);
        byte += 1;
    }
    may
};

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
