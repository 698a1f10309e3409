//! JSON Lines: one object a line, columns in the order in which their keys first appear. A list of objects is read as well, as pandas and
//! many services write them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::column::RawColumn;
use super::error::ReadError;
use super::format::Format;
use super::size;
use super::table::RawTable;
use crate::input::LINE_BYTES;

/// Rows that tell how many there are.
const SAMPLE: usize = 1000;

/// The keys and values of one object, in order and as written.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    entries.push((key.0, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Reads one object a line; blank lines are passed over, absent keys are missing. Lists and objects as values are
/// kept as they are written where `nested` says so.
pub(super) fn read(path: &Path, text: &str, nested: bool) -> Result<RawTable, ReadError> {
    let mut columns: Vec<RawColumn> = Vec::new();
    let mut index = HashMap::<String, usize>::new();
    let mut lines: Vec<u64> = Vec::new();
    let listed = if is_list(text) { elements(path, text)? } else { Vec::new() };
    let each: Box<dyn Iterator<Item = (&str, u64)>> =
        if listed.is_empty() { Box::new(text.lines().zip(1..)) } else { Box::new(listed.into_iter()) };
    for (line, number) in each {
        if line.trim().is_empty() {
            continue;
        }
        if line.len() > LINE_BYTES {
            return Err(ReadError::LongLine { path: path.to_path_buf(), line: number, most: LINE_BYTES });
        }
        let object = parse(path, line, number)?;
        let row = lines.len();
        if row == SAMPLE {
            let read = line.as_ptr() as usize - text.as_ptr() as usize;
            let rows = SAMPLE + (text.len() - read) / (read / SAMPLE).max(1);
            columns.iter_mut().for_each(|column| column.expect(rows));
        }
        for (key, value) in object.0 {
            let at = match index.get(&*key) {
                Some(at) => *at,
                None => {
                    size::check(path, row as u64, columns.len() + 1)?;
                    index.insert(key.to_string(), columns.len());
                    columns.push(RawColumn::new(key.clone()));
                    columns.len() - 1
                }
            };
            let column = &mut columns[at];
            if column.len() > row {
                return Err(ReadError::DuplicateKey { path: path.to_path_buf(), line: number, key: key.into_owned() });
            }
            pad(path, column, row)?;
            match kind(value.get()) {
                "an array" | "an object" if nested => {
                    column.hold_nested();
                    column.append(path, value.get())?;
                }
                _ => column.append(path, &cell(path, (row, number), &key, value)?)?,
            }
        }
        size::check(path, row as u64 + 1, columns.len())?;
        lines.push(number);
    }
    if columns.is_empty() {
        return Err(ReadError::Empty { path: path.to_path_buf() });
    }
    for column in &mut columns {
        pad(path, column, lines.len())?;
        column.shrink();
    }
    Ok(RawTable {
        path: path.to_path_buf(),
        format: Format::JsonLines,
        header: true,
        separator: None,
        quote: None,
        columns,
        lines,
        notes: Vec::new(),
        numbers: Vec::new(),
    })
}

/// Whether a text is one list of objects, on however many lines.
#[must_use]
pub fn is_list(text: &str) -> bool {
    text.trim_start().strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// The objects of a list, each with the line that it starts on.
fn elements<'a>(path: &Path, text: &'a str) -> Result<Vec<(&'a str, u64)>, ReadError> {
    let found: Vec<&'a RawValue> = serde_json::from_str(text).map_err(|error| ReadError::Json {
        path: path.to_path_buf(),
        line: error.line() as u64,
        column: error.column(),
        message: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
    })?;
    let (mut line, mut before) = (1, 0);
    let numbered = found.into_iter().map(|one| {
        let start = one.get().as_ptr() as usize - text.as_ptr() as usize;
        line += text.as_bytes()[before..start].iter().filter(|byte| **byte == b'\n').count() as u64;
        before = start;
        (one.get(), line)
    });
    Ok(numbered.collect())
}

fn pad(path: &Path, column: &mut RawColumn, rows: usize) -> Result<(), ReadError> {
    while column.len() < rows {
        column.append(path, "")?;
    }
    Ok(())
}

fn parse<'a>(path: &Path, line: &'a str, number: u64) -> Result<Object<'a>, ReadError> {
    let found = kind(line.trim_start());
    serde_json::from_str(line).map_err(|error| {
        let path = path.to_path_buf();
        if found != "an object" && error.is_data() || found == "an array" {
            let line = number;
            return ReadError::NotObject { path, line, found };
        }
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        ReadError::Json { path, line: number, column: error.column(), message: message.to_owned() }
    })
}

/// The text of a value: strings without their quotes, numbers and bools as written, null empty.
fn cell<'a>(path: &Path, (row, line): (usize, u64), key: &str, value: &'a RawValue) -> Result<Cow<'a, str>, ReadError> {
    let written = value.get();
    match kind(written) {
        "a text" => serde_json::from_str::<Key<'a>>(written).map(|text| text.0).map_err(|error| ReadError::Json {
            path: path.to_path_buf(),
            line,
            column: error.column(),
            message: error.to_string(),
        }),
        "null" => Ok(Cow::Borrowed("")),
        found @ ("an array" | "an object") => {
            Err(ReadError::Nested { path: path.to_path_buf(), row: row + 1, key: key.to_owned(), found })
        }
        _ => Ok(Cow::Borrowed(written)),
    }
}

/// What a JSON value is, from its first character.
fn kind(written: &str) -> &'static str {
    match written.as_bytes().first() {
        Some(b'"') => "a text",
        Some(b'[') => "an array",
        Some(b'{') => "an object",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<RawTable, ReadError> {
        read(Path::new("x.jsonl"), text, false)
    }

    #[test]
    fn keys_are_united_in_order_and_values_kept_as_written() {
        let text = "{\"b\": 1.50, \"a\": \"x\\n\\u00e4\"}\r\n\n{\"a\": null, \"c\": true}\n\
                    {\"b\": 12345678901234567890123, \"c\": 1e5}\n";
        let table = table(text).expect("three objects");
        assert_eq!(table.names().collect::<Vec<_>>(), ["b", "a", "c"]);
        let cells = |name| -> Vec<_> { table.column(name).expect("column").iter().collect() };
        assert_eq!(cells("b"), [Some("1.50"), None, Some("12345678901234567890123")]);
        assert_eq!(cells("a"), [Some("x\nä"), None, None]);
        assert_eq!(cells("c"), [None, Some("true"), Some("1e5")]);
        assert_eq!(table.line(1), Some(3));
    }

    #[test]
    fn a_list_of_objects_is_its_lines() {
        let lines = table("{\"b\": 1.50, \"a\": \"x\"}\n{\"a\": null}\n").expect("two objects");
        for text in [
            "[{\"b\": 1.50, \"a\": \"x\"}, {\"a\": null}]",
            "\n[\n  {\n    \"b\": 1.50,\n    \"a\": \"x\"\n  },\n  {\"a\": null}\n]\n",
        ] {
            let table = table(text).expect("two objects");
            let cells = |table: &RawTable| -> Vec<Vec<Option<String>>> {
                table.columns.iter().map(|column| column.iter().map(|cell| cell.map(str::to_owned)).collect()).collect()
            };
            assert_eq!((cells(&table), table.rows()), (cells(&lines), 2));
        }
        assert_eq!(table("[\n{\"a\": 1},\n\n{\"a\": 2}]").expect("two").line(1), Some(4));
    }

    #[test]
    fn faults_say_line_and_column() {
        for (text, part) in [
            ("{\"a\": 1}\n{\"a\": }\n", "line 2, column 7: not valid JSON: expected value"),
            ("{\"a\": 1\n", "line 1, column 7: not valid JSON: EOF"),
            ("[1, 2]\n", "line 1: found an array, expected a JSON object"),
            ("[{\"a\": 1},\n{\"a\": }]\n", "line 2, column 7: not valid JSON: expected value"),
            ("[{\"a\": 1},\n 3]\n", "line 2: found a number, expected a JSON object"),
            ("[{\"a\": 1}", "line 1, column 9: not valid JSON: EOF"),
            ("3\n", "line 1: found a number"),
            ("{\"a\": [1]}\n", "row 1: \"a\" holds an array"),
            ("{\"a\": 1, \"a\": 2}\n", "line 1: the key \"a\" stands twice"),
            ("{\"a\": \"\\ud800\"}\n", "not valid JSON"),
            ("\n\n", "the file is empty"),
        ] {
            let error = table(text).expect_err(text);
            assert!(error.to_string().contains(part), "{error}");
            assert!(error.hint().is_some());
        }
    }
}
