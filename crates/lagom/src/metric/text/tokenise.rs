//! BLEU's tokenisers: what stands between white space afterwards is a word.

use super::settings::BleuTokeniser;
use super::space::{trim_end, words};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The text with its words apart.
pub(super) fn tokenise(text: &str, by: BleuTokeniser) -> Cow<'_, str> {
    let text = trim_end(text);
    match by {
        BleuTokeniser::V13a => Cow::Owned(v13a(text)),
        BleuTokeniser::Intl => Cow::Owned(international(text)),
        BleuTokeniser::Char => Cow::Owned(text.chars().flat_map(|letter| [letter, ' ']).collect()),
        BleuTokeniser::None => Cow::Borrowed(text),
    }
}

/// As `mteval-v13a.pl`. All it looks for is ASCII, so bytes of longer characters pass through as they stand.
fn v13a(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    let special = |byte: u8| matches!(byte, b'<' | b'\n' | b'&');
    if text.bytes().any(special) {
        for (from, to) in [("<skipped>", ""), ("-\n", ""), ("\n", " ")] {
            replace(&mut text, from, to);
        }
        for (from, to) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            replace(&mut text, from, to);
        }
    }
    punctuate(&format!(" {text} "), false)
}

fn replace(text: &mut Cow<'_, str>, from: &str, to: &str) {
    if text.contains(from) {
        *text = Cow::Owned(text.replace(from, to));
    }
}

/// The four rules of Western punctuation, one after the other, each from left to right without overlap. After the first
/// Tercom also sets the `'s` of possessives apart.
pub(super) fn punctuate(text: &str, possessives: bool) -> String {
    let mut apart = apart(text.as_bytes());
    if possessives {
        apart = String::from_utf8_lossy(&apart).replace("'s ", " 's ").into_bytes();
    }
    let after = pairs(&apart, |first, second| !first.is_ascii_digit() && matches!(second, b'.' | b','), [false, true]);
    let before = pairs(&after, |first, second| matches!(first, b'.' | b',') && !second.is_ascii_digit(), [true, false]);
    let dashes = pairs(&before, |first, second| first.is_ascii_digit() && second == b'-', [false, true]);
    // only ASCII was put in, between whole characters or inside none
    String::from_utf8(dashes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Spaces around ASCII punctuation but apostrophe, comma, hyphen and full stop.
fn apart(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for &byte in text {
        if matches!(byte, b'{'..=b'~' | b'['..=b'`' | b' '..=b'&' | b'('..=b'+' | b':'..=b'@' | b'/') {
            out.extend([b' ', byte, b' ']);
        } else {
            out.push(byte);
        }
    }
    out
}

/// Puts a space between the two bytes of each pair that is `wanted`, and one `around[0]` before or `around[1]` after it.
fn pairs(text: &[u8], wanted: impl Fn(u8, u8) -> bool, around: [bool; 2]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    let mut at = 0;
    while let Some(&first) = text.get(at) {
        match text.get(at + 1) {
            Some(&second) if wanted(first, second) => {
                out.extend(around[0].then_some(b' '));
                out.extend([first, b' ', second]);
                out.extend(around[1].then_some(b' '));
                at += 2;
            }
            _ => {
                out.push(first);
                at += 1;
            }
        }
    }
    out
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

/// The words of a tokenised text.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    words(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(tokeniser: BleuTokeniser, text: &str) -> String {
        tokens(&tokenise(text, tokeniser)).join(" ")
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
