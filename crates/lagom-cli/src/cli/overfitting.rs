//! `lagom overfitting`: what larger models learn that is of no use on other rows.

use std::path::PathBuf;
use std::process::ExitCode;

use lagom::report;
use lagom::run::{ErrorKind, Run};
use lagom::study::Overrides;
use lagom::study::options::WORKERS;

use super::cli_error::CliError;
use super::files::shell;
use super::keys::help_over_study;
use super::pipeline::{executor, hear};
use super::progress::Reporter;
use super::{layout, printer, stop};

const EXAMPLES: &str = "\
Examples:
  lagom overfitting lagom-out/study
  lagom overfitting lagom-out/study --json | jq .sizes

At most five sizes of the family of the choice are trained again, with 10, 20 and
40 % of their training labels replaced and with all of them shuffled, twice each,
on the splits and from the starts of the run. Validation rows keep their labels.
It takes at most twice the operations of the search for the size, and leaves out
the largest sizes first. A second run trains nothing again. The verdict stays as
it is; the report gets a section.";

/// Measure overfitting by size: the gap between training and other rows, what is learned by heart, what wrong labels cost.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote.
    #[arg(value_name = "STUDY_DIR")]
    folder: PathBuf,
    #[arg(long, short, value_name = "N", value_parser = super::run::workers(), help = help_over_study(WORKERS))]
    workers: Option<usize>,
    /// Show no progress and no notes; the findings and errors.
    #[arg(long, short)]
    quiet: bool,
    /// Print the findings as JSON, as under `overfitting` in report.json.
    #[arg(long)]
    json: bool,
}

/// Runs the stage and prints what it found.
///
/// # Errors
/// There is no finished study in the folder, fewer than two sizes of a family were measured, or it was stopped.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let run = Run::reopen(&args.folder, &Overrides::default())?;
    let executor = executor(run.prepared(), args.workers)?;
    stop::survive_full_files();
    let mut reporter = Reporter::new(args.quiet, executor.workers);
    let found = run.overfitting(&executor, &mut |event| hear(event, &mut reporter, args.quiet));
    let findings = found.map_err(|error| match error.kind() {
        ErrorKind::Stopped => CliError::stopped(&format!("lagom overfitting {}", shell(&args.folder))),
        _ => error.into(),
    })?;
    if args.json {
        printer::answer(&report::overfitting_json(&findings))?;
        return Ok(ExitCode::SUCCESS);
    }
    let facts = [("report", args.folder.join("report.html").display().to_string())];
    let told = report::overfitting(&findings, printer::width());
    printer::answer(&format!("{told}\n{}", layout::facts(&facts, printer::prose())))?;
    Ok(ExitCode::SUCCESS)
}
