//! Numbers in a text as people write them, in English first: `1,234.5`, `-3`, `$1,000`, `12 %`, `1.5e-3`, `0,5`.

use super::parsed::{ParsedText, is_refusal};
use super::plain::after_marker;

/// A number found in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// Its value, finite.
    pub(super) value: f64,
}

/// Reads the one number that an answer gives.
///
/// Where a line begins with a marker (`answer:`) the last such line alone is read. Several different numbers are
/// [`ParsedText::Ambiguous`]: `7 out of 10` says two. How a number may be written:
///
/// - Groups of three digits are set off by `,`, `'`, `_` or a narrow or no-break space; `1.234.567` too, but
///   `1.234` has a decimal point.
/// - A decimal comma is taken only where the comma can't set off thousands: `3,14`, `0,125` and `1.234,5`; `1,234`
///   is one thousand two hundred and thirty-four.
/// - `−` (U+2212) is a minus; `%` and units are passed over: `45 %` is 45. `k`, `thousand`, `million` and `billion`
///   multiply.
/// - Digits that belong to a word (`GPT-4`, `B12`), dates and versions (`1.2.3`) are no numbers.
#[must_use]
pub fn read_number(text: &str) -> ParsedText<f64> {
    let text = text.trim();
    if text.is_empty() {
        return ParsedText::Empty;
    }
    let answer = after_marker(text).unwrap_or(text);
    let mut numbers = numbers(answer);
    match numbers.next() {
        None if is_refusal(text) => ParsedText::Refusal,
        None => ParsedText::Unparsable,
        Some(first) if numbers.any(|other| other.value != first.value) => ParsedText::Ambiguous,
        Some(first) => ParsedText::Read(first.value),
    }
}

/// The numbers of a text, in order.
pub(super) fn numbers(text: &str) -> impl DoubleEndedIterator<Item = Found> {
    candidates(text).into_iter().filter_map(|(from, to)| number(text, from, to))
}

/// Runs that begin and end with a digit and hold nothing but digits and single separators.
fn candidates(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((from, letter)) = letters.next() {
        if !letter.is_ascii_digit() {
            // A decimal fraction without its zero: `.5`.
            let bare = letter == '.' && letters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
            if !bare || text[..from].ends_with(|before: char| before.is_alphanumeric() || before == '.') {
                continue;
            }
        }
        let mut to = from + letter.len_utf8();
        while let Some((at, next)) = letters.peek().copied() {
            let end = at + next.len_utf8();
            let joins = next.is_ascii_digit()
                || (is_separator(next) && text[end..].starts_with(|after: char| after.is_ascii_digit()));
            if !joins {
                break;
            }
            to = end;
            letters.next();
        }
        found.push((from, to));
    }
    found
}

fn is_separator(letter: char) -> bool {
    matches!(letter, '.' | ',' | '\'' | '’' | '_' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// The number that the run `from..to` stands for, with its sign, exponent and what follows; none if it is part of
/// something else.
fn number(text: &str, from: usize, to: usize) -> Option<Found> {
    let (before, run, after) = (&text[..from], &text[from..to], &text[to..]);
    if before.ends_with(|letter: char| letter.is_alphabetic() || letter == '_') {
        return None;
    }
    let unsigned = before.trim_end_matches(['$', '€', '£', '¥']);
    let sign = unsigned.chars().next_back().filter(|letter| matches!(letter, '-' | '−' | '+'));
    let unsigned_before = sign.map_or(unsigned, |sign| &unsigned[..unsigned.len() - sign.len_utf8()]);
    let joined = unsigned_before.ends_with(char::is_alphanumeric);
    if sign.is_some() && joined && unsigned_before.ends_with(char::is_alphabetic) {
        return None;
    }
    let negative = !joined && matches!(sign, Some('-' | '−'));
    let mut written = plain(run)?;
    let mut after = after;
    if let Some((exponent, rest)) = exponent(after) {
        written.push_str(&exponent);
        after = rest;
    }
    let value = written.parse::<f64>().ok()? * multiplier(after)?;
    let value = if negative { -value } else { value };
    value.is_finite().then_some(Found { value })
}

/// The run with a decimal point and no other separator; none if its separators make no sense.
fn plain(run: &str) -> Option<String> {
    let marks: Vec<char> = run.chars().filter(|letter| is_separator(*letter)).collect();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let Some(last) = marks.last().copied() else { return Some(run.to_owned()) };
    let last_at = run.rfind(last)?;
    let (whole, fraction) = (&run[..last_at], &run[last_at + last.len_utf8()..]);
    let same = marks.iter().all(|mark| *mark == last);
    let decimal = match last {
        _ if !same => {
            matches!(last, '.' | ',')
                && marks[..marks.len() - 1].iter().all(|mark| *mark == marks[0])
                && marks[0] != last
        }
        '.' => marks.len() == 1,
        ',' => marks.len() == 1 && (!grouped(run, ',') || run.starts_with('0')),
        _ => false,
    };
    if decimal {
        let groups = same || grouped(whole, marks[0]);
        let before = digits(whole);
        let before = if before.is_empty() { "0" } else { &before };
        return groups.then(|| format!("{before}.{fraction}"));
    }
    (same && grouped(run, last)).then(|| digits(run))
}

/// Whether `mark` sets off groups of three digits behind one to three.
fn grouped(text: &str, mark: char) -> bool {
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or("");
    (1..=3).contains(&first.len())
        && first.bytes().all(|digit| digit.is_ascii_digit())
        && groups.all(|group| group.len() == 3 && group.bytes().all(|digit| digit.is_ascii_digit()))
}

/// A power of ten behind a number (`e-3`), and what follows it.
fn exponent(after: &str) -> Option<(String, &str)> {
    let rest = after.strip_prefix(['e', 'E'])?;
    let unsigned = rest.strip_prefix(['-', '+', '−']).unwrap_or(rest);
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let minus = rest.starts_with(['-', '−']);
    let end = &unsigned[digits..];
    (digits > 0 && !end.starts_with(char::is_alphanumeric))
        .then(|| (format!("e{}{}", if minus { "-" } else { "" }, &unsigned[..digits]), end))
}

/// What the word behind a number multiplies it with; none where that is unsure (`5m`: metres or millions?) or the digits
/// belong to a word (`3D`).
fn multiplier(after: &str) -> Option<f64> {
    let word_of = |text: &str| text.chars().take_while(|letter| letter.is_alphabetic()).collect::<String>();
    let attached = word_of(after);
    match attached.as_str() {
        "" => {}
        "k" | "K" => return Some(1e3),
        "m" | "M" | "b" | "B" | "bn" | "D" | "d" | "st" | "nd" | "rd" | "th" => return None,
        _ => return Some(1.0),
    }
    if after.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    Some(match word_of(after.trim_start()).to_lowercase().as_str() {
        "thousand" => 1e3,
        "million" => 1e6,
        "billion" => 1e9,
        _ => 1.0,
    })
}

#[cfg(test)]
mod tests {
    use super::{ParsedText, numbers, read_number};

    #[track_caller]
    fn reads(text: &str, value: f64) {
        assert_eq!(read_number(text), ParsedText::Read(value), "{text}");
    }

    #[test]
    fn numbers_as_people_write_them() {
        reads("42", 42.0);
        reads("The answer is 42.", 42.0);
        reads("-3.5", -3.5);
        reads("−3", -3.0);
        reads("+7", 7.0);
        reads(".5", 0.5);
        reads("1.5e-3", 0.0015);
        reads("2E10", 2e10);
        reads("45 %", 45.0);
        reads("$1,234.50", 1234.5);
        reads("-$5", -5.0);
        reads("$-5", -5.0);
        reads("5kg", 5.0);
        reads("250k", 250_000.0);
        reads("1.2 million euros", 1_200_000.0);
        reads("**12**", 12.0);
        reads("42, that is 42", 42.0);
    }

    #[test]
    fn thousands_and_decimal_commas() {
        reads("1,234", 1234.0);
        reads("1,234,567", 1_234_567.0);
        reads("1.234", 1.234);
        reads("1.234.567", 1_234_567.0);
        reads("1.234,5", 1234.5);
        reads("3,15", 3.15);
        reads("0,125", 0.125);
        reads("1234,567", 1234.567);
        reads("1'234'567.5", 1_234_567.5);
        reads("1\u{202f}234\u{202f}567", 1_234_567.0);
    }

    #[test]
    fn what_is_no_number_or_more_than_one() {
        assert_eq!(read_number("  "), ParsedText::Empty);
        for text in ["seven", "GPT-4", "B12", "1.2.3", "5m", "3rd", "1,2345,6", "1e999"] {
            assert_eq!(read_number(text), ParsedText::Unparsable, "{text}");
        }
        for text in ["7 out of 10", "5-10", "1/2", "between 3 and 4"] {
            assert_eq!(read_number(text), ParsedText::Ambiguous, "{text}");
        }
        assert_eq!(read_number("I'm sorry, but I can't help with that."), ParsedText::Refusal);
    }

    #[test]
    fn the_marked_line_is_read_alone() {
        reads("There are 3 rooms at 250 each.\nAnswer: 750", 750.0);
    }

    #[test]
    fn in_order() {
        let found: Vec<f64> = numbers("a 1, b -2; c 3.5").map(|found| found.value).collect();
        assert_eq!(found, [1.0, -2.0, 3.5]);
    }
}
