//! From a study file to its plan, and what the verbs on studies have in common.

use std::path::Path;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use lagom::input;
use lagom::probe::registries;
use lagom::report::Findings;
use lagom::run::{Prepared, prepare};
use lagom::study::{Overrides, Policy, Study};
use lagom::verdict::VerdictKind;

use super::cli_error::{CliError, OPEN};
use super::files::shell;

/// Ends of the names of data files.
const DATA: [&str; 7] = ["csv", "tsv", "tab", "jsonl", "ndjson", "parquet", "pq"];

/// Reads a study and its data and makes its plan; `policy` takes the place of what the study says.
///
/// # Errors
/// Every fault of the study, or every fault of the data.
pub(crate) fn read(path: &Path, policy: Option<Policy>) -> Result<Prepared, CliError> {
    read_for(path, policy, None)
}

/// As [`read`], with the question whether `incumbent` is needed in place of the study's own, as `lagom verdict --incumbent`.
///
/// # Errors
/// As [`read`]; there is no such candidate.
pub(crate) fn read_for(path: &Path, policy: Option<Policy>, incumbent: Option<&str>) -> Result<Prepared, CliError> {
    if is_data(path) {
        return Err(CliError::user(
            format!("`{}` is named like data, expected a study file such as study.toml", path.display()),
            format!("`lagom init {}` looks at the data and writes a study for them", shell(path)),
        ));
    }
    let mut study = Study::read(path, &registries())?;
    study.ladder.policy = policy.unwrap_or(study.ladder.policy);
    if let Some(name) = incumbent {
        let asked = Overrides { incumbent: Some(name.to_owned()), ..Overrides::default() };
        study = study.with(&asked).map_err(lagom::run::RunError::from)?;
    }
    // It could be read a moment ago; only its text is wanted here, for the record.
    let source = input::text(path, input::STUDY_BYTES).unwrap_or_default();
    Ok(prepare(study, lagom::secret::masked_source(&source))?)
}

/// Whether a path is named like data.
fn is_data(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    DATA.contains(&extension.to_ascii_lowercase().as_str())
}

/// Reads the name of a policy on the command line.
pub(crate) fn policies() -> impl TypedValueParser<Value = Policy> {
    PossibleValuesParser::new(Policy::ALL.map(Policy::name))
        .try_map(|name| Policy::parse(&name).ok_or("no such policy"))
}

/// The exit code of a verdict: 0 where it answers the question, 3 where the question stays open.
pub(crate) fn exit_code(findings: &Findings) -> ExitCode {
    if findings.levers.as_ref().is_some_and(|ledger| ledger.moved.is_some()) {
        return ExitCode::SUCCESS;
    }
    match findings.verdict.kind {
        VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays => ExitCode::SUCCESS,
        VerdictKind::Undecided | VerdictKind::NothingQualifies | VerdictKind::NothingLearned => ExitCode::from(OPEN),
    }
}
