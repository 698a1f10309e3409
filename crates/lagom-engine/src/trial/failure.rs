//! Why a trial has no measurement, and what that says: of the candidate nothing, unless the same would only come again.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The signal by which the kernel ends a process that takes more memory than there is.
const KILL: i32 = 9;

/// Why a trial has no measurement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Failure {
    /// The loss stopped being a number.
    Diverged {
        /// What the candidate reported.
        message: String,
    },
    /// The candidate cannot be trained on these data.
    Unfit {
        /// What the candidate reported.
        message: String,
    },
    /// The disk is full: not the candidate's failure, and never recorded as one.
    DiskFull {
        /// The file that could not be written.
        path: PathBuf,
    },
    /// A file of the study can't be read or written any more: not the candidate's failure, and never recorded as one.
    Folder {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong with it.
        detail: String,
    },
    /// The worker was killed by a signal; signal 9 is most often the kernel running out of memory.
    Killed {
        /// Number of the signal.
        signal: i32,
        /// The end of what it wrote to standard error; empty in older stores.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        message: String,
    },
    /// The worker ended without a measurement.
    Crashed {
        /// Its exit code.
        code: i32,
        /// The end of what it wrote to standard error.
        message: String,
    },
}

impl Failure {
    /// Whether another attempt at the same trial could end otherwise.
    #[must_use]
    pub fn worth_retrying(&self) -> bool {
        !matches!(self, Self::Diverged { .. } | Self::Unfit { .. })
    }

    /// Whether memory ran out, as far as can be told: the kernel ended the worker, or an allocation failed in it.
    #[must_use]
    pub fn is_for_want_of_memory(&self) -> bool {
        match self {
            Self::Killed { signal: KILL, .. } => true,
            Self::Killed { message, .. } | Self::Crashed { message, .. } => {
                // What the allocator of Rust, that of lagom, and the system say.
                ["memory allocation of ", "unable to allocate memory", "out of memory", "Cannot allocate memory"]
                    .iter()
                    .any(|said| message.contains(said))
            }
            _ => false,
        }
    }

    /// What happened, as a fragment without what a worker wrote beside it: its first line alone.
    #[must_use]
    pub fn short(&self) -> String {
        let whole = self.to_string();
        let line = whole.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason given");
        let short: String = line.chars().take(120).collect();
        if short.len() < line.len() { format!("{short}…") } else { short.trim_end_matches('.').to_owned() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Diverged { message } | Self::Unfit { message } => write!(f, "{message}"),
            Self::DiskFull { path } => write!(f, "no space left on the disk while writing `{}`", path.display()),
            Self::Folder { path, detail } => write!(f, "`{}`: {detail}", path.display()),
            Self::Killed { signal: KILL, .. } => write!(f, "killed by signal 9, most often for want of memory"),
            Self::Killed { signal, message } if message.is_empty() => write!(f, "killed by signal {signal}"),
            Self::Killed { signal, message } => write!(f, "killed by signal {signal}: {message}"),
            Self::Crashed { code: 0, message } if message.is_empty() => write!(f, "ended without a report"),
            Self::Crashed { code: 0, message } => write!(f, "{message}"),
            Self::Crashed { code, message } => write!(f, "crashed with exit code {code}: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn killed(signal: i32, message: &str) -> Failure {
        Failure::Killed { signal, message: message.to_owned() }
    }

    #[test]
    fn want_of_memory_is_told_by_the_signal_or_by_what_the_allocator_said() {
        let crashed = |message: &str| Failure::Crashed { code: 101, message: message.to_owned() };
        for short in [
            killed(9, ""),
            killed(6, "memory allocation of 4194304 bytes failed"),
            crashed("called `Result::unwrap()` on an `Err` value: Os { message: \"Cannot allocate memory\" }"),
        ] {
            assert!(short.is_for_want_of_memory() && short.worth_retrying(), "{short:?}");
        }
        for other in [killed(15, ""), killed(6, "assertion failed"), crashed("index out of bounds")] {
            assert!(!other.is_for_want_of_memory() && other.worth_retrying(), "{other:?}");
        }
    }

    #[test]
    fn what_would_only_come_again_is_not_worth_retrying() {
        let diverged = Failure::Diverged { message: "the loss is not a number".to_owned() };
        assert!(!diverged.worth_retrying() && !diverged.is_for_want_of_memory());
    }

    #[test]
    fn a_record_of_an_older_store_is_read() {
        let old: Failure = serde_json::from_str(r#"{"kind":"killed","signal":6}"#).expect("read");
        assert_eq!(old, killed(6, ""));
        assert_eq!(serde_json::to_string(&old).expect("written"), r#"{"kind":"killed","signal":6}"#);
    }
}
