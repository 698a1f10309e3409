//! Whole files: what is read from each format, and what each fault says.

mod bad_logs;
mod bad_tables;
mod direction;
mod fuzz;
mod inspect_runs;
mod logs;
mod means;
mod real;
mod results;
mod tables;
mod which;

use std::path::PathBuf;

use tempfile::TempDir;

use super::{ImportOptions, Results, Scores, ScoresError, Source, Summaries, read};

/// A folder of files that a test writes.
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// Writes a file, with its folders, and gives its path.
    pub(super) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().to_path_buf()
    }
}

/// What to read of files, with nothing told.
pub(super) fn reading(files: &[PathBuf]) -> ImportOptions {
    ImportOptions { files: files.to_vec(), ..ImportOptions::default() }
}

/// All scores of files.
#[track_caller]
pub(super) fn all(reading: &ImportOptions) -> Vec<Scores> {
    match read(reading) {
        Ok(Results::PerExample(scores)) => scores,
        Ok(Results::Summaries(_)) => panic!("found only means"),
        Err(error) => panic!("{error}"),
    }
}

/// The scores of files that hold one task and metric.
#[track_caller]
pub(super) fn one(reading: &ImportOptions) -> Scores {
    let mut scores = all(reading);
    assert_eq!(scores.len(), 1, "{:?}", scores.iter().map(|one| (&one.task, &one.metric)).collect::<Vec<_>>());
    scores.remove(0)
}

/// The means of files.
#[track_caller]
pub(super) fn means(reading: &ImportOptions) -> Vec<Summaries> {
    match read(reading) {
        Ok(Results::Summaries(summaries)) => summaries,
        Ok(Results::PerExample(_)) => panic!("found scores of single examples"),
        Err(error) => panic!("{error}"),
    }
}

/// The error of reading, which must name all `parts` and come with a hint.
#[track_caller]
pub(super) fn fails(reading: &ImportOptions, parts: &[&str]) -> ScoresError {
    let error = read(reading).expect_err("an error");
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{text}\nlacks {part}");
    }
    assert!(!text.ends_with('.') && error.hint().is_some_and(|hint| !hint.is_empty()), "{text}");
    error
}

/// The scores of a candidate under its first seed.
#[track_caller]
pub(super) fn of<'a>(scores: &'a Scores, candidate: &str) -> &'a [f32] {
    let found = scores.candidates.iter().find(|one| one.name == candidate);
    &found.unwrap_or_else(|| panic!("no candidate {candidate}")).seeds[0].scores
}

/// The names of the candidates in order.
pub(super) fn names(scores: &Scores) -> Vec<&str> {
    scores.candidates.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn sources_have_names() {
    for source in Source::ALL {
        assert_eq!(Source::from_name(source.name()), Some(source));
    }
    assert_eq!(Source::from_name("csv"), None);
}
