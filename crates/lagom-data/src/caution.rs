//! What in the data could make a verdict wrong: told beside the verdict, not only while reading.

use crate::metric::{BleuTokeniser, Metric, Unspaced};
use serde::{Deserialize, Serialize};

/// Something in the data that a reader of the verdict has to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Caution {
    /// Rows have the same inputs as others.
    Copies {
        /// Rows beyond the first of each such input.
        rows: u64,
        /// Of these, rows with another target than the first.
        conflicting: u64,
        /// Rows there are.
        of: u64,
        /// What splits do with them.
        kept: Kept,
    },
    /// Tested rows have the same inputs as rows that are trained on.
    SeenInputs {
        /// Such rows: of the holdout, or with cross-fitting of the first sealed fold.
        rows: u64,
        /// Rows of the holdout or fold.
        of: u64,
        /// Whether they stand in a holdout file that the user gave.
        given: bool,
    },
    /// Rows of the same thing, such as a patient, stand on both sides of every split.
    RepeatedKey {
        /// The column that tells which rows are of the same thing.
        column: String,
        /// How many things there are.
        keys: u64,
        /// How many rows they have together.
        rows: u64,
        /// How far the target is the same within a key: 0 as between any two rows, 1 where it is constant.
        alike: f64,
        /// The share of the other columns that are nearly constant within a key, between 0 and 1.
        constant: f64,
        /// Whether the name of the column says that it is a key.
        named: bool,
    },
    /// One column alone tells the target.
    TellsTarget {
        /// The column.
        column: String,
        /// What `score` is.
        measure: Measure,
        /// How well the column alone predicts rows that its rule was not made from.
        score: f64,
        /// The share of the rows in which the column is filled in and tells it, above 0 and up to 1.
        covered: f64,
    },
    /// BLEU cuts texts at spaces and punctuation, and these have no spaces.
    UncutTexts {
        /// The script of the references.
        script: Unspaced,
        /// How BLEU cuts them.
        tokeniser: BleuTokeniser,
    },
    /// Another metric cuts texts at spaces, and these have no spaces.
    UncutWords {
        /// The script of the references.
        script: Unspaced,
        /// The metric.
        metric: Metric,
    },
    /// The metric keeps the letters a to z and digits alone, and most letters of the texts are others.
    OtherLetters {
        /// The metric.
        metric: Metric,
        /// Whether spaces stand between the words of the texts.
        spaced: bool,
    },
}

/// What splits do with equal inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// They stay on one side.
    Together,
    /// Nothing: the order of time goes before.
    InTime,
    /// Nothing: such inputs come again by themselves, and with other answers.
    Apart,
}

/// How the score of a single column is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The share of rows whose class is right.
    Accuracy,
    /// The share of the variance that is explained.
    R2,
}

/// From here on a column that tells the target does so in every row: 1.000 as it is written.
const EVERY_ROW: f64 = 0.9995;

/// Whether a column of this score (accuracy or R²) tells the target in every row, to the digits that are shown.
pub(super) fn tells_every_row(score: f64) -> bool {
    score >= EVERY_ROW
}

impl Caution {
    /// Whether it has to be said before all else: a column alone tells the target in every row.
    #[must_use]
    pub fn is_shouted(&self) -> bool {
        matches!(self, Self::TellsTarget { score, .. } if tells_every_row(*score))
    }

    /// Whether a user has to do something about it, or has to know that the figures may flatter; else it is worth a note.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        match self {
            Self::Copies { kept: Kept::Together, .. } => false,
            // Where the same inputs have many targets they come again by themselves.
            Self::Copies { kept: Kept::Apart, rows, conflicting, of } => rows * 2 > *of && conflicting * 10 < *rows,
            _ => true,
        }
    }
}
