//! What can end a session.

use std::path::PathBuf;

use crate::bundle::BundleError;
use crate::data::{DataError, PreparedError};
use crate::store::StoreError;
use crate::study::{OverrideError, StudyFaults};
use crate::trial::ExecutorError;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something the user gave or can mend: a file, a study, a folder, a full disk.
    User,
    /// The user stopped it.
    Stopped,
    /// It could not run.
    System,
}

/// Why a session ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The study file is wrong.
    #[error(transparent)]
    Study(#[from] StudyFaults),
    /// The data are wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The study and its data do not go together.
    #[error("{message}")]
    Unfit {
        /// What was found and what was expected.
        message: String,
        /// What to do.
        hint: String,
    },
    /// Another margin or other limits that make no sense.
    #[error(transparent)]
    Override(#[from] OverrideError),
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The prepared data can't be written or read.
    #[error(transparent)]
    Prepared(#[from] PreparedError),
    /// A file of the folder went away, or is another one, while lagom was running.
    #[error("`{}` can't be used any more: {detail}", .path.display())]
    Lost {
        /// The file or folder.
        path: PathBuf,
        /// What the system said, or what was found.
        detail: String,
    },
    /// The choice could not be trained on all rows: the verdict stands, but there is no model to hand over.
    #[error("the refit of `{candidate}` on all development rows failed: {failure}")]
    Refit {
        /// The choice.
        candidate: String,
        /// What happened at the last attempt.
        failure: String,
    },
    /// A bundle can't be written or read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A report can't be written.
    #[error("cannot write `{}`: {error}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Nothing has been measured yet.
    #[error("`{}` holds {found} of the study's {wanted} trials; there is no verdict yet", .path.display())]
    Unfinished {
        /// The study's folder.
        path: PathBuf,
        /// Finished or failed trials.
        found: usize,
        /// Trials of the plan.
        wanted: usize,
    },
    /// These terms need answers that nobody has been asked for yet.
    #[error("{missing} answers of `{candidate}` are missing; there is no verdict under these terms yet")]
    Unanswered {
        /// Who has to answer.
        candidate: String,
        /// How many questions.
        missing: usize,
    },
    /// A model can't be asked.
    #[error("candidate `{candidate}`: {message}")]
    Call {
        /// Which one.
        candidate: String,
        /// What happened.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The budget leaves too little for the next question.
    #[error("{0}")]
    Spent(String),
    /// Several things at once, each with its own hint.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<String>>().join("\n"))]
    Several(Vec<RunError>),
    /// A worker process can't be started.
    #[error("cannot start a worker process: {0}")]
    Worker(std::io::Error),
    /// It was told to stop.
    #[error("stopped; finished trials are kept")]
    Stopped,
}

impl RunError {
    /// What does not go together, and what to do about it.
    pub(super) fn unfit(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Unfit { message: message.into(), hint: hint.into() }
    }

    /// All of them as one; none where there is none.
    pub(super) fn all(mut faults: Vec<Self>) -> Option<Self> {
        if faults.len() > 1 { Some(Self::Several(faults)) } else { faults.pop() }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Study(_) | Self::Several(_) => None,
            Self::Worker(_) => Some(
                "see that the program `lagom` is still in its place and can be started, then run the same command again: \
                 finished trials are kept"
                    .to_owned(),
            ),
            Self::Refit { .. } => Some(
                "the verdict stands, only the model is missing; run the same command again to try the refit once more"
                    .to_owned(),
            ),
            Self::Lost { .. } => Some(
                "lagom needs its folder as long as it runs: see that nothing else changes it, then run the same command \
                 again; the trials in its store are used again"
                    .to_owned(),
            ),
            Self::Data(error) => error.hint(),
            Self::Unfit { hint, .. } => Some(hint.clone()),
            Self::Override(error) => Some(error.hint()),
            Self::Store(error) => error.hint(),
            Self::Prepared(error) if error.full => Some("free some space and run the same command again".to_owned()),
            Self::Prepared(_) => Some("run `lagom run` on the study again".to_owned()),
            Self::Bundle(error) => error.hint(),
            Self::Write { .. } => {
                Some("free some space or check the permissions, then run `lagom report` on the folder".to_owned())
            }
            Self::Unanswered { .. } => Some(
                "write the new terms into the study and run `lagom run` on it: it asks for what is missing alone"
                    .to_owned(),
            ),
            Self::Call { hint, .. } => hint.clone(),
            Self::Spent(_) => Some(
                "raise it under [budget] and run the same command again: every answer is kept, and nothing is paid for twice"
                    .to_owned(),
            ),
            Self::Unfinished { .. } | Self::Stopped => Some("run the same `lagom run` again to go on".to_owned()),
        }
    }

    /// Whose fault it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Stopped => ErrorKind::Stopped,
            Self::Worker(_) | Self::Refit { .. } => ErrorKind::System,
            _ => ErrorKind::User,
        }
    }
}

impl From<ExecutorError> for RunError {
    fn from(error: ExecutorError) -> Self {
        match error {
            ExecutorError::Stopped | ExecutorError::Refused => Self::Stopped,
            ExecutorError::Start(error) => Self::Worker(error),
        }
    }
}
