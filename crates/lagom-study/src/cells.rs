//! How the cells of a study's files are to be read, where that is guessed wrongly.

use serde::{Deserialize, Serialize};

use crate::name::named;

/// What stands between the whole and the fraction of the numbers in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// `1234.5`, `1,234.5`
    Point,
    /// `1234,5`, `1.234,5`
    Comma,
}

named! { DecimalMark: Point = "point", Comma = "comma" }

/// What becomes of rows whose target is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingTarget {
    /// They are left out, counted, and told.
    #[default]
    Drop,
    /// They are a fault of the data.
    Refuse,
}

named! { MissingTarget: Drop = "drop", Refuse = "refuse" }

/// How cells are read; what is `None` is found in the data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cells {
    /// How all columns write decimals.
    pub decimal: Option<DecimalMark>,
    /// The spellings of a missing value; an empty cell is missing in any case.
    pub missing: Option<Vec<String>>,
    /// What becomes of rows whose target is missing.
    pub missing_target: MissingTarget,
}

impl Cells {
    /// Whether all is to be found in the data.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
