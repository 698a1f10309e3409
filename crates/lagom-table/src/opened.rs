//! Opening a file, and the message where it is not taken in.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use super::error::ReadError;
use crate::input::{self, InputError};

pub(super) fn open(path: &Path) -> Result<File, ReadError> {
    input::open(path).map_err(refused)
}

/// A file that is not taken in.
pub(super) fn refused(error: InputError) -> ReadError {
    match error {
        InputError::NotFile { path, what: "a folder" } => ReadError::IsDirectory { path },
        InputError::NotFile { path, what } => ReadError::NotFile { path, what },
        InputError::TooLarge { path, bytes, most } => ReadError::TooLarge { path, bytes, most },
        InputError::Io { path, source } => fault(&path, source),
    }
}

pub(super) fn fault(path: &Path, source: std::io::Error) -> ReadError {
    let path = path.to_path_buf();
    match source.kind() {
        ErrorKind::NotFound => ReadError::NotFound { path },
        ErrorKind::PermissionDenied => ReadError::Denied { path },
        ErrorKind::IsADirectory => ReadError::IsDirectory { path },
        _ => ReadError::Io { path, source },
    }
}
