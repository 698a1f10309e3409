//! Files and folders: writing them whole, and naming them.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use lagom::data::write_whole;

use super::cli_error::CliError;

/// Writes a file whole or not at all; devices and pipes are written in place.
///
/// # Errors
/// The folder is not there or can't be written, or the disk is full.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let special = std::fs::metadata(path).is_ok_and(|found| !found.is_file());
    let written = if special { std::fs::write(path, bytes) } else { write_whole(path, bytes) };
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => "make its folder first",
        std::io::ErrorKind::IsADirectory => "name a file in it",
        std::io::ErrorKind::StorageFull => "free some space",
        _ => "check the permissions of its folder, or name another file",
    };
    CliError::user(format!("cannot write `{}`: {error}", path.display()), hint)
}

/// A file, or standard output, that is written piece by piece; the file is there whole or not at all.
pub(crate) struct Pieces {
    /// The file, and what is written beside it until it is whole.
    file: Option<(PathBuf, PathBuf, std::io::BufWriter<std::fs::File>)>,
    whole: bool,
}

impl Pieces {
    /// Begins with a file, or with standard output.
    ///
    /// # Errors
    /// The folder is not there or can't be written.
    pub(crate) fn new(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else { return Ok(Self { file: None, whole: false }) };
        let special = std::fs::metadata(path).is_ok_and(|found| !found.is_file());
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let beside = if special { path.to_owned() } else { path.with_file_name(name) };
        // What a process with the same number left there, and no link: neither is written to.
        let made = if special {
            std::fs::File::create(&beside)
        } else {
            let _ = std::fs::remove_file(&beside);
            std::fs::File::create_new(&beside)
        };
        let file = made.map_err(|error| unwritable(path, &error))?;
        Ok(Self { file: Some((path.to_owned(), beside, std::io::BufWriter::new(file))), whole: false })
    }

    /// Writes a piece.
    ///
    /// # Errors
    /// The disk is full.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        match &mut self.file {
            None => super::printer::answer_bytes(bytes),
            Some((path, _, file)) => file.write_all(bytes).map_err(|error| unwritable(path, &error)),
        }
    }

    /// Puts the whole file in its place.
    ///
    /// # Errors
    /// The disk is full, or the place can't be written.
    pub(crate) fn finish(mut self) -> Result<(), CliError> {
        let Some((path, beside, file)) = &mut self.file else { return Ok(()) };
        let moved = || if path == beside { Ok(()) } else { std::fs::rename(&*beside, &*path) };
        let written = file.flush().and_then(|()| moved());
        self.whole = written.is_ok();
        written.map_err(|error| unwritable(path, &error))
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        if let Some((path, beside, _)) = &self.file
            && !self.whole
            && path != beside
        {
            // The fault that led here is the one to report.
            let _ = std::fs::remove_file(beside);
        }
    }
}

/// The folder of a study's results unless another is named: `lagom-out/` and the stem of the file.
pub(crate) fn default_folder(study: &Path) -> PathBuf {
    // `..toml` and `...toml` would name this folder and the one above it.
    let stem = study.file_stem().filter(|stem| *stem != "." && *stem != "..");
    Path::new("lagom-out").join(stem.unwrap_or(OsStr::new("study")))
}

/// `path` as a file in `folder` would name it; absolute where there is no way between them.
pub(crate) fn relative(path: &Path, folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (Ok(to), Ok(from)) = (std::fs::canonicalize(path), std::fs::canonicalize(folder)) else {
        return path.to_owned();
    };
    if path.is_absolute() {
        return to;
    }
    let to: Vec<Component<'_>> = to.components().collect();
    let from: Vec<Component<'_>> = from.components().collect();
    let common = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n(Component::ParentDir, from.len() - common);
    up.chain(to[common..].iter().copied()).collect()
}

/// `path` as a shell takes it: in quotes where it needs them.
pub(crate) fn shell(path: &Path) -> String {
    word(&path.display().to_string())
}

/// A word of a command as a shell takes it: in quotes where it needs them.
pub(crate) fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@,%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_named_for_people() {
        assert_eq!(default_folder(Path::new("a/reviews.toml")), Path::new("lagom-out/reviews"));
        for odd in ["..toml", "...toml", "a/...toml", ".."] {
            assert_eq!(default_folder(Path::new(odd)), Path::new("lagom-out/study"), "{odd}");
        }
        assert_eq!(shell(Path::new("a b's.toml")), r"'a b'\''s.toml'");
        assert_eq!(relative(Path::new("src/main.rs"), Path::new("src")), Path::new("main.rs"));
        assert_eq!(relative(Path::new("Cargo.toml"), Path::new("src/cli")), Path::new("../../Cargo.toml"));
        assert_eq!(relative(Path::new("Cargo.toml"), Path::new("")), Path::new("Cargo.toml"));
    }
}
