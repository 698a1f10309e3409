//! What can be wrong with points and questions, and what to do about it.

use std::path::PathBuf;

use crate::data::read::ReadError;
use crate::stats::curve::CurveError;

use super::role::Role;

/// Why there is no curve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScalingError {
    /// The file can't be read as a table.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A column that was named does not exist.
    #[error("{}: no column `{name}` for {}; the columns are {}", .path.display(), .role.words(), .there.join(", "))]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// What the column was to be.
        role: Role,
        /// The name given.
        name: String,
        /// The columns there are.
        there: Vec<String>,
    },
    /// No column bears a usual name.
    #[error("{}: no column looks like {}; the columns are {}", .path.display(), .role.words(), .there.join(", "))]
    NoRole {
        /// The file.
        path: PathBuf,
        /// What is missing.
        role: Role,
        /// The columns there are.
        there: Vec<String>,
    },
    /// Several columns bear a usual name.
    #[error("{}: {} could be any of the columns {}", .path.display(), .role.words(), .found.join(", "))]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        role: Role,
        /// The columns that could be meant.
        found: Vec<String>,
    },
    /// Cells that are no usable numbers; never empty.
    #[error("{}", listed(.path, .faults))]
    Cells {
        /// The file.
        path: PathBuf,
        /// Every one of them, in the order of the rows.
        faults: Vec<CellFault>,
    },
    /// More points are to be left out than there are.
    #[error("{}: {drop} points with the highest losses are to be left out, but there are only {found}", .path.display())]
    AllDropped {
        /// The file.
        path: PathBuf,
        /// How many are to be left out.
        drop: usize,
        /// How many there are.
        found: usize,
    },
    /// The points carry no curve.
    #[error("{}: {error}", .path.display())]
    Curve {
        /// The file.
        path: PathBuf,
        /// Why.
        error: CurveError,
    },
    /// A law that depends on a column that is not there.
    #[error("{}: the law asked for depends on {}, for which there is no column", .path.display(), .role.words())]
    FormNeeds {
        /// The file.
        path: PathBuf,
        /// What is missing.
        role: Role,
    },
    /// A position without the amount of data, under a law that depends on it.
    #[error("the law depends on the data too, but `--at {at}` gives only a size")]
    AtNeedsData {
        /// The size as given, in parameters.
        at: f64,
    },
    /// A question that needs a law of both size and data.
    #[error("{question} needs a law of size and data, but this one is of {of} alone")]
    NeedsBoth {
        /// What was asked.
        question: &'static str,
        /// What the law is of.
        of: &'static str,
    },
    /// A number of served tokens without a loss to reach.
    #[error("the model to serve from depends on the loss it has to reach, and none is given")]
    NoTarget,
}

/// A cell that is no usable number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The row, from 1 and without the header.
    pub row: usize,
    /// The line of the file, from 1, where the format has lines.
    pub line: Option<u64>,
    /// The column.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl std::fmt::Display for CellFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}", self.row)?;
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        write!(f, ", column `{}`: ", self.column)?;
        match self.found.as_str() {
            "" => write!(f, "the cell is empty")?,
            found => write!(f, "found `{found}`")?,
        }
        write!(f, ", expected {}", self.expected)
    }
}

/// Faults that are listed in a message; more are counted.
const LISTED: usize = 10;

fn listed(path: &std::path::Path, faults: &[CellFault]) -> String {
    let mut lines: Vec<String> =
        faults.iter().take(LISTED).map(|fault| format!("{}, {fault}", path.display())).collect();
    if faults.len() > LISTED {
        lines.push(format!("and {} cells more", faults.len() - LISTED));
    }
    lines.join("\n")
}

impl ScalingError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Read(error) => return error.hint(),
            Self::NoColumn { role, .. } => return Some(format!("name one of them with {}", role.option())),
            Self::NoRole { role: Role::Size, .. } => {
                "name the parameters with --size COLUMN, or the training rows or tokens with --data COLUMN".to_owned()
            }
            Self::NoRole { role, .. } | Self::Ambiguous { role, .. } => {
                return Some(format!("say which it is: {} COLUMN", role.option()));
            }
            Self::Cells { .. } => "fix the cells, or take the rows out of the file".to_owned(),
            Self::AllDropped { .. } => "leave fewer out".to_owned(),
            Self::Curve { error, .. } => error.hint().to_owned(),
            Self::FormNeeds { role, .. } => format!("name the column with {}, or choose another --form", role.option()),
            Self::AtNeedsData { .. } => "write both, with a comma between: --at 7B,140B".to_owned(),
            Self::NeedsBoth { .. } => {
                "give points at three sizes or more, each with several amounts of data, and a column for them"
                    .to_owned()
            }
            Self::NoTarget => {
                "give the loss with --target-loss, or a --budget whose best loss is to be reached".to_owned()
            }
        };
        Some(hint)
    }
}
