//! Words of `[task]`: formats of files, kinds of columns.

use serde::{Deserialize, Serialize};

use crate::name::named;

/// The format of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text in columns, separated by commas, semicolons or the like.
    Csv,
    /// Text in columns, separated by tabs.
    Tsv,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// Lines of text: a row each, of the one column `text`.
    Lines,
}

named! { Format: Csv = "csv", Tsv = "tsv", Jsonl = "jsonl", Parquet = "parquet", Lines = "lines" }

/// What the user says a column holds, in place of what was found in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclaredKind {
    /// Numbers whose size means something.
    Numeric,
    /// Names or codes.
    Categorical,
    /// Yes or no.
    Boolean,
    /// Words and sentences.
    Text,
    /// A name of the row itself: not used.
    Identifier,
}

named! { DeclaredKind: Numeric = "numeric", Categorical = "categorical", Boolean = "boolean", Text = "text", Identifier = "identifier" }
