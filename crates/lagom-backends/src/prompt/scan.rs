//! The words inside a template's tags, with their lines: for messages that say where something stands.
//!
//! The template engine checks the syntax and finds the variables; it tells neither their lines nor filters that do
//! not exist before they run. This reads just enough of a template that has parsed to find both.

/// What a word is in its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A variable, a function or a keyword.
    Name,
    /// After a `|`, or after `filter` at the beginning of a block.
    Filter,
    /// After `is` or `is not`.
    Test,
    /// What follows `row`: `row.name` or `row["name"]`.
    Column,
    /// Anything else after a dot.
    Attribute,
    /// A text in quotes.
    Text,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// From 1.
    pub(super) line: usize,
    pub(super) role: Role,
}

/// The words of all tags of a template, in order.
pub(super) fn words(source: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = source.get(at..).and_then(|rest| rest.find('{')).map(|open| at + open) {
        match source.as_bytes().get(open + 1) {
            Some(b'#') => at = source[open..].find("#}").map_or(source.len(), |end| open + end + 2),
            Some(b'{' | b'%') => {
                let before = found.len();
                at = tag(source, open + 2, &mut found);
                if matches!(&found[before..], [word] if word.text == "raw") {
                    at = end_of_raw(source, at);
                }
            }
            _ => at = open + 1,
        }
    }
    found
}

/// Where the text of a `{% raw %}` block that begins at `at` ends.
fn end_of_raw(source: &str, at: usize) -> usize {
    let end = source[at..]
        .match_indices("{%")
        .find(|(open, _)| source[at + open + 2..].trim_start_matches(['-', '+']).trim_start().starts_with("endraw"));
    end.map_or(source.len(), |(open, _)| at + open)
}

/// Reads one tag from behind its opening; where it ends.
fn tag(source: &str, from: usize, found: &mut Vec<Word>) -> usize {
    let first = found.len();
    let mut before = Before::default();
    let mut letters = source[from..].char_indices().map(|(at, letter)| (from + at, letter)).peekable();
    let mut depth = 0_usize;
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' | '\'' => {
                let mut text = String::new();
                while let Some((_, inner)) = letters.next() {
                    match inner {
                        '\\' => text.extend(unescaped(&mut letters)),
                        _ if inner == letter => break,
                        _ => text.push(inner),
                    }
                }
                let role = if before.subscript_of_row() { Role::Column } else { Role::Text };
                found.push(Word { text, line: line(source, at), role });
                before.push('"', "");
            }
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | '%' if letters.peek().is_some_and(|(_, next)| *next == '}') => return at + 2,
            _ if letter.is_alphanumeric() || letter == '_' => {
                let mut text = String::from(letter);
                while let Some((_, next)) = letters.next_if(|(_, next)| next.is_alphanumeric() || *next == '_') {
                    text.push(next);
                }
                let role = before.role(&text, found.len() - first);
                before.push('a', &text);
                if !letter.is_numeric() {
                    found.push(Word { text, line: line(source, at), role });
                }
            }
            _ if letter.is_whitespace() => {}
            _ => before.push(letter, ""),
        }
    }
    source.len()
}

/// The character that an escape in quotes stands for, from behind its backslash.
fn unescaped(letters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    Some(match letters.next()?.1 {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let digits: String = letters.take(4).map(|(_, digit)| digit).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
        }
        other => other,
    })
}

/// The last two tokens before a word, and the word among them: enough to know its role.
#[derive(Default)]
struct Before {
    /// The last marks: `a` for a word, `"` for a text, else the character itself.
    marks: [char; 2],
    words: [String; 2],
}

impl Before {
    fn push(&mut self, mark: char, word: &str) {
        self.marks = [self.marks[1], mark];
        self.words = [std::mem::take(&mut self.words[1]), word.to_owned()];
    }

    fn subscript_of_row(&self) -> bool {
        self.marks[1] == '[' && self.words[0] == "row"
    }

    /// The role of the word that comes now, the `place`-th of its tag.
    fn role(&self, word: &str, place: usize) -> Role {
        match (self.marks[1], self.words[1].as_str()) {
            ('|', _) => Role::Filter,
            ('.', _) if self.words[0] == "row" => Role::Column,
            ('.', _) => Role::Attribute,
            (_, "filter") if place == 1 => Role::Filter,
            (_, "is") if word != "not" => Role::Test,
            (_, "not") if self.words[0] == "is" => Role::Test,
            _ => Role::Name,
        }
    }
}

fn line(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{Role, words};

    fn of(source: &str, role: Role) -> Vec<(String, usize)> {
        words(source).into_iter().filter(|word| word.role == role).map(|word| (word.text, word.line)).collect()
    }

    fn named(names: &[(&str, usize)]) -> Vec<(String, usize)> {
        names.iter().map(|(name, line)| ((*name).to_owned(), *line)).collect()
    }

    #[test]
    fn names_filters_and_tests_are_told_apart() {
        let source = "Text: {{ review | trim\n | upper }}\n{% if stars is not none %}{{ a.b }}{% endif %} {no} }}";
        assert_eq!(of(source, Role::Filter), named(&[("trim", 1), ("upper", 2)]));
        assert_eq!(of(source, Role::Test), named(&[("none", 3)]));
        let names = [("review", 1), ("if", 3), ("stars", 3), ("is", 3), ("not", 3), ("a", 3), ("endif", 3)];
        assert_eq!(of(source, Role::Name), named(&names));
        assert_eq!(of(source, Role::Attribute), named(&[("b", 3)]));
    }

    #[test]
    fn columns_are_also_read_from_row() {
        assert_eq!(
            of("{{ row[\"a b\"] ~ row['c\\'d'] ~ row.e }}", Role::Column),
            named(&[("a b", 1), ("c'd", 1), ("e", 1)])
        );
    }

    #[test]
    fn comments_raw_text_and_texts_in_quotes_hold_no_names() {
        assert_eq!(
            words("{# {{ a | b }} #}{% raw %}{{ c | d }}{% endraw %}")
                .iter()
                .filter(|w| w.role == Role::Filter)
                .count(),
            0
        );
        assert_eq!(of("{{ '}} | no' ~ {'k': {}} | yes }}{{ x }}", Role::Filter), named(&[("yes", 1)]));
    }

    #[test]
    fn a_filter_block_names_its_filter() {
        assert_eq!(of("{% filter upper %}x{% endfilter %}", Role::Filter), named(&[("upper", 1)]));
    }
}
