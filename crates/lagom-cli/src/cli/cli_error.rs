//! What ends a command before its end, and the exit code it ends with.

use lagom::bundle::BundleError;
use lagom::compare::CompareError;
use lagom::data::DataError;
use lagom::data::read::ReadError;
use lagom::run::{ErrorKind, RunError};
use lagom::scores::ScoresError;
use lagom::study::StudyFaults;

/// Exit code: the user's input, or a folder or disk of the user's.
pub(crate) const USER: u8 = 1;
/// Exit code: it could not run, or was stopped.
pub(crate) const SYSTEM: u8 = 2;
/// Exit code: undecided, nothing qualifies, nothing learned.
pub(crate) const OPEN: u8 = 3;

/// What a fault is called.
const ERROR: &str = "error";

/// Why a command failed: everything that is wrong at once.
#[derive(Debug)]
pub(crate) struct CliError {
    /// What is wrong; never empty.
    pub(crate) faults: Vec<Fault>,
    /// What each is called: `error`, or `stopped` where the user wanted it so.
    pub(crate) called: &'static str,
    /// The exit code.
    pub(crate) code: u8,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(crate) struct Fault {
    /// What was found and what was expected.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl CliError {
    /// A fault of the user's input.
    pub(crate) fn user(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::one(message.into(), Some(hint.into()), USER)
    }

    /// Several faults of the user's input, each with its hint; at least one.
    pub(crate) fn users<'a>(faults: impl Iterator<Item = (String, &'a str)>) -> Self {
        let fault = |(message, hint): (String, &str)| Fault { message, hint: Some(hint.to_owned()) };
        Self { faults: faults.map(fault).collect(), called: ERROR, code: USER }
    }

    /// Several faults of the user's input, ready made; at least one.
    pub(crate) fn of_user(faults: Vec<Fault>) -> Self {
        Self { faults, called: ERROR, code: USER }
    }

    /// A fault of the machine.
    pub(crate) fn system(message: impl Into<String>) -> Self {
        Self::one(message.into(), None, SYSTEM)
    }

    /// The user stopped it; `again` is the command that goes on.
    pub(crate) fn stopped(again: &str) -> Self {
        let hint = format!("to go on from there, run the same command again: {again}");
        let problem = Self::one("finished trials are kept".to_owned(), Some(hint), SYSTEM);
        Self { called: "stopped", ..problem }
    }

    fn one(message: String, hint: Option<String>, code: u8) -> Self {
        Self { faults: vec![Fault { message, hint }], called: ERROR, code }
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        let code = match error.kind() {
            ErrorKind::User => USER,
            ErrorKind::Stopped | ErrorKind::System => SYSTEM,
        };
        match error {
            RunError::Study(faults) => faults.into(),
            RunError::Data(error) => error.into(),
            RunError::Several(errors) => Self {
                faults: errors.into_iter().flat_map(|error| Self::from(error).faults).collect(),
                called: ERROR,
                code,
            },
            error => Self::one(error.to_string(), error.hint(), code),
        }
    }
}

impl From<StudyFaults> for CliError {
    fn from(faults: StudyFaults) -> Self {
        let path = faults.path.display().to_string();
        let fault = |fault: &lagom::study::Fault| {
            let place = if fault.line > 0 { format!(":{}:{}", fault.line, fault.column) } else { String::new() };
            // The text of a fault ends in its own line of hint.
            let text = fault.to_string();
            let message = text.strip_suffix(&format!("\n   hint: {}", fault.hint)).unwrap_or(&text);
            Fault { message: format!("{path}{place}: {message}"), hint: Some(fault.hint.clone()) }
        };
        Self { faults: faults.faults.iter().map(fault).collect(), called: ERROR, code: USER }
    }
}

impl From<DataError> for CliError {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Faults { path, faults } => {
                let fault = |fault: lagom::data::DataFault| Fault {
                    message: format!("{}: {}", fault.file.as_ref().unwrap_or(&path).display(), fault.message),
                    hint: fault.hint,
                };
                Self { faults: faults.into_iter().map(fault).collect(), called: ERROR, code: USER }
            }
            error => Self::one(error.to_string(), error.hint(), USER),
        }
    }
}

impl From<ReadError> for CliError {
    fn from(error: ReadError) -> Self {
        // The library's hint is for a path in a study; here the path stood on the command line.
        let hint = match &error {
            ReadError::NotFound { .. } => Some("check the path".to_owned()),
            error => error.hint(),
        };
        Self::one(error.to_string(), hint, USER)
    }
}

impl From<ScoresError> for CliError {
    fn from(error: ScoresError) -> Self {
        Self::one(error.to_string(), error.hint(), USER)
    }
}

impl From<CompareError> for CliError {
    fn from(error: CompareError) -> Self {
        Self::one(error.to_string(), error.hint(), USER)
    }
}

impl From<BundleError> for CliError {
    fn from(error: BundleError) -> Self {
        Self::one(error.to_string(), error.hint(), USER)
    }
}
