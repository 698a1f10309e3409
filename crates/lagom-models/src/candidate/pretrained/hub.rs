//! The local cache of Hugging Face: looked at, never filled.
//!
//! `models--owner--name/snapshots/COMMIT/` holds the files of a commit, `models--owner--name/refs/BRANCH` its name (layout of
//! `huggingface_hub`, "Understand caching").

use std::path::{Path, PathBuf};

use super::fault::WeightsFault;

/// The branch of a repository where none is named.
const MAIN: &str = "main";

/// Where the cache is, by the variables that `huggingface_hub` reads, in its order.
pub(super) fn cache(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let under = |name: &str, rest: &str| variable(name).map(|folder| folder.join(rest));
    variable("HF_HUB_CACHE")
        .or_else(|| under("HF_HOME", "hub"))
        .or_else(|| under("XDG_CACHE_HOME", "huggingface/hub"))
        .or_else(|| under("HOME", ".cache/huggingface/hub"))
}

/// A variable of the environment that holds a path.
pub(super) fn environment(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The folder of a repository's files in the cache.
///
/// # Errors
/// It is not there, or not at that revision: with the command that fetches it.
pub(super) fn folder(cache: Option<&Path>, repository: &str, revision: Option<&str>) -> Result<PathBuf, WeightsFault> {
    let wanted = revision.unwrap_or(MAIN);
    let command = match revision {
        Some(revision) => format!("hf download {repository} --revision {revision}"),
        None => format!("hf download {repository}"),
    };
    let missing = |found: String| WeightsFault {
        message: found,
        hint: format!("`{command}` fetches it; lagom itself downloads nothing"),
    };
    let Some(cache) = cache else {
        return Err(missing(format!("`hf:{repository}`: there is no cache of Hugging Face, since HOME is not set")));
    };
    let own = cache.join(format!("models--{}", repository.replace('/', "--")));
    if !own.is_dir() {
        return Err(missing(format!("`hf:{repository}` is not in the cache of Hugging Face, `{}`", cache.display())));
    }
    let snapshots = own.join("snapshots");
    // A branch or tag is a file that names a commit; a commit is a folder itself.
    let named = std::fs::read_to_string(own.join("refs").join(wanted)).ok();
    let commit = named.as_deref().map_or(wanted, str::trim);
    let folder = snapshots.join(commit);
    if folder.is_dir() {
        return Ok(folder);
    }
    let mut there: Vec<String> = std::fs::read_dir(&snapshots)
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    there.sort();
    let others = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
    Err(missing(format!(
        "`hf:{repository}` is in the cache of Hugging Face, `{}`, but not at `{wanted}` (there: {others})",
        own.display()
    )))
}
