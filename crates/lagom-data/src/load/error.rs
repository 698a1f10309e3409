//! Faults of the data.

use std::path::PathBuf;

use crate::read::ReadError;

/// Why the data of a study can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The files are read, but the study can't be carried out on them.
    #[error("{}", listed(.path, .faults))]
    Faults {
        /// The (training) file.
        path: PathBuf,
        /// Everything that is wrong.
        faults: Vec<DataFault>,
    },
}

/// One thing that is wrong with the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFault {
    /// The file, where it is none of those of the data.
    pub file: Option<PathBuf>,
    /// What was found, where, and what was expected.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl DataFault {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { file: None, message: message.into(), hint: Some(hint.into()) }
    }
}

impl DataError {
    /// What to do about it; faults carry their hints in their own text.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Faults { .. } => None,
        }
    }
}

fn listed(path: &std::path::Path, faults: &[DataFault]) -> String {
    let line = |fault: &DataFault| {
        let hint = fault.hint.as_ref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
        format!("{}: {}{hint}", fault.file.as_deref().unwrap_or(path).display(), fault.message)
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}
