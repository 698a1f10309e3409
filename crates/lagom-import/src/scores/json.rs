//! JSON as other tools write it: with NaN where a number is none, and cut off where the tool was stopped.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cell::{self, Cell};
use super::error::ScoresError;

/// An object's keys with their values as they are written: large ones are passed over, not taken apart.
pub(super) type Object<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// Reads `text`, which begins on line `first` of the file; `last` says that the file ends with it.
///
/// # Errors
///
/// `CutOff` where the file ends inside of a value, `Json` for any other fault.
pub(super) fn read<'a, T: Deserialize<'a>>(
    path: &Path,
    text: &'a str,
    first: usize,
    last: bool,
) -> Result<T, ScoresError> {
    serde_json::from_str(text).map_err(|error| {
        let (path, line) = (path.to_path_buf(), first + error.line().saturating_sub(1));
        if last && error.is_eof() {
            return ScoresError::CutOff { path, line };
        }
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        ScoresError::Json { path, line, column: error.column(), message }
    })
}

/// A line of a log that is not blank.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Counted from 1.
    pub(super) number: usize,
    /// Whether the file ends with it, without a line end.
    pub(super) last: bool,
}

/// A text with one object a line: that of a list of objects with each on the line that it starts on, or one behind the last where
/// several share it; any other as it is.
pub(super) fn in_lines(path: &Path, text: String) -> Result<String, ScoresError> {
    if !lagom_table::is_list(&text) {
        return Ok(text);
    }
    let fixed = without_nan(&text);
    let objects: Vec<&RawValue> = read(path, &fixed, 1, true)?;
    let (mut lines, mut at, mut before, mut written) = (String::with_capacity(text.len()), 1, 0, 1);
    for object in objects {
        let start = object.get().as_ptr() as usize - fixed.as_ptr() as usize;
        at += fixed.as_bytes()[before..start].iter().filter(|byte| **byte == b'\n').count();
        before = start;
        while written < at {
            lines.push('\n');
            written += 1;
        }
        // Line ends stand between the parts of an object alone: within texts they are written as `\n`.
        lines.extend(object.get().chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
        lines.push('\n');
        written += 1;
    }
    Ok(lines)
}

/// The lines of a text that are not blank.
pub(super) struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, number: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        while !self.rest.is_empty() {
            let (text, rest, last) = match self.rest.split_once('\n') {
                Some((text, rest)) => (text, rest, false),
                None => (self.rest, "", true),
            };
            self.rest = rest;
            self.number += 1;
            if !text.trim().is_empty() {
                return Some(Line { text, number: self.number, last });
            }
        }
        None
    }
}

/// The text with `null` for every `NaN`, `Infinity` and `-Infinity` that stands outside of strings: Python's `json`
/// writes them although JSON has none. Every other byte keeps its place in its line as far as it can.
pub(super) fn without_nan(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(['"', 'N', 'I', '-']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let word = ["NaN", "-Infinity", "Infinity"].into_iter().find(|word| from.starts_with(word));
        let taken = match word {
            Some(word) => {
                out.push_str("null");
                word.len()
            }
            None => {
                let end = if from.starts_with('"') { string_end(from) } else { 1 };
                out.push_str(from.get(..end).unwrap_or(from));
                end
            }
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The length of the string that `text` starts with, quotes included.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The text of a JSON string, the digits of a number, the word of a boolean; `None` for anything else.
pub(super) fn scalar(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get().trim();
    match text.bytes().next()? {
        b'"' => serde_json::from_str::<Cow<'_, str>>(text).ok().map(|word| Cow::Owned(word.into_owned())),
        b'{' | b'[' => None,
        _ if text == "null" => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

/// How many bytes before `part`, a piece of `text`, the text begins.
pub(super) fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// How many lines end between two places of a text.
pub(super) fn line_ends(text: &str, from: usize, to: usize) -> usize {
    let between = text.as_bytes().get(from..to).unwrap_or_default();
    between.iter().filter(|byte| **byte == b'\n').count()
}

/// What a JSON value is as a score.
pub(super) fn score(raw: &RawValue) -> Cell {
    match raw.get().trim() {
        "null" => Cell::Missing,
        text if text.starts_with(['{', '[']) => Cell::Text,
        _ => scalar(raw).map_or(Cell::Text, |text| cell::score(text.as_bytes())),
    }
}

/// A number of at least 0, where the value is one.
pub(super) fn amount(raw: Option<&&RawValue>) -> Option<f64> {
    cell::amount(scalar(raw?)?.as_bytes()).ok().flatten()
}

/// A digest of the bytes of several parts (FNV-1a, 64 bits), to tell whether two logs hold the same data.
pub(super) fn digest(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_becomes_null_outside_of_strings() {
        let text = r#"{"a": NaN, "NaN \" Infinity": [-Infinity, -1, "x\\"], "b": Infinity}"#;
        let expected = r#"{"a": null, "NaN \" Infinity": [null, -1, "x\\"], "b": null}"#;
        assert_eq!(without_nan(text), expected);
        assert!(matches!(without_nan("{}"), Cow::Borrowed("{}")));
        assert_eq!(without_nan("\"NaN"), "\"NaN");
    }

    #[test]
    fn faults_say_where() {
        let path = Path::new("a.json");
        let cut = read::<Object<'_>>(path, "{\"a\":\n [1,", 5, true).expect_err("cut off");
        assert_eq!(cut.to_string(), "a.json, line 6: the file ends in the middle of an entry");
        let bad = read::<Object<'_>>(path, "{\"a\" 1}", 3, true).expect_err("no colon");
        assert!(bad.to_string().starts_with("a.json, line 3, column 6: not valid JSON: expected `:`"), "{bad}");
    }

    #[test]
    fn pieces_know_their_line() {
        let text = "a\nb\ncd";
        assert_eq!((offset(text, &text[..1]), offset(text, &text[4..])), (0, 4));
        assert_eq!((line_ends(text, 0, 4), line_ends(text, 2, 4), line_ends(text, 3, 99)), (2, 1, 0));
    }

    #[test]
    fn digests_tell_parts_apart() {
        assert_eq!(digest(&["a"]), digest(&["a"]));
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        // FNV-1a of "a" is af63dc4c8601ec8c (the authors' test vectors); one more round with 0xFF ends the part.
        let after_a = 0xaf63_dc4c_8601_ec8c_u64;
        assert_eq!(digest(&["a"]), (after_a ^ 0xFF).wrapping_mul(0x0100_0000_01b3));
    }
}
