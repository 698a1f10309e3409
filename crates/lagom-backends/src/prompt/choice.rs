//! Multiple choice: the letters of choices, and which choice an answer names.

use std::collections::BTreeSet;

use super::label::LabelReader;
use super::number::numbers;
use super::parsed::{ParsedText, is_refusal};
use super::plain::{after_marker, bare};

/// The most choices of one question: as many as there are letters.
pub const MOST_CHOICES: usize = 26;

/// The letter of the choice at `place`, from 0: `A`, `B`, …; a question mark beyond `Z`.
#[must_use]
pub fn letter(place: usize) -> char {
    u8::try_from(place).ok().filter(|place| *place < 26).map_or('?', |place| char::from(b'A' + place))
}

/// The choice that an answer to a lettered question names, by its place.
///
/// In this order: a letter alone or before the text of the choice (`B`, `(b)`, `B. Paris`, `Answer: B`); the text of a
/// choice alone; the letters that are pointed at (`answer B`, `option (B)`, `**B**`); the one choice whose text is
/// mentioned; a number alone that counts the choices from 1, where no choice has a digit. A letter before the text of *another*
/// choice or with another letter behind it, and two different choices, are [`ParsedText::Ambiguous`]. In running text a bare `A` or `I` is taken for a word.
#[must_use]
pub fn read_choice(text: &str, choices: &[String]) -> ParsedText<usize> {
    let count = choices.len().min(MOST_CHOICES);
    if text.trim().is_empty() {
        return ParsedText::Empty;
    }
    let reader = LabelReader::new(choices);
    let whole = text.trim();
    for answer in [after_marker(whole), Some(whole)].into_iter().flatten() {
        if let Some(place) = alone(answer, count) {
            return ParsedText::Read(place);
        }
        if let Some((place, rest)) = leading(answer, count) {
            let others = pointed(rest.lines().next().unwrap_or(""), count);
            let other = others.iter().any(|other| *other != place)
                || matches!(reader.read(rest), ParsedText::Read(named) if named != place);
            return if other { ParsedText::Ambiguous } else { ParsedText::Read(place) };
        }
        if let Some(place) = choices.iter().position(|choice| bare(choice) == bare(answer)) {
            return ParsedText::Read(place);
        }
    }
    if is_refusal(whole) {
        return ParsedText::Refusal;
    }
    match one(&pointed(whole, count)) {
        ParsedText::Unparsable => {}
        found => return found,
    }
    match reader.read(whole) {
        ParsedText::Unparsable => counted(whole, choices),
        found => found,
    }
}

/// The letter that is all of `text`, in either case.
fn alone(text: &str, count: usize) -> Option<usize> {
    let mut letters = bare(text).chars();
    let only = letters.next().filter(|_| letters.next().is_none())?;
    place(only.to_ascii_uppercase(), count)
}

/// A letter at the beginning with a mark behind it, and the text after that: `B) Paris`, `(B) Paris`.
fn leading(text: &str, count: usize) -> Option<(usize, &str)> {
    let start = text.trim_start_matches(['*', '(', '[', '"', '`', ' ']);
    let opened = text.trim_start().starts_with(['(', '[']);
    let first = start.chars().next()?;
    let place = place(if opened { first.to_ascii_uppercase() } else { first }, count)?;
    let rest = &start[first.len_utf8()..];
    let marked =
        rest.starts_with([')', '.', ':', ']', '*', '\n']) || (rest.starts_with(" - ") || rest.starts_with(" – "));
    marked.then(|| (place, rest.trim_start_matches([')', '.', ':', ']', '*', ' ', '-', '–', '\n'])))
}

/// The letters that a text points at.
fn pointed(text: &str, count: usize) -> BTreeSet<usize> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    for (at, capital) in letters.iter().enumerate() {
        let Some(place) = place(*capital, count) else { continue };
        let before: String = letters[..at].iter().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
        let next = letters.get(at + 1).copied().unwrap_or('.');
        let following = letters.get(at + 2).copied().unwrap_or(' ');
        let word = before.ends_with(char::is_alphanumeric) || next.is_alphanumeric() || next == '\'' || next == '’';
        if word {
            continue;
        }
        let enclosed =
            (before.ends_with('(') && next == ')') || (before.ends_with("**") && matches!(next, '*' | '.' | ')' | ':'));
        let called = called(&before) && !(matches!(capital, 'A' | 'I') && next == ' ' && following.is_lowercase());
        let last = !matches!(capital, 'A' | 'I') && letters[at + 1..].iter().all(|rest| !rest.is_alphanumeric());
        if enclosed || called || last {
            found.insert(place);
        }
    }
    found
}

/// Whether the words before a letter call it the answer.
fn called(before: &str) -> bool {
    let lower = before.to_lowercase();
    let words = lower.trim_end_matches([' ', '(', '*', ':', '=', '"', '\'', '`']);
    if words.len() == lower.len() {
        return false;
    }
    ["answer", "answer is", "option", "choice", "choice is"].iter().any(|word| words.ends_with(word))
}

/// The choice that the only number of a short answer counts.
fn counted(text: &str, choices: &[String]) -> ParsedText<usize> {
    let digits = choices.iter().any(|choice| choice.contains(|letter: char| letter.is_ascii_digit()));
    let answer = bare(after_marker(text).unwrap_or(text));
    let short = answer.chars().all(|letter| letter.is_ascii_digit());
    let number = numbers(answer).next().filter(|_| short && !digits).map(|found| found.value);
    match (1..=choices.len()).find(|place| number == Some(*place as f64)) {
        Some(place) => ParsedText::Read(place - 1),
        None => ParsedText::Unparsable,
    }
}

fn place(letter: char, count: usize) -> Option<usize> {
    let place = u32::from(letter).checked_sub(u32::from('A'))? as usize;
    (place < count).then_some(place)
}

fn one(found: &BTreeSet<usize>) -> ParsedText<usize> {
    match found.iter().collect::<Vec<_>>().as_slice() {
        [] => ParsedText::Unparsable,
        [place] => ParsedText::Read(**place),
        _ => ParsedText::Ambiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::{ParsedText, letter, read_choice};

    fn cities() -> Vec<String> {
        ["London", "Paris", "Berlin", "Rome"].map(str::to_owned).to_vec()
    }

    #[track_caller]
    fn reads(text: &str, expected: ParsedText<usize>) {
        assert_eq!(read_choice(text, &cities()), expected, "{text}");
    }

    #[test]
    fn letters() {
        let letters = [
            "B",
            "b",
            "(B)",
            "B.",
            "B) Paris",
            "**B**",
            "Answer: B",
            "The answer is B.",
            "B. Paris",
            "(b) Paris",
            "B: Paris",
            "B\nbecause",
        ];
        for text in letters {
            reads(text, ParsedText::Read(1));
        }
        reads("I think the correct answer is (C), since…", ParsedText::Read(2));
        reads("So it must be D.", ParsedText::Read(3));
        reads("We choose option B because A is wrong", ParsedText::Read(1));
        assert_eq!((letter(0), letter(25), letter(26)), ('A', 'Z', '?'));
    }

    #[test]
    fn texts_and_numbers() {
        reads("Paris", ParsedText::Read(1));
        reads("It is Paris, of course", ParsedText::Read(1));
        reads("A great city", ParsedText::Unparsable);
        reads("3", ParsedText::Read(2));
        reads("7", ParsedText::Unparsable);
        let years: Vec<String> = ["1066", "2"].map(str::to_owned).to_vec();
        assert_eq!(read_choice("2", &years), ParsedText::Read(1));
    }

    #[test]
    fn two_answers_are_none() {
        reads("B. Berlin", ParsedText::Ambiguous);
        reads("(A) or (B)", ParsedText::Ambiguous);
        reads("Paris or Rome", ParsedText::Ambiguous);
        reads("E", ParsedText::Unparsable);
        reads(" ", ParsedText::Empty);
        reads("I'm sorry, but I cannot answer that.", ParsedText::Refusal);
    }
}
