//! Answers in plain form: what is dropped before two texts are compared, and the words that are compared.

/// What a model writes before its answer, in lower case.
const MARKERS: [&str; 14] = [
    "the final answer is",
    "final answer",
    "the correct answer is",
    "the correct label is",
    "the answer is",
    "the label is",
    "correct answer",
    "answer",
    "label",
    "category",
    "class",
    "prediction",
    "output",
    "result",
];

/// The text without spaces, quotes, brackets, stress marks and full stops around it.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace()
            || matches!(
                letter,
                '"' | '\''
                    | '`'
                    | '*'
                    | '_'
                    | '.'
                    | ','
                    | ':'
                    | ';'
                    | '!'
                    | '?'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '<'
                    | '>'
                    | '{'
                    | '}'
                    | '“'
                    | '”'
                    | '‘'
                    | '’'
                    | '«'
                    | '»'
                    | '„'
                    | '。'
                    | '「'
                    | '」'
            )
    })
}

/// What follows a marker at the beginning of `text` (`Answer: yes` gives `yes`); none without one.
///
/// Behind the marker stands a colon, an equals sign or, where it ends in `is`, just a space.
pub(super) fn marked(text: &str) -> Option<&str> {
    let start =
        text.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '*' | '#' | '_' | '>' | '-'));
    MARKERS.iter().find_map(|marker| {
        let head = start.get(..marker.len())?;
        let rest = start[marker.len()..].trim_start_matches(['*', '_']);
        let behind = rest.trim_start();
        let colon = behind.strip_prefix([':', '=']);
        let open = (marker.ends_with("is") && rest.starts_with(char::is_whitespace)).then_some(behind);
        let after = colon.or(open).filter(|_| head.eq_ignore_ascii_case(marker))?;
        Some(after.trim_start_matches(['*', '_']).trim())
    })
}

/// What follows the marker of the last line that begins with one and has something behind it.
pub(super) fn after_marker(text: &str) -> Option<&str> {
    let mut lines = text.lines().rev();
    let found = lines.find_map(|line| marked(line).filter(|answer| !answer.is_empty()));
    // A marker alone on the first line: the answer is on the next.
    found.or_else(|| marked(text).filter(|answer| !answer.is_empty()))
}

/// The words of a text in lower case, with what tells labels apart: `C++` is `c`, `++`; `-1` is `-`, `1`.
///
/// A word is a run of letters and digits, apostrophes and decimal points inside it; a letter of a script that is
/// written without spaces is a word by itself. Everything else parts words.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().map(|letter| if letter == '’' { '\'' } else { letter }).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let mut end = at + 1;
        if without_spaces(letter) {
            found.push(letter.to_string());
        } else if letter.is_alphanumeric() {
            while letters.get(end).is_some_and(|_| inside_word(&letters, end)) {
                end += 1;
            }
            found.push(letters[at..end].iter().flat_map(|letter| letter.to_lowercase()).collect());
        } else if matches!(letter, '+' | '#') {
            while letters.get(end) == Some(&letter) {
                end += 1;
            }
            found.push(letters[at..end].iter().collect());
        } else if matches!(letter, '-' | '−') && next.is_ascii_digit() && !before.is_some_and(char::is_alphanumeric) {
            found.push("-".to_owned());
        }
        at = end;
    }
    found
}

/// Whether the character at `at` goes on with the word before it.
fn inside_word(letters: &[char], at: usize) -> bool {
    let letter = letters[at];
    let next = letters.get(at + 1).copied().unwrap_or(' ');
    let digits = letters[at - 1].is_ascii_digit() && next.is_ascii_digit();
    (letter.is_alphanumeric() && !without_spaces(letter))
        || (letter == '\'' && next.is_alphabetic())
        || (matches!(letter, '.' | ',') && digits)
}

/// Whether a letter belongs to a script written without spaces: Han, kana, Thai, Lao, Khmer, Burmese.
fn without_spaces(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::{after_marker, bare, marked, tokens};

    #[test]
    fn markers_are_dropped_where_something_follows() {
        assert_eq!(marked("Answer: yes"), Some("yes"));
        assert_eq!(marked("**Answer:** yes"), Some("yes"));
        assert_eq!(marked("The answer is yes"), Some("yes"));
        assert_eq!(marked("Answering is hard"), None);
        assert_eq!(after_marker("answer: a\nno\nFinal answer: b\nlabel:"), Some("b"));
        assert_eq!(after_marker("Label:\nspam"), Some("spam"));
    }

    #[test]
    fn words_keep_what_tells_labels_apart() {
        assert_eq!(tokens("C++ or C#"), ["c", "++", "or", "c", "#"]);
        assert_eq!(tokens("-1, GPT-4, 4.5"), ["-", "1", "gpt", "4", "4.5"]);
        assert_eq!(tokens("card_arrival can't"), ["card", "arrival", "can't"]);
        assert_eq!(tokens("正面 yes"), ["正", "面", "yes"]);
        assert_eq!(bare("\"**Spam**.\""), "Spam");
    }
}
