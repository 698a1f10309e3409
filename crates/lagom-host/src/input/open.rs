//! Opens files, and reads small ones whole.

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

/// Why a file is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It is no regular file.
    #[error("{}: is {what}, expected a file", path.display())]
    NotFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article.
        what: &'static str,
    },
    /// It is larger than a file that is read whole may be.
    #[error("{}: has {bytes} bytes, expected at most {most}", path.display())]
    TooLarge {
        /// The path.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The bound.
        most: u64,
    },
    /// The system failed to read it.
    #[error("{}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl InputError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotFile { what: "a folder", .. } => Some("name one file in it"),
            Self::NotFile { .. } => Some("write what comes out of it to a file, and name that"),
            Self::TooLarge { .. } => Some("split the file, or leave out what is not needed"),
            Self::Io { .. } => None,
        }
    }

    /// As an error of the system, for readers that know no other.
    #[must_use]
    pub fn into_io(self) -> io::Error {
        match self {
            Self::Io { source, .. } => source,
            Self::NotFile { what, .. } => {
                io::Error::new(io::ErrorKind::InvalidInput, format!("is {what}, expected a file"))
            }
            Self::TooLarge { bytes, most, .. } => {
                let found = format!("has {bytes} bytes, expected at most {most}");
                io::Error::new(io::ErrorKind::FileTooLarge, found)
            }
        }
    }
}

/// Opens a regular file, or what links to one.
///
/// # Errors
/// It is something else, which is told at once: nobody may ever write to a pipe. Or the system refuses.
pub fn open(path: &Path) -> Result<File, InputError> {
    let io = |source| InputError::Io { path: path.to_owned(), source };
    let kind = std::fs::metadata(path).map_err(io)?.file_type();
    match special(kind) {
        Some(what) => Err(InputError::NotFile { path: path.to_owned(), what }),
        None => File::open(path).map_err(io),
    }
}

/// What something is that is no regular file.
fn special(kind: FileType) -> Option<&'static str> {
    let kinds = [
        (kind.is_dir(), "a folder"),
        (kind.is_fifo(), "a named pipe"),
        (kind.is_socket(), "a socket"),
        (kind.is_char_device() || kind.is_block_device(), "a device"),
    ];
    kinds.into_iter().find(|(is, _)| *is).map(|(_, what)| what).or((!kind.is_file()).then_some("something else"))
}

/// As [`open`], for a file of at most `most` bytes.
///
/// # Errors
/// As [`open`]; it is larger.
pub fn open_within(path: &Path, most: u64) -> Result<File, InputError> {
    let file = open(path)?;
    let bytes = file.metadata().map_err(|source| InputError::Io { path: path.to_owned(), source })?.len();
    if bytes > most { Err(InputError::TooLarge { path: path.to_owned(), bytes, most }) } else { Ok(file) }
}

/// The bytes of a file of at most `most`.
///
/// # Errors
/// As [`open`]; it is larger, or the memory is short.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, InputError> {
    let file = open_within(path, most)?;
    let io = |source| InputError::Io { path: path.to_owned(), source };
    let too_large = |bytes| InputError::TooLarge { path: path.to_owned(), bytes, most };
    let size = file.metadata().map_err(io)?.len().min(most);
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size as usize + 1).map_err(|_| io(io::ErrorKind::OutOfMemory.into()))?;
    // A file of `/proc` says nothing of its size, and one may grow meanwhile.
    file.take(most + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > most { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
}

/// The text of a file of at most `most` bytes.
///
/// # Errors
/// As [`bytes`]; it is not UTF-8.
pub fn text(path: &Path, most: u64) -> Result<String, InputError> {
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
    let found = String::from_utf8(bytes(path, most)?).map_err(no_text);
    found.map_err(|source| InputError::Io { path: path.to_owned(), source })
}

/// The first bytes of a file, `most` at most.
///
/// # Errors
/// As [`open`].
pub fn beginning(path: &Path, most: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(most).read_to_end(&mut bytes);
    read.map_err(|source| InputError::Io { path: path.to_owned(), source })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_opened_and_no_larger_than_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let (pipe, file, link) = (folder.path().join("pipe"), folder.path().join("file"), folder.path().join("link"));
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        std::fs::write(&file, "text").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        let told = |path: &Path| open(path).expect_err("no file").to_string();
        assert!(told(&pipe).ends_with("pipe: is a named pipe, expected a file"));
        assert!(told(folder.path()).ends_with("is a folder, expected a file"));
        assert_eq!(told(Path::new("/dev/null")), "/dev/null: is a device, expected a file");
        assert_eq!(text(&link, 4).expect("a text"), "text");
        assert_eq!(beginning(&file, 2).expect("bytes"), b"te");
        assert!(matches!(bytes(&file, 3), Err(InputError::TooLarge { bytes: 4, most: 3, .. })));
        assert!(matches!(open(&folder.path().join("none")), Err(InputError::Io { .. })));
    }
}
