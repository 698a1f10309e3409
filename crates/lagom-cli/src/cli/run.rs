//! `lagom run`: the main job.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{RangedU64ValueParser, TypedValueParser};
use lagom::study::options::{INCUMBENT, POLICY, WORKERS};
use lagom::study::{Policy, Trials};

use super::cli_error::CliError;
use super::files::{default_folder, shell, word};
use super::keys::{help, help_over_study};
use super::pipeline::{RunOptions, execute, verdict_page};
use super::{calls, printer, study, trust};

const EXAMPLES: &str = "\
Examples:
  lagom run study.toml                      results in lagom-out/study
  lagom run reviews.toml --out results      in a folder of your choice
  lagom run study.toml --incumbent hosted   do I need what I use today?
  nohup lagom run study.toml > verdict.txt 2> progress.txt &

Ctrl-C stops it and keeps finished trials: the same command goes on from there,
after a crash too. Trials that are in the folder already are not run again,
whatever margin or limits the study has now.
Exit code: 0 for a verdict; 3 where it stays open, nothing qualifies or nothing was
learned; 2 where it was stopped or its model could not be trained on all rows.";

/// Measure the ladder of a study and say which model is enough.
///
/// Trains candidates several times on splits of your data, asks the models that the study names, tests
/// the smaller ones against the best on sealed rows, and ends with the verdict, a report and the
/// chosen model if it was trained here. Answers of models are kept: none is asked for twice.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The study file; `lagom init` writes one.
    #[arg(value_name = "STUDY.toml")]
    study: PathBuf,
    /// The folder for results [default: lagom-out/ and the name of the study file].
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "POLICY", value_parser = study::policies(), help = help_over_study(POLICY))]
    policy: Option<Policy>,
    #[arg(long, value_name = "NAME", help = format!("{}; or none", help(INCUMBENT)))]
    incumbent: Option<String>,
    #[arg(long, short, value_name = "N", value_parser = workers(), help = help_over_study(WORKERS))]
    workers: Option<usize>,
    /// Do not ask you first: neither before the programs of a study are started that has not run here yet, nor where asking may cost more
    /// than `ask-above` under [budget].
    #[arg(long)]
    yes: bool,
    /// Show no progress and no notes; the verdict, errors, and commands of the study that nobody has allowed yet.
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the study and prints its verdict.
///
/// # Errors
/// The study, its data or the folder are at fault, or it was stopped.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let prepared = study::read_for(&args.study, args.policy, args.incumbent.as_deref())?;
    trust::allowed(&prepared, &args.study, args.yes)?;
    calls::allowed(&prepared, args.yes)?;
    let folder = args.out.clone().unwrap_or_else(|| default_folder(&args.study));
    let mut again = format!("lagom run {}", shell(&args.study));
    if args.out.is_some() {
        again.push_str(&format!(" --out {}", shell(&folder)));
    }
    if let Some(policy) = args.policy {
        again.push_str(&format!(" --policy {}", policy.name()));
    }
    if let Some(name) = &args.incumbent {
        again.push_str(&format!(" --incumbent {}", word(name)));
    }
    let options = RunOptions { folder: &folder, workers: args.workers, quiet: args.quiet, again: &again };
    let outcome = execute(prepared, options)?;
    if !args.quiet {
        printer::note("");
    }
    printer::answer(&verdict_page(&outcome.findings, &folder))?;
    Ok(outcome.exit_code())
}

/// How many trials run side by side.
pub(super) fn workers() -> impl TypedValueParser<Value = usize> {
    let (least, most) = (*Trials::WORKERS.start(), *Trials::WORKERS.end());
    RangedU64ValueParser::<usize>::new().range(u64::from(least)..=u64::from(most))
}
