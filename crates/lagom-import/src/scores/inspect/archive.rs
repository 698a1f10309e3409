//! `.eval` files: zip archives of JSON.

use std::path::Path;

use super::zip::Zip;
use crate::input;
use crate::scores::error::ScoresError;
use crate::scores::files::fault;

/// The head of a run that has ended, and of one that has not.
const HEADS: [&str; 2] = ["header.json", "_journal/start.json"];

/// Whether a file begins as a zip archive does.
pub(super) fn is_zip(path: &Path) -> Result<bool, ScoresError> {
    let start = input::beginning(path, 4).map_err(|error| fault(path, error.into_io()))?;
    Ok(start == b"PK\x03\x04")
}

/// Whether a zip archive is a log of Inspect; one that can't be opened is where its name says so, lest it pass for some
/// other archive.
pub(in crate::scores) fn is_log(path: &Path) -> Result<bool, ScoresError> {
    match open(path) {
        Ok(archive) => Ok(HEADS.iter().any(|head| archive.find(head).is_some())),
        Err(error) if path.extension().is_some_and(|end| end == "eval") => Err(error),
        Err(_) => Ok(false),
    }
}

/// The head of a log.
pub(super) fn head(path: &Path) -> Result<String, ScoresError> {
    let mut archive = open(path)?;
    let at = HEADS.iter().find_map(|head| archive.find(head));
    let at = at.ok_or_else(|| broken(path, HEADS[0], "it is not there"))?;
    text(&mut archive, at, path)
}

/// Hands over the text of each sample with its number, counted from 1.
pub(super) fn each(path: &Path, mut take: impl FnMut(u64, &str) -> Result<(), ScoresError>) -> Result<(), ScoresError> {
    let mut archive = open(path)?;
    let is_sample = |name: &str| name.starts_with("samples/") && name.ends_with(".json");
    let samples: Vec<usize> =
        archive.members.iter().enumerate().filter(|(_, one)| is_sample(&one.name)).map(|(at, _)| at).collect();
    for (at, number) in samples.into_iter().zip(1_u64..) {
        take(number, &text(&mut archive, at, path)?)?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<Zip, ScoresError> {
    let file = input::open(path).map_err(|error| fault(path, error.into_io()))?;
    Zip::open(file).map_err(|why| broken(path, "the archive", &why))
}

fn text(archive: &mut Zip, at: usize, path: &Path) -> Result<String, ScoresError> {
    let name = archive.members.get(at).map(|member| member.name.clone()).unwrap_or_default();
    let bytes = archive.bytes(at).map_err(|why| broken(path, &name, &why))?;
    String::from_utf8(bytes).map_err(|_| broken(path, &name, "it is not UTF-8"))
}

fn broken(path: &Path, member: &str, why: &str) -> ScoresError {
    ScoresError::BrokenArchive { path: path.to_path_buf(), member: member.to_owned(), why: why.to_owned() }
}
