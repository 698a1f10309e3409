//! Which files are read, and their bytes.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::{Place, ScoresError};
use crate::input;

/// Folders in folders deeper than this are not looked into (a link may lead round in a circle).
const DEEPEST: usize = 8;

/// The files that the user named, with the logs in a folder instead of the folder, in order of their names.
///
/// A folder of HELM runs gives its `per_instance_stats.json`, one of lm-evaluation-harness its `samples_*.jsonl` where
/// there are any; else every CSV, TSV and JSON file in it.
pub(super) fn expand(named: &[PathBuf]) -> Result<Vec<PathBuf>, ScoresError> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        collect(path, 0, &mut found)?;
        found.sort();
        let is_helm = |file: &PathBuf| name(file) == "per_instance_stats.json";
        let is_sample = |file: &PathBuf| name(file).starts_with("samples_") && name(file).ends_with(".jsonl");
        if found.iter().any(is_helm) {
            found.retain(is_helm);
        } else if found.iter().any(is_sample) {
            found.retain(is_sample);
        }
        if found.is_empty() {
            return Err(ScoresError::NoFiles { path: Some(path.clone()) });
        }
        files.extend(found);
    }
    if files.is_empty() { Err(ScoresError::NoFiles { path: None }) } else { Ok(files) }
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ScoresError> {
    const ENDINGS: [&str; 7] = ["csv", "tsv", "jsonl", "ndjson", "json", "eval", "parquet"];
    for entry in std::fs::read_dir(folder).map_err(|error| fault(folder, error))? {
        let path = entry.map_err(|error| fault(folder, error))?.path();
        if path.is_dir() {
            if depth < DEEPEST {
                collect(&path, depth + 1, found)?;
            }
        } else if path.extension().and_then(|end| end.to_str()).is_some_and(|end| ENDINGS.contains(&end)) {
            found.push(path);
        }
    }
    Ok(())
}

/// A file's name, or nothing where it is not UTF-8.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The name of the folder a file is in; empty where it has none.
pub(super) fn folder(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name);
    folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads a file whole.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, ScoresError> {
    input::bytes(path, input::FILE_BYTES).map_err(|error| fault(path, error.into_io()))
}

/// A file that starts with bytes of text, without a byte-order mark.
pub(super) fn text(path: &Path) -> Result<String, ScoresError> {
    let bytes = bytes(path)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        ScoresError::NotUtf8 { place: Place { path: path.to_path_buf(), unit: "line", number: line } }
    })?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// What the system's refusal means for the user.
pub(super) fn fault(path: &Path, source: std::io::Error) -> ScoresError {
    let path = path.to_path_buf();
    match source.kind() {
        ErrorKind::NotFound => ScoresError::NotFound { path },
        _ => ScoresError::Io { path, source },
    }
}

/// A short name for each file: its name without the ending, with the folder where two are the same.
pub(super) fn labels(files: &[PathBuf]) -> Vec<String> {
    let stems: Vec<String> = files.iter().map(|file| stem(file)).collect();
    let mut sorted = stems.clone();
    sorted.sort();
    sorted.dedup();
    if sorted.len() == stems.len() {
        return stems;
    }
    files.iter().map(|file| format!("{}/{}", folder(file), stem(file))).collect()
}
