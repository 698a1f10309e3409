//! `.eval` files: zip archives of JSON.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::scores::error::ScoresError;
use crate::scores::files::fault;

/// The head of a run that has ended, and of one that has not.
const HEADS: [&str; 2] = ["header.json", "_journal/start.json"];

/// The most bytes that one member is unpacked to: a larger one is no sample.
const MOST: u64 = 1 << 30;

type Archive = ZipArchive<BufReader<File>>;

/// Whether a file begins as a zip archive does.
pub(super) fn is_zip(path: &Path) -> Result<bool, ScoresError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(|error| fault(path, error))?;
    file.take(4).read_to_end(&mut start).map_err(|error| fault(path, error))?;
    Ok(start == b"PK\x03\x04")
}

/// Whether a zip archive is a log of Inspect; one that can't be opened is where its name says so, lest it pass for some
/// other archive.
pub(in crate::scores) fn is_log(path: &Path) -> Result<bool, ScoresError> {
    match open(path) {
        Ok(archive) => Ok(HEADS.iter().any(|head| archive.index_for_name(head).is_some())),
        Err(error) if path.extension().is_some_and(|end| end == "eval") => Err(error),
        Err(_) => Ok(false),
    }
}

/// The head of a log.
pub(super) fn head(path: &Path) -> Result<String, ScoresError> {
    let mut archive = open(path)?;
    let at = HEADS.iter().find_map(|head| archive.index_for_name(head));
    let at = at.ok_or_else(|| broken(path, HEADS[0], "it is not there"))?;
    text(&mut archive, at, path)
}

/// Hands over the text of each sample with its number, counted from 1.
pub(super) fn each(
    path: &Path,
    mut take: impl FnMut(u64, &str) -> Result<(), ScoresError>,
) -> Result<(), ScoresError> {
    let mut archive = open(path)?;
    let is_sample = |name: &str| name.starts_with("samples/") && name.ends_with(".json");
    let samples: Vec<usize> = (0..archive.len()).filter(|at| is_sample(&name(&archive, *at))).collect();
    for (at, number) in samples.into_iter().zip(1_u64..) {
        take(number, &text(&mut archive, at, path)?)?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<Archive, ScoresError> {
    let file = File::open(path).map_err(|error| fault(path, error))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| explain(path, "its directory", error))
}

/// The name of a member; empty where it can't be read, as no sample's is.
fn name(archive: &Archive, at: usize) -> String {
    archive.name_for_index(at).and_then(Result::ok).map(|name| name.into_owned()).unwrap_or_default()
}

fn text(archive: &mut Archive, at: usize, path: &Path) -> Result<String, ScoresError> {
    let name = name(archive, at);
    let member = archive.by_index(at).map_err(|error| explain(path, &name, error))?;
    let mut bytes = Vec::new();
    member.take(MOST + 1).read_to_end(&mut bytes).map_err(|error| broken(path, &name, &error.to_string()))?;
    if bytes.len() as u64 > MOST {
        return Err(broken(path, &name, "it unpacks to more than 1 GiB"));
    }
    String::from_utf8(bytes).map_err(|_| broken(path, &name, "it is not UTF-8"))
}

fn explain(path: &Path, member: &str, error: ZipError) -> ScoresError {
    match error {
        ZipError::Io(error) if member == HEADS[0] => fault(path, error),
        error => broken(path, member, &error.to_string()),
    }
}

fn broken(path: &Path, member: &str, why: &str) -> ScoresError {
    ScoresError::BrokenArchive { path: path.to_path_buf(), member: member.to_owned(), why: why.to_owned() }
}
