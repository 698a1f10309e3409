//! `lagom levers`: what helps more than size.

use std::path::PathBuf;
use std::process::ExitCode;

use lagom::report;
use lagom::run::{ErrorKind, LeverOptions, Run};
use lagom::study::options::{LEVER_BUDGET, TRY, WORKERS};
use lagom::study::{LeverBudget, Overrides};

use super::cli_error::CliError;
use super::files::shell;
use super::keys::help_over_study;
use super::pipeline::{executor, hear};
use super::progress::Reporter;
use super::{layout, printer, stop};

const EXAMPLES: &str = "\
Examples:
  lagom levers lagom-out/study                  all that change anything in the choice
  lagom levers lagom-out/study --try dropout    this one alone
  lagom levers lagom-out/study --budget 1e15    at most so many operations
  lagom levers lagom-out/study --budget '2 EUR' at cpu-hour under [prices]
  lagom levers lagom-out/study --json | jq .rows

Each lever is trained on the choice of the verdict and on the next smaller size,
on the same splits and from the same starts as the plain recipe. Levers that
surely bring nothing stop early, the best ones are tried together, and the best
of all is put before the sealed rows once, in a look that is counted. Ctrl-C
keeps what was trained; a second run trains nothing again. Where a lever lets the
smaller size pass your test, the choice moves down to it, and model.lagom is that
model. The report gets the ledger.";

/// Try what may help more than size: levers on the choice, priced in size.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote.
    #[arg(value_name = "STUDY_DIR")]
    folder: PathBuf,
    #[arg(long = "try", value_name = "NAME", help = help_over_study(TRY))]
    tried: Vec<String>,
    #[arg(long, value_name = "AMOUNT", value_parser = LeverBudget::parse, help = help_over_study(LEVER_BUDGET))]
    budget: Option<LeverBudget>,
    #[arg(long, short, value_name = "N", value_parser = super::run::workers(), help = help_over_study(WORKERS))]
    workers: Option<usize>,
    /// Show no progress and no notes; the ledger and errors.
    #[arg(long, short)]
    quiet: bool,
    /// Print the ledger as JSON, as under `levers` in report.json.
    #[arg(long)]
    json: bool,
}

/// Runs the stage and prints its ledger.
///
/// # Errors
/// There is no finished study in the folder, nothing to try on its choice, or it was stopped.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let run = Run::reopen(&args.folder, &Overrides::default())?;
    let executor = executor(run.prepared(), args.workers)?;
    stop::survive_full_files();
    let options =
        LeverOptions { tried: (!args.tried.is_empty()).then(|| args.tried.clone()), budget: args.budget.clone() };
    let mut reporter = Reporter::new(args.quiet, executor.workers);
    let found = run.levers(&options, &executor, &mut |event| hear(event, &mut reporter, args.quiet));
    let found = found.map_err(|error| match error.kind() {
        ErrorKind::Stopped => CliError::stopped(&args.again()),
        _ => error.into(),
    })?;
    let findings = found.findings;
    let ended = || found.unfinished.map_or(Ok(ExitCode::SUCCESS), |error| Err(CliError::from(error)));
    if args.json {
        printer::answer(&report::ledger_json(&findings))?;
        return ended();
    }
    let facts = [("report", args.folder.join("report.html").display().to_string())];
    let width = printer::width();
    printer::answer(&format!("{}\n{}", report::ledger(&findings, width), layout::facts(&facts, printer::prose())))?;
    ended()
}

impl Args {
    /// The command that goes on where this one stopped.
    fn again(&self) -> String {
        let mut again = format!("lagom levers {}", shell(&self.folder));
        for name in &self.tried {
            again.push_str(&format!(" --try {}", super::files::word(name)));
        }
        if let Some(budget) = &self.budget {
            let told = match budget {
                LeverBudget::Operations(operations) => format!("{operations:e}"),
                LeverBudget::Money(money) => money.to_string(),
            };
            again.push_str(&format!(" --budget {}", super::files::word(&told)));
        }
        again
    }
}
