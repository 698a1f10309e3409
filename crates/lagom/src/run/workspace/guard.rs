//! The folder of a run under way: what lagom wrote there has to stay as it is until the run ends.
//!
//! Where the data go away in the middle, every further trial would fail; where the store is moved, SQLite goes on writing to
//! a file that nobody will find. Neither says anything of a candidate, so both end the run.

use std::cell::Cell;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::run::error::RunError;

/// What the files of a folder were when the run began.
#[derive(Debug)]
pub(crate) struct Guard {
    data: (PathBuf, Data),
    store: (PathBuf, Identity),
    models: PathBuf,
    /// The longest that the store has been: it only grows.
    longest: Cell<u64>,
}

/// Which file it is, whatever its name: device and inode.
type Identity = (u64, u64);

/// The data are written once: identity, length, and the moment of the last change in seconds and nanoseconds.
type Data = (Identity, u64, (i64, i64));

impl Guard {
    /// The files as they are now.
    ///
    /// # Errors
    /// One of them is not there.
    pub(crate) fn of(folder: &Path) -> Result<Self, RunError> {
        let (data, store) = (folder.join("data.bin"), folder.join("store.sqlite"));
        let found = look(&data)?;
        let kept = look(&store)?;
        Ok(Self {
            data: (data, stamp(&found)),
            store: (store, identity(&kept)),
            models: folder.join("models"),
            longest: Cell::new(kept.len()),
        })
    }

    /// Whether all is as it was, but for what the run itself wrote.
    ///
    /// # Errors
    /// Something went away, is another file, or was cut: the first that was found.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        let (path, before) = &self.store;
        let found = look(path)?;
        if identity(&found) != *before {
            return Err(lost(path, "another file has taken its place"));
        }
        if found.len() < self.longest.get() {
            return Err(lost(path, "it is shorter than it was: something cut it"));
        }
        self.longest.set(found.len());
        let (path, before) = &self.data;
        if stamp(&look(path)?) != *before {
            return Err(lost(path, "it was changed, or another file has taken its place"));
        }
        if !look(&self.models)?.is_dir() {
            return Err(lost(&self.models, "it is no folder any more"));
        }
        Ok(())
    }
}

fn look(path: &Path) -> Result<Metadata, RunError> {
    std::fs::metadata(path).map_err(|error| lost(path, &error.to_string()))
}

fn lost(path: &Path, detail: &str) -> RunError {
    RunError::Lost { path: path.to_owned(), detail: detail.to_owned() }
}

fn identity(found: &Metadata) -> Identity {
    (found.dev(), found.ino())
}

fn stamp(found: &Metadata) -> Data {
    (identity(found), found.len(), (found.mtime(), found.mtime_nsec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("models")).expect("made");
        for name in ["data.bin", "store.sqlite"] {
            std::fs::write(folder.path().join(name), "as it was").expect("written");
        }
        folder
    }

    /// What is said of a folder after a change that `change` makes.
    fn said(change: impl Fn(&Path)) -> String {
        let folder = folder();
        let guard = Guard::of(folder.path()).expect("all is there");
        guard.check().expect("nothing has changed");
        change(folder.path());
        guard.check().map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn what_goes_away_is_named() {
        for name in ["data.bin", "store.sqlite"] {
            let gone = said(|folder| std::fs::remove_file(folder.join(name)).expect("removed"));
            assert!(gone.contains(name), "{gone}");
            let cut = said(|folder| std::fs::write(folder.join(name), "as").expect("written"));
            assert!(cut.contains(name), "{cut}");
            let other = said(|folder| {
                std::fs::write(folder.join("other"), "as it was").expect("written");
                std::fs::rename(folder.join("other"), folder.join(name)).expect("moved");
            });
            assert!(other.contains(name) && other.contains("another file"), "{other}");
        }
        let gone = said(|folder| std::fs::remove_dir(folder.join("models")).expect("removed"));
        assert!(gone.contains("models"), "{gone}");
        let gone = said(|folder| std::fs::remove_dir_all(folder).expect("removed"));
        assert!(gone.contains("store.sqlite"), "{gone}");
    }

    #[test]
    fn a_store_that_grows_and_models_that_come_and_go_are_as_they_should_be() {
        let said = said(|folder| {
            std::fs::write(folder.join("store.sqlite"), "as it was, and more").expect("written");
            std::fs::write(folder.join("models/a.lagom"), "a model").expect("written");
            std::fs::remove_file(folder.join("models/a.lagom")).expect("removed");
        });
        assert_eq!(said, "");
    }
}
