//! BLEU's tokenisers that are rules: from a text to its words.

use super::chinese::apart;
use super::space::{is_space, trim_end, words};
use crate::text_settings::BleuTokeniser;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The text as the tokeniser changes it before it cuts it into words.
pub(super) fn prepare(text: &str, by: BleuTokeniser) -> Cow<'_, str> {
    let text = trim_end(text);
    match by {
        BleuTokeniser::V13a => without_markup(text),
        BleuTokeniser::Intl => Cow::Owned(international(text)),
        BleuTokeniser::Zh => Cow::Owned(apart(text.trim_start_matches(is_space))),
        _ => Cow::Borrowed(text),
    }
}

/// The words of a prepared text.
pub(super) fn tokens(prepared: &str, by: BleuTokeniser) -> Vec<&str> {
    match by {
        BleuTokeniser::V13a => western(prepared, Western::Spaced),
        BleuTokeniser::Zh => western(prepared, Western::Bare),
        BleuTokeniser::Char => {
            let letters = prepared.char_indices().filter(|(_, letter)| !is_space(*letter));
            letters.map(|(at, letter)| &prepared[at..at + letter.len_utf8()]).collect()
        }
        _ => words(prepared).collect(),
    }
}

/// As `mteval-v13a.pl`: without marks of skipped segments, hyphens at ends of lines and the entities of SGML.
fn without_markup(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    let special = |byte: u8| matches!(byte, b'<' | b'\n' | b'&');
    // Without stopping at the first one, many bytes are looked at in one step.
    if text.bytes().fold(false, |found, byte| found | special(byte)) {
        for (from, to) in [("<skipped>", ""), ("-\n", ""), ("\n", " ")] {
            replace(&mut text, from, to);
        }
        for (from, to) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            replace(&mut text, from, to);
        }
    }
    text
}

fn replace(text: &mut Cow<'_, str>, from: &str, to: &str) {
    if text.contains(from) {
        *text = Cow::Owned(text.replace(from, to));
    }
}

/// Whose variant of the rules of Western punctuation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Western {
    /// That of 13a: a space stands before and behind the text.
    Spaced,
    /// That of zh: none does, so that a full stop or a comma at an end that touches a digit, or nothing, stays.
    Bare,
    /// That of Tercom: as 13a, and `'s` stands apart, too.
    Possessives,
}

/// The words by the four rules of Western punctuation, which `mteval-v13a.pl` applies one after the other:
///
/// 1. every ASCII punctuation but apostrophe, comma, hyphen and full stop stands apart,
/// 2. `([^0-9])([.,])` becomes `\1 \2 `,
/// 3. `([.,])([^0-9])` becomes ` \1 \2`,
/// 4. `([0-9])(-)` becomes `\1 \2 `.
///
/// They put in nothing but spaces, so words are parts of the text, and whether a byte stands apart can be told from its
/// neighbours. Only matches of the second rule get into each other's way: a mark that it has set apart is not the `[^0-9]`
/// of the next one.
pub(super) fn western(text: &str, variant: Western) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len() / 4);
    // Where the word begins, and from where on the second rule may match a mark.
    let (mut start, mut free) = (0, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            continue;
        }
        let after_digit = at > 0 && bytes[at - 1].is_ascii_digit();
        let bare = variant == Western::Bare;
        let is_apart = match byte {
            b'.' | b',' if !after_digit && at >= free && !(bare && at == 0) => {
                free = at + 2;
                true
            }
            b'.' | b',' => bytes.get(at + 1).map_or(!bare, |next| !next.is_ascii_digit()),
            b'-' => after_digit,
            b'\'' if variant == Western::Possessives && is_possessive(&bytes[at..]) => {
                push(&mut found, &text[start..at]);
                start = at;
                false
            }
            _ => is_always_apart(byte) || is_space(char::from(byte)),
        };
        if is_apart {
            push(&mut found, &text[start..at]);
            push(&mut found, &text[at..=at]);
            start = at + 1;
        }
    }
    push(&mut found, &text[start..]);
    found
}

/// Adds a piece that has no ASCII white space in it, unless that is all there is.
fn push<'a>(found: &mut Vec<&'a str>, piece: &'a str) {
    match piece.as_bytes() {
        [] => {}
        [byte] if is_space(char::from(*byte)) => {}
        _ if piece.is_ascii() => found.push(piece),
        _ => found.extend(words(piece)),
    }
}

/// ASCII punctuation but apostrophe, comma, hyphen and full stop; also the space.
fn is_always_apart(byte: u8) -> bool {
    matches!(byte, b'{'..=b'~' | b'['..=b'`' | b' '..=b'&' | b'('..=b'+' | b':'..=b'@' | b'/')
}

/// Whether an `'s` ends a word.
fn is_possessive(rest: &[u8]) -> bool {
    rest.starts_with(b"'s") && rest.get(2).is_none_or(|next| is_always_apart(*next))
}

/// As `mteval-v14.pl --international-tokenization`: punctuation stands apart but between two digits, symbols always.
fn international(text: &str) -> String {
    static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [(r"(\P{N})(\p{P})", "$1 $2 "), (r"(\p{P})(\P{N})", " $1 $2"), (r"(\p{S})", " $1 ")]
            .into_iter()
            .filter_map(|(pattern, to)| Regex::new(&format!("(?s){pattern}")).ok().map(|rule| (rule, to)))
            .collect()
    });
    RULES.iter().fold(text.to_owned(), |text, (rule, to)| rule.replace_all(&text, *to).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by(tokeniser: BleuTokeniser, text: &str) -> String {
        tokens(&prepare(text, tokeniser), tokeniser).join(" ")
    }

    /// The rules as `mteval-v13a.pl` and Tercom have them, one after the other.
    fn by_rules(text: &str, variant: Western) -> String {
        let rule =
            |text: &str, pattern: &str, to: &str| Regex::new(pattern).unwrap().replace_all(text, to).into_owned();
        let text = if variant == Western::Bare { text.to_owned() } else { format!(" {text} ") };
        let mut text = rule(&text, r"([\{-\~\[-\` -\&\(-\+\:-\@/])", " $1 ");
        if variant == Western::Possessives {
            text = text.replace("'s ", " 's ");
        }
        for (pattern, to) in [(r"([^0-9])([.,])", "$1 $2 "), (r"([.,])([^0-9])", " $1 $2"), (r"([0-9])(-)", "$1 $2 ")] {
            text = rule(&text, pattern, to);
        }
        words(&text).collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn words_are_those_of_the_rules(text in "[a57.,' s\\-!_\t\u{1c}é\u{a0}\n]{0,16}") {
            for variant in [Western::Spaced, Western::Bare, Western::Possessives] {
                prop_assert_eq!(western(&text, variant).join(" "), by_rules(&text, variant), "{:?}", variant);
            }
        }
    }

    /// Values computed by sacreBLEU 2.6.0 (`sacrebleu.tokenizers.tokenizer_13a`).
    #[test]
    fn v13a_is_that_of_sacrebleu() {
        for (text, expected) in [
            ("Hello, world! It's 3.14 (approx.) -- really?", "Hello , world ! It's 3.14 ( approx . ) -- really ?"),
            ("$5.00/day, 50%: ok_ok #1 U.S.A.", "$ 5.00 / day , 50 % : ok _ ok # 1 U . S . A ."),
            ("3.5. .5 5. , ,5", "3.5 . . 5 5 . , , 5"),
            ("a\u{1c}c  ", "a c"),
            ("a &amp;quot; &lt;b&gt; <skipped>x-\ny", "a & quot ; < b > xy"),
        ] {
            assert_eq!(by(BleuTokeniser::V13a, text), expected);
        }
    }

    #[test]
    fn the_others_cut_as_they_say() {
        assert_eq!(by(BleuTokeniser::Char, "a bé  "), "a b é");
        assert_eq!(by(BleuTokeniser::None, " a,  b. "), "a, b.");
        // by sacreBLEU: full stop after a digit at the end stays; euro and curly quotes stand apart
        assert_eq!(by(BleuTokeniser::Intl, "„Preis“: 3,50€ in 2017."), "„ Preis “ : 3,50 € in 2017.");
    }
}
