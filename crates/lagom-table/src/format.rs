//! The formats, what the caller may tell, and how a format is recognised.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// The layout of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Cells separated by a comma, a semicolon or a bar, quoted where need be; also a single column.
    Csv,
    /// Cells separated by a tab, quoted or not.
    Tsv,
    /// Lines of a label, one space and a text; columns `label` and `text`. Never has a header.
    LabelledLines,
    /// One JSON object a line.
    JsonLines,
    /// A flat Parquet file.
    Parquet,
    /// Lines of text, each a row of the one column `text`. Never sniffed, and never with a header.
    Lines,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::LabelledLines => "lines of a label and a text",
            Format::JsonLines => "JSON Lines",
            Format::Parquet => "Parquet",
            Format::Lines => "lines of text",
        })
    }
}

/// What the caller knows about a file; what is `None` is sniffed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The layout.
    pub format: Option<Format>,
    /// Whether the first row holds the names of the columns. Only for CSV and TSV.
    pub header: Option<bool>,
    /// What stands between two cells: one ASCII character. Only for CSV and TSV.
    pub separator: Option<char>,
    /// Whether a cell that holds a list or an object is kept as its JSON text; else it is an error. Only for JSON
    /// Lines and Parquet.
    pub nested: bool,
    /// Whether whatever could be a row is one: a last row of sums too.
    pub every_row: bool,
    /// Where the text stands in its file, where it is a part of one.
    pub part: Option<Part>,
}

/// A part of a file behind its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// How many rows stand before it.
    pub rows: usize,
    /// How many lines stand before it.
    pub lines: u64,
    /// Whether nothing follows.
    pub last: bool,
    /// Whether a line is one cell, as in the first part.
    pub single: bool,
    /// What quotes a cell in the first part, if anything does.
    pub quote: Option<u8>,
}

/// The format that the extension names, if it names one.
pub(super) fn by_extension(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" => Some(Format::Csv),
        "tsv" | "tab" => Some(Format::Tsv),
        "jsonl" | "ndjson" | "json" => Some(Format::JsonLines),
        "parquet" | "pq" => Some(Format::Parquet),
        _ => None,
    }
}

/// What a file's first bytes say about it.
pub(super) enum Magic {
    /// A Parquet file.
    Parquet,
    /// Something lagom does not read, and what.
    Foreign(&'static str),
    /// Text, as far as the first bytes tell.
    Text,
}

/// Recognises Parquet and the packed formats people take for a table.
pub(super) fn magic(bytes: &[u8]) -> Magic {
    const FOREIGN: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a zip archive or a spreadsheet"),
        (b"\xD0\xCF\x11\xE0", "an old spreadsheet"),
        (b"\x1F\x8B", "a gzip file"),
        (b"\x28\xB5\x2F\xFD", "a zstd file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"%PDF", "a PDF document"),
    ];
    if bytes.starts_with(b"PAR1") {
        return Magic::Parquet;
    }
    match FOREIGN.iter().find(|(start, _)| bytes.starts_with(start)) {
        Some((_, what)) => Magic::Foreign(what),
        None => Magic::Text,
    }
}
