//! Words of `[task]`: formats of files, kinds of columns.

use serde::{Deserialize, Serialize};

use crate::name::find;

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
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 4] = [Format::Csv, Format::Tsv, Format::Jsonl, Format::Parquet];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Jsonl => "jsonl",
            Format::Parquet => "parquet",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Format> {
        find(&Format::ALL, Format::name, name)
    }
}

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

impl DeclaredKind {
    /// Every kind of column.
    pub const ALL: [DeclaredKind; 5] = [
        DeclaredKind::Numeric,
        DeclaredKind::Categorical,
        DeclaredKind::Boolean,
        DeclaredKind::Text,
        DeclaredKind::Identifier,
    ];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DeclaredKind::Numeric => "numeric",
            DeclaredKind::Categorical => "categorical",
            DeclaredKind::Boolean => "boolean",
            DeclaredKind::Text => "text",
            DeclaredKind::Identifier => "identifier",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<DeclaredKind> {
        find(&DeclaredKind::ALL, DeclaredKind::name, name)
    }
}
