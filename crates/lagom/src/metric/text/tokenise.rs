//! BLEU's tokenisers: what stands between white space afterwards is a word.

use super::settings::BleuTokeniser;
use super::space::trim_end;
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
    punctuate(&text, false)
}

fn replace(text: &mut Cow<'_, str>, from: &str, to: &str) {
    if text.contains(from) {
        *text = Cow::Owned(text.replace(from, to));
    }
}

/// The four rules of Western punctuation, one after the other, each from left to right without overlap. After the first
/// Tercom also sets the `'s` of possessives apart.
///
/// The first puts spaces around most ASCII punctuation. The others change nothing but around full stops, commas and
/// hyphens, and a run of these is changed by its neighbours alone, of which they ask whether they are digits.
pub(super) fn punctuate(text: &str, possessives: bool) -> String {
    let text = if possessives { Cow::Owned(set_apart(text)) } else { Cow::Borrowed(text) };
    let bytes = text.as_bytes();
    let (mut out, mut changed) = (String::with_capacity(bytes.len() + bytes.len() / 4), Vec::new());
    let mut from = 0;
    while let Some(start) =
        bytes[from..].iter().position(|byte| KINDS[*byte as usize] != Kind::Plain).map(|at| from + at)
    {
        out.push_str(&text[from..start]);
        if KINDS[bytes[start] as usize] == Kind::Apart {
            out.extend([" ", &text[start..=start], " "]);
            from = start + 1;
            continue;
        }
        let length = bytes[start..].iter().position(|byte| KINDS[*byte as usize] != Kind::Mark);
        from = length.map_or(bytes.len(), |length| start + length);
        let before = out.bytes().next_back().unwrap_or(b' ');
        let after = bytes.get(from).filter(|byte| KINDS[**byte as usize] == Kind::Plain).unwrap_or(&b' ');
        changed.clear();
        let mut rules = Rules::default();
        [&before]
            .into_iter()
            .chain(&bytes[start..from])
            .chain([after])
            .for_each(|byte| rules.take(*byte, &mut changed));
        rules.end(&mut changed);
        // Without the neighbours, which stand in the text itself; what is left is ASCII.
        out.extend(changed[1..changed.len() - 1].iter().map(|byte| char::from(*byte)));
    }
    out.push_str(&text[from..]);
    out
}

/// The first rule, and what Tercom does after it.
fn set_apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if u8::try_from(letter).is_ok_and(|byte| KINDS[byte as usize] == Kind::Apart) {
            out.extend([' ', letter, ' ']);
        } else {
            out.push(letter);
        }
    }
    out.replace("'s ", " 's ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Stands apart wherever it is: ASCII punctuation but apostrophe, comma, hyphen and full stop.
    Apart,
    /// Comma, hyphen and full stop.
    Mark,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Plain; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b',' | b'-' | b'.' => Kind::Mark,
            b'{'..=b'~' | b'['..=b'`' | b'!'..=b'&' | b'('..=b'+' | b':'..=b'@' | b'/' => Kind::Apart,
            _ => Kind::Plain,
        };
        byte += 1_u8;
    }
    kinds
};

/// The three rules that look at two bytes: full stops and commas after what is no digit, before what is none, and
/// hyphens after digits. What one rule puts out the next takes in.
#[derive(Default)]
struct Rules {
    after: Pairs,
    before: Pairs,
    hyphens: Pairs,
}

impl Rules {
    fn take(&mut self, byte: u8, out: &mut Vec<u8>) {
        let Rules { after, before, hyphens } = self;
        after.take(byte, is_mark_after, [false, true], &mut |byte| {
            before.take(byte, is_mark_before, [true, false], &mut |byte| {
                hyphens.take(byte, is_hyphen, [false, true], &mut |byte| out.push(byte));
            });
        });
    }

    /// Puts out what each rule has held back.
    fn end(mut self, out: &mut Vec<u8>) {
        if let Some(byte) = self.after.held.take() {
            let Rules { before, hyphens, .. } = &mut self;
            before.take(byte, is_mark_before, [true, false], &mut |byte| {
                hyphens.take(byte, is_hyphen, [false, true], &mut |byte| out.push(byte));
            });
        }
        if let Some(byte) = self.before.held.take() {
            self.hyphens.take(byte, is_hyphen, [false, true], &mut |byte| out.push(byte));
        }
        out.extend(self.hyphens.held);
    }
}

fn is_mark_after(first: u8, second: u8) -> bool {
    !first.is_ascii_digit() && matches!(second, b'.' | b',')
}

fn is_mark_before(first: u8, second: u8) -> bool {
    matches!(first, b'.' | b',') && !second.is_ascii_digit()
}

fn is_hyphen(first: u8, second: u8) -> bool {
    first.is_ascii_digit() && second == b'-'
}

/// Puts a space between the two bytes of each pair that is wanted, and one `around[0]` before or `around[1]` after it.
#[derive(Default)]
struct Pairs {
    /// A byte that may be the first of a pair.
    held: Option<u8>,
}

impl Pairs {
    #[inline]
    fn take(&mut self, byte: u8, wanted: fn(u8, u8) -> bool, around: [bool; 2], put: &mut impl FnMut(u8)) {
        match self.held.replace(byte) {
            Some(first) if wanted(first, byte) => {
                self.held = None;
                around[0].then(|| put(b' '));
                [first, b' ', byte].into_iter().for_each(&mut *put);
                around[1].then(|| put(b' '));
            }
            Some(first) => put(first),
            None => {}
        }
    }
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
    use super::super::space::words;
    use super::*;
    use proptest::prelude::*;

    fn by(tokeniser: BleuTokeniser, text: &str) -> String {
        words(&tokenise(text, tokeniser)).collect::<Vec<_>>().join(" ")
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

    proptest! {
        /// The rules of `mteval-v13a.pl`, one regular expression after the other.
        #[test]
        fn v13a_is_what_its_rules_say(text in r"[ab1 2é.,\-'&/]{0,40}") {
            let rules = [
                (r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", " $1 "),
                (r"([^0-9])([\.,])", "$1 $2 "),
                (r"([\.,])([^0-9])", " $1 $2"),
                (r"([0-9])(-)", "$1 $2 "),
            ];
            let apply = |text: String, (rule, to): &(&str, &str)| {
                Regex::new(rule).unwrap().replace_all(&text, *to).into_owned()
            };
            let plain = rules.iter().fold(format!(" {text} "), apply);
            let expected: Vec<&str> = plain.split_whitespace().collect();
            let found = punctuate(&text, false);
            prop_assert_eq!(words(&found).collect::<Vec<_>>(), expected);
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
