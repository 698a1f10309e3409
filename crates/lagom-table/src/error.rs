//! What can be wrong with a file, and what to do about it.

use std::path::PathBuf;

use thiserror::Error;

/// Why a file could not be read. Rows, lines and columns are counted from 1; rows without the header.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what the texts name")]
pub enum ReadError {
    /// There is no such file.
    #[error("{}: no such file", path.display())]
    NotFound { path: PathBuf },
    /// The path is a directory.
    #[error("{}: is a directory, expected a file", path.display())]
    IsDirectory { path: PathBuf },
    /// The path is a pipe, a device or a socket.
    #[error("{}: is {what}, expected a file", path.display())]
    NotFile { path: PathBuf, what: &'static str },
    /// The file is larger than one that is read whole may be.
    #[error("{}: has {bytes} bytes, expected at most {most}", path.display())]
    TooLarge { path: PathBuf, bytes: u64, most: u64 },
    /// A line, or a row, is longer than one may be.
    #[error("{}, line {line}: a row here has more than {most} bytes", path.display())]
    LongLine { path: PathBuf, line: u64, most: usize },
    /// The table has more columns than one may have.
    #[error("{}: found more than {most} columns", path.display())]
    TooManyColumns { path: PathBuf, most: usize },
    /// The table has more rows than one of so many columns may have that is read whole.
    #[error("{}: found more than {most} rows of {columns} columns", path.display())]
    TooManyRows { path: PathBuf, columns: usize, most: u64 },
    /// The cells of the table come to more text than one may hold.
    #[error("{}: its cells come to more than {most} bytes", path.display())]
    TableTooLarge { path: PathBuf, most: u64 },
    /// The user may not read the file.
    #[error("{}: no permission to read the file", path.display())]
    Denied { path: PathBuf },
    /// The operating system failed to read the file.
    #[error("{}: the file could not be read: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// Nothing in it, or only blank lines.
    #[error("{}: the file is empty, expected rows", path.display())]
    Empty { path: PathBuf },
    /// Names of columns, but no rows.
    #[error("{}: found the names of {columns} columns but no rows", path.display())]
    NoRows { path: PathBuf, columns: usize },
    /// A packed or binary file.
    #[error("{}: found {what}, expected CSV, TSV, JSON Lines or Parquet", path.display())]
    Foreign { path: PathBuf, what: &'static str },
    /// Bytes that are not UTF-8; `offset` is in bytes from 0.
    #[error("{}, line {line}: byte {offset} of the file (0x{byte:02X}) is not UTF-8", path.display())]
    NotUtf8 { path: PathBuf, line: u64, offset: usize, byte: u8, utf16: bool },
    /// A row with too few or too many cells.
    #[error("{}, row {row} (line {line}): found {found} cells, expected {expected}", path.display())]
    RaggedRow { path: PathBuf, row: usize, line: u64, found: usize, expected: usize },
    /// A header that is shorter or longer than the rows.
    #[error(
        "{}, line {line}: the header has {found} cells, the rows below have {expected}",
        path.display()
    )]
    RaggedHeader { path: PathBuf, line: u64, found: usize, expected: usize },
    /// A quote that opens and never closes.
    #[error(
        "{}, line {line}, column {column}: a quoted cell starts here and never ends, \
         expected a closing {quote}",
        path.display()
    )]
    UnclosedQuote { path: PathBuf, line: u64, column: usize, quote: char },
    /// A line without a label, one space and a text.
    #[error("{}, line {line}: found \"{found}\", expected a label, a space and a text", path.display())]
    NoLabel { path: PathBuf, line: u64, found: String },
    /// A separator that cannot be one.
    #[error("separator {found:?}: expected one ASCII character other than a quote or a line end")]
    BadSeparator { found: char },
    /// Two columns of one name.
    #[error("{}: columns {first} and {second} are both named \"{name}\"", path.display())]
    DuplicateColumn { path: PathBuf, name: String, first: usize, second: usize },
    /// A line that is not JSON; `column` is in bytes from 1.
    #[error("{}, line {line}, column {column}: not valid JSON: {message}", path.display())]
    Json { path: PathBuf, line: u64, column: usize, message: String },
    /// A line that is JSON but not an object.
    #[error("{}, line {line}: found {found}, expected a JSON object", path.display())]
    NotObject { path: PathBuf, line: u64, found: &'static str },
    /// An array or an object inside a JSON object or a Parquet row.
    #[error(
        "{}, row {row}: \"{key}\" holds {found}, expected a text, a number, true, false or null",
        path.display()
    )]
    Nested { path: PathBuf, row: usize, key: String, found: &'static str },
    /// A key that stands twice in one JSON object.
    #[error("{}, line {line}: the key \"{key}\" stands twice", path.display())]
    DuplicateKey { path: PathBuf, line: u64, key: String },
    /// A Parquet file that its reader refuses.
    #[error("{}: not a readable Parquet file: {message}", path.display())]
    Parquet { path: PathBuf, message: String },
    /// Bytes in a Parquet column that are not text.
    #[error("{}, row {row}: \"{column}\" holds bytes that are not UTF-8 text", path.display())]
    ParquetBytes { path: PathBuf, row: usize, column: String },
    /// More than 4 GiB of text in one column.
    #[error("{}: column \"{column}\" holds more than 2 GiB of text", path.display())]
    ColumnTooLarge { path: PathBuf, column: String },
}

impl ReadError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotFound { .. } => "check the path; it is relative to the study's folder",
            Self::IsDirectory { .. } => "name one file in it",
            Self::NotFile { .. } => "write what comes out of it to a file; `lagom predict` reads a pipe as -",
            Self::TooLarge { .. } | Self::TooManyRows { .. } | Self::TableTooLarge { .. } => {
                "split the file, or keep fewer rows or columns; `lagom predict` reads files of any size"
            }
            Self::LongLine { .. } => {
                "look for a quote that never closes; leave the column out if its cells are that long"
            }
            Self::TooManyColumns { .. } => "keep fewer columns; if rows and columns are exchanged, turn the table",
            Self::Denied { .. } => "change its permissions (chmod u+r) or copy it",
            Self::Io { .. } => return None,
            Self::Empty { .. } => "check that the file was written completely",
            Self::NoRows { .. } => "if the first line is a row and not the names, say header = false",
            Self::Foreign { what, .. } => foreign_hint(what),
            Self::NotUtf8 { path, utf16, .. } => return Some(iconv(path, *utf16)),
            Self::RaggedRow { .. } => {
                "look for a separator inside a cell that is not quoted; if all rows look so, \
                 say which separator = is meant"
            }
            Self::RaggedHeader { .. } => "give every column a name, or say header = false if the line is a row",
            Self::UnclosedQuote { .. } => "close the quote, or double it where it is meant as text",
            Self::NoLabel { .. } => "fix the line, or write the file as CSV with a header",
            Self::BadSeparator { .. } => "say \",\", \";\", \"\\t\" or \"|\"",
            Self::DuplicateColumn { .. } => {
                "rename one; if the first line is a row and not the names, say header = false"
            }
            Self::Json { .. } => "write one complete JSON object on each line",
            Self::NotObject { found, .. } if *found == "an array" => {
                "write one object a line, for example with jq -c '.[]'"
            }
            Self::NotObject { .. } => "write one object a line, such as {\"text\": \"…\"}",
            Self::Nested { .. } => "flatten it into keys of its own, or leave the key out",
            Self::DuplicateKey { .. } => "leave one of them out",
            Self::Parquet { .. } => "check that the file was written or downloaded completely; else write it as CSV",
            Self::ParquetBytes { .. } => "leave the column out, or write it as text",
            Self::ColumnTooLarge { .. } => "split the file, or leave the column out",
        };
        Some(hint.to_owned())
    }
}

fn foreign_hint(what: &str) -> &'static str {
    if what.contains("spreadsheet") {
        "export the sheet as CSV, or unpack the archive"
    } else if what.contains("gzip") || what.contains("zstd") {
        "unpack it first, with gunzip or unzstd"
    } else {
        "export the table as CSV"
    }
}

fn iconv(path: &std::path::Path, utf16: bool) -> String {
    let from = if utf16 { "utf-16" } else { "latin1" };
    let path = path.display();
    format!("convert it, for example: iconv -f {from} -t utf-8 \"{path}\" > utf8.txt")
}
