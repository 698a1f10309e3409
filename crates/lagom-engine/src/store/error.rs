//! What can go wrong with a store.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A fault of the store, with the file it is about.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is something else.
    #[error("`{}` is not a lagom store: its beginning is not that of an SQLite file", .path.display())]
    NotSqlite {
        /// The file.
        path: PathBuf,
    },
    /// The file is cut off or damaged.
    #[error("`{}` is damaged: {detail}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// A newer lagom wrote it.
    #[error("`{}` has store format {found}; this lagom knows formats up to {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format version.
        found: u32,
        /// The newest format this program knows.
        known: u32,
    },
    /// The disk is full.
    #[error("no space left on the disk while writing `{}`", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The folder or file can't be written.
    #[error("cannot write `{}`: {detail}", .path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// Another lagom runs on the same study.
    #[error("another lagom is running on `{}`", .path.display())]
    Busy {
        /// The study's folder.
        path: PathBuf,
    },
    /// Nothing has been run there.
    #[error("`{}` holds no study: there is no store.sqlite in it", .path.display())]
    Missing {
        /// The study's folder.
        path: PathBuf,
    },
    /// A record can't be understood.
    #[error("`{}`: cannot read {what}: {detail}", .path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Which record.
        what: &'static str,
        /// What is wrong with it.
        detail: String,
    },
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Damaged { detail, .. } if detail.contains("the trial ") => {
                "move the file away and run the study again: something changed what was measured, so nothing in it can be trusted"
            }
            Self::NotSqlite { .. } => "name another output folder, or move this file away",
            Self::Damaged { .. } => "move the file away and run the study again; the trials in it have to be repeated",
            Self::Newer { .. } => "use the newer lagom that wrote it, or another output folder",
            Self::Full { .. } => "free some space and run the same command again: finished trials are kept",
            Self::Unwritable { .. } => "check the permissions, or choose another folder with --out",
            Self::Busy { .. } => "wait until it has ended, or choose another folder with --out",
            Self::Missing { .. } => "give the folder that `lagom run` printed, or run `lagom run study.toml` first",
            Self::Record { .. } => return None,
        };
        Some(hint.to_owned())
    }

    /// The fault behind an error of SQLite.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotSqlite { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, detail },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            // SQLite tells some writes to a full disk as a plain failure of the system.
            Some(ErrorCode::SystemIoFailure) if is_full(&path) => Self::Full { path },
            Some(ErrorCode::SystemIoFailure) => Self::Unwritable { path, detail },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::Unwritable { path, detail }
            }
            _ => Self::Record { path, what: "the store", detail },
        }
    }
}

/// Whether the disk that holds `path` has less than a megabyte left.
#[allow(clippy::useless_conversion, reason = "these counts have 32 bits on some systems")]
fn is_full(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(path);
    nix::sys::statvfs::statvfs(folder)
        .is_ok_and(|disk| u64::from(disk.blocks_available()) * u64::from(disk.fragment_size()) < 1_000_000)
}
