//! Files to texts: plain lines or JSON Lines, packed by gzip or not, or standard input.

use std::io::Read;
use std::path::Path;

use clap::ValueEnum;
use lagom::input;
use serde_json::Value;

use crate::cli::cli_error::{CliError, Fault};

/// How a file holds its texts.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(super) enum Format {
    /// A text on each line.
    Lines,
    /// A JSON object on each line, the text in one of its fields.
    Jsonl,
}

/// A file, its lines, and how they are to be read.
pub(super) struct File {
    name: String,
    format: Format,
    lines: Vec<String>,
}

impl File {
    /// Reads a file; `-` is standard input. Without a `format` the name tells, and lines are plain where it does not.
    ///
    /// # Errors
    /// It can't be read, unpacked, or is not UTF-8.
    pub(super) fn read(path: &Path, format: Option<Format>) -> Result<File, Fault> {
        let standard = path.as_os_str() == "-";
        let name = if standard { "standard input".to_owned() } else { path.display().to_string() };
        let most = input::UNPACKED_BYTES;
        let mut bytes = Vec::new();
        if standard {
            let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes);
            read.map_err(|error| unreadable(&name, &error))?;
        } else {
            bytes = input::bytes(path, most).map_err(|error| unreadable(&name, &error.into_io()))?;
        }
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = Vec::new();
            let mut packed = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(most + 1);
            packed.read_to_end(&mut unpacked).map_err(|error| {
                fault(format!("{name}: cannot unpack it: {error}"), "the file is cut off or damaged: make it again")
            })?;
            bytes = unpacked;
        }
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        if bytes.len() as u64 > most || lines > input::ROWS {
            return Err(fault(
                format!("{name}: has more than {most} bytes or {} lines", input::ROWS),
                "split the file, and score its parts",
            ));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
            let hint = "convert it, for instance with `iconv -f latin1 -t utf-8`";
            fault(format!("{name}: not UTF-8 at byte {at}, line {line}"), hint)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        // sacreBLEU counts lines as the newlines there are, and one more for what follows the last
        let lines = text.strip_suffix('\n').map_or(text, |text| text);
        let line = |line: &str| line.strip_suffix('\r').unwrap_or(line).to_owned();
        let lines = if text.is_empty() { Vec::new() } else { lines.split('\n').map(line).collect() };
        let format = format.unwrap_or_else(|| told_by(path));
        Ok(File { name, format, lines })
    }

    /// What messages call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How many texts it has.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether its lines are JSON objects.
    pub(super) fn has_fields(&self) -> bool {
        self.format == Format::Jsonl
    }

    /// The texts of each line: one, or those of a list.
    ///
    /// # Errors
    /// All lines that are no JSON object, or lack the field, or have something else in it.
    pub(super) fn texts(&self, field: &str) -> Result<Vec<Vec<String>>, Vec<Fault>> {
        if self.format == Format::Lines {
            return Ok(self.lines.iter().map(|line| vec![line.clone()]).collect());
        }
        let (mut texts, mut faults) = (Vec::with_capacity(self.len()), Vec::new());
        for (at, line) in self.lines.iter().enumerate() {
            match of_line(line, field) {
                Ok(found) => texts.push(found),
                Err((what, hint)) => faults.push(fault(format!("{}, line {}: {what}", self.name, at + 1), &hint)),
            }
        }
        if faults.is_empty() { Ok(texts) } else { Err(faults) }
    }
}

fn of_line(line: &str, field: &str) -> Result<Vec<String>, (String, String)> {
    let value: Value = serde_json::from_str(line).map_err(|error| {
        (format!("no JSON: {error}"), "each line must be an object; --format lines reads plain text".to_owned())
    })?;
    let Some(fields) = value.as_object() else {
        return Err((
            "no JSON object".to_owned(),
            "each line must be an object such as {\"answer\": \"…\"}".to_owned(),
        ));
    };
    let Some(found) = fields.get(field) else {
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        let hint = format!("name the field by an option; there are: {}", names.join(", "));
        return Err((format!("there is no field `{field}`"), hint));
    };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let texts = match found {
        Value::Array(items) => items.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    };
    let hint = "a text, a number or a list of them is expected".to_owned();
    texts.ok_or_else(|| (format!("the field `{field}` holds no text"), hint))
}

fn told_by(path: &Path) -> Format {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if name.ends_with(".jsonl") || name.ends_with(".ndjson") { Format::Jsonl } else { Format::Lines }
}

fn unreadable(name: &str, error: &std::io::Error) -> Fault {
    match error.kind() {
        std::io::ErrorKind::NotFound => fault(format!("there is no file {name}"), "check the path"),
        _ => fault(format!("cannot read {name}: {error}"), "a file of texts is expected"),
    }
}

/// A fault with its hint.
pub(super) fn fault(message: String, hint: &str) -> Fault {
    Fault { message, hint: Some(hint.to_owned()) }
}

/// All faults as one problem of the user's input.
pub(super) fn problem(faults: Vec<Fault>) -> CliError {
    CliError::of_user(faults)
}
