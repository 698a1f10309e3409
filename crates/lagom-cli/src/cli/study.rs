//! From a study file to its plan, and what the verbs on studies have in common.

use std::path::Path;
use std::process::ExitCode;

use lagom::session::{Prepared, prepare};
use lagom::study::Study;
use lagom::verdict::{Verdict, VerdictKind};

use super::files::shell;
use super::problem::{OPEN, Problem};

/// Ends of the names of data files.
const DATA: [&str; 7] = ["csv", "tsv", "tab", "jsonl", "ndjson", "parquet", "pq"];

/// Reads a study and its data and makes its plan.
///
/// # Errors
/// Every fault of the study, or every fault of the data.
pub(crate) fn read(path: &Path) -> Result<Prepared, Problem> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if DATA.contains(&extension.to_ascii_lowercase().as_str()) {
        return Err(Problem::user(
            format!("`{}` is named like data, expected a study file such as study.toml", path.display()),
            format!("`lagom init {}` looks at the data and writes a study for them", shell(path)),
        ));
    }
    let study = Study::read(path)?;
    // It could be read a moment ago; only its text is wanted here, for the record.
    let source = std::fs::read_to_string(path).unwrap_or_default();
    Ok(prepare(study, source)?)
}

/// The exit code of a verdict: 0 where it answers the question, 3 where the question stays open.
pub(crate) fn exit_code(verdict: &Verdict) -> ExitCode {
    match verdict.kind {
        VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays => ExitCode::SUCCESS,
        VerdictKind::Undecided | VerdictKind::NothingQualifies | VerdictKind::NothingLearned => ExitCode::from(OPEN),
    }
}
