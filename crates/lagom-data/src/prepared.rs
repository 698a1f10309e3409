//! The prepared data set: what workers read, so that a file is parsed once a run and not once a trial.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::dataset::Dataset;

/// A prepared data set that can't be written or read.
#[derive(Debug, thiserror::Error)]
#[error("prepared data `{}`: {detail}", .path.display())]
pub struct PreparedError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub detail: String,
    /// Whether the disk is full.
    pub full: bool,
}

/// The first bytes of the file: a name and the format version. A checksum of the rest follows.
const MAGIC: &[u8; 8] = b"lagomds\x03";
/// The same where targets were reviewed: what they were before stands behind the data set.
const REVIEWED: &[u8; 8] = b"lagomds\x04";
/// Bytes of the checksum: the beginning of BLAKE3, enough against damage.
const CHECKSUM: usize = 16;

impl Dataset {
    /// Writes the data set, whole or not at all.
    ///
    /// # Errors
    /// The folder can't be written or the disk is full.
    pub fn write(&self, path: &Path) -> Result<(), PreparedError> {
        let mut body = postcard::to_stdvec(self).map_err(|error| fault(path, &error))?;
        let mut magic = MAGIC;
        if let Some(reviewed) = &self.reviewed {
            body = postcard::to_extend(reviewed, body).map_err(|error| fault(path, &error))?;
            magic = REVIEWED;
        }
        let bytes = [magic.as_slice(), &blake3::hash(&body).as_bytes()[..CHECKSUM], &body].concat();
        write_whole(path, &bytes).map_err(|error| PreparedError { full: is_full(&error), ..fault(path, &error) })
    }

    /// Reads a data set that was written by the same version.
    ///
    /// # Errors
    /// The file is not there, is something else, or is cut off.
    pub fn read(path: &Path) -> Result<Self, PreparedError> {
        let bytes = std::fs::read(path).map_err(|error| fault(path, &error))?;
        let plain = bytes.strip_prefix(MAGIC).map(|rest| (rest, false));
        let reviewed = || bytes.strip_prefix(REVIEWED).map(|rest| (rest, true));
        let foreign = || fault(path, &"not a data set that this lagom prepared");
        let (rest, is_reviewed) = plain.or_else(reviewed).ok_or_else(foreign)?;
        let (checksum, body) = rest.split_at_checked(CHECKSUM).ok_or_else(|| fault(path, &"it is cut off"))?;
        if blake3::hash(body).as_bytes()[..CHECKSUM] != *checksum {
            return Err(fault(path, &"it is damaged or cut off: its checksum does not match"));
        }
        let (mut dataset, behind): (Self, &[u8]) =
            postcard::take_from_bytes(body).map_err(|error| fault(path, &error))?;
        if is_reviewed {
            dataset.reviewed = Some(postcard::from_bytes(behind).map_err(|error| fault(path, &error))?);
        }
        if let Some(misfit) = dataset.misfit() {
            return Err(fault(path, &misfit));
        }
        dataset.find_units();
        Ok(dataset)
    }
}

fn fault(path: &Path, error: &dyn std::fmt::Display) -> PreparedError {
    PreparedError { path: path.to_owned(), detail: error.to_string(), full: false }
}

/// Whether a write failed since the disk, the user's share of it, or the largest size of a file is used up.
pub fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// Writes a file whole or not at all: beside its place first, then moved there. A device, a pipe or a folder that stands in its place
/// (or behind a link there) is left as it is.
///
/// # Errors
/// In its place stands something that is no regular file; the folder can't be written or the disk is full; nothing half-written stays.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::{Error, ErrorKind};
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => {
            let what = "it is a device, a pipe or a socket, and a regular file would take its place";
            return Err(Error::new(ErrorKind::InvalidInput, what));
        }
        _ => {}
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(name);
    // What a process with the same number left there, and no link: neither is written to.
    let _ = std::fs::remove_file(&beside);
    let written = std::fs::File::create_new(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to report; a leftover part file is harmless.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_is_written_through_and_what_was_left_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (victim, place) = (folder.path().join("victim"), folder.path().join("report.md"));
        std::fs::write(&victim, "dear").expect("written");
        std::os::unix::fs::symlink(&victim, &place).expect("linked");
        let beside = folder.path().join(format!("report.md.{}.part", std::process::id()));
        std::os::unix::fs::symlink(&victim, &beside).expect("linked");
        write_whole(&place, b"new").expect("written");
        assert_eq!(std::fs::read_to_string(&victim).expect("there"), "dear");
        assert_eq!(std::fs::read_to_string(&place).expect("there"), "new");
        assert!(!place.is_symlink() && !beside.exists());
    }

    #[test]
    fn what_is_no_regular_file_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let (socket, link) = (folder.path().join("socket"), folder.path().join("link"));
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("bound");
        std::os::unix::fs::symlink(&socket, &link).expect("linked");
        let kind = |path: &Path| write_whole(path, b"new").expect_err("refused").kind();
        assert_eq!((kind(&socket), kind(&link)), (std::io::ErrorKind::InvalidInput, std::io::ErrorKind::InvalidInput));
        assert_eq!(kind(folder.path()), std::io::ErrorKind::IsADirectory);
        use std::os::unix::fs::FileTypeExt;
        assert!(std::fs::metadata(&socket).expect("there").file_type().is_socket() && link.is_symlink());
        // A link that leads nowhere is replaced, as one to a file is.
        let loose = folder.path().join("loose");
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &loose).expect("linked");
        write_whole(&loose, b"new").expect("written");
        assert!(!loose.is_symlink() && !folder.path().join("nowhere").exists());
        let left = std::fs::read_dir(folder.path()).expect("listed").flatten().map(|entry| entry.file_name());
        assert!(!left.into_iter().any(|name| name.to_string_lossy().ends_with(".part")));
    }
}
