//! `lagom verdict`: the same measurements asked again.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use lagom::report;
use lagom::run::Run;
use lagom::study::options::{BAR, CONFIDENCE, INCUMBENT, MARGIN, PROFILE, SMALLEST_BY};
use lagom::study::{Cost, Overrides, Profile};

use super::cli_error::CliError;
use super::keys::help;
use super::limits::{LimitOptions, cost};
use super::{layout, printer, study};

const EXAMPLES: &str = "\
Examples:
  lagom verdict lagom-out/study                  the verdict of the run
  lagom verdict lagom-out/study --margin 0.02    if 0.02 worse were fine
  lagom verdict lagom-out/study --bar 0.9        the smallest above 0.9
  lagom verdict lagom-out/study --incumbent hosted   do I need what I use?
  lagom verdict lagom-out/study --profile edge --max-bytes '1 MB'
  lagom verdict lagom-out/study --limit robustness=0.05
  lagom verdict lagom-out/study --json | jq .verdict.choice

Nothing is trained, so it answers at once. Every other margin or limit is
another look at the sealed rows; looks are counted, and the verdict says how
many there were. The reports and the model in the folder stay those of the run:
to have them under other terms, change the study and run it again, which uses
its trials again.";

/// Say the verdict again, under another margin or other limits.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote.
    #[arg(value_name = "STUDY_DIR")]
    folder: PathBuf,
    #[arg(long, value_name = "NAME", help = format!("{}; or none", help(INCUMBENT)))]
    incumbent: Option<String>,
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "bar")]
    #[arg(help = format!("{}; replaces a bar", help(MARGIN)))]
    margin: Option<f64>,
    #[arg(long, value_name = "X", allow_negative_numbers = true, help = help(BAR))]
    bar: Option<f64>,
    #[arg(long, value_name = "X", allow_negative_numbers = true, help = help(CONFIDENCE))]
    confidence: Option<f64>,
    #[arg(long, value_name = "P", value_parser = profiles())]
    #[arg(help = format!("{}; replaces all limits of the study", help(PROFILE)))]
    profile: Option<Profile>,
    #[command(flatten)]
    limits: LimitOptions,
    #[arg(long, value_name = "W", value_parser = cost(), help = help(SMALLEST_BY))]
    smallest_by: Option<&'static dyn Cost>,
    /// Print the findings as JSON, as in report.json.
    #[arg(long)]
    json: bool,
}

/// Prints the verdict under the given terms.
///
/// # Errors
/// There is no finished study in the folder, or the terms make no sense.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let overrides = args.overrides();
    let findings = Run::reopen(&args.folder, &overrides)?.findings()?;
    if args.json {
        printer::answer(&report::json(&findings))?;
    } else {
        let width = printer::width();
        printer::answer(&report::terminal(&findings, width))?;
        let chosen = findings.verdict.choice.as_deref().and_then(|name| findings.analysis.screening.row(name));
        // One that is asked is where it was; only what was trained here has a model to hand over.
        if findings.bundle.is_none()
            && chosen
                .is_some_and(|row| row.calls.is_none() && !row.cascade.as_ref().is_some_and(|cascade| cascade.asked))
        {
            let said = "the folder holds no model for this verdict; to have it, set the same terms in the study and `lagom run` it again (its trials are used again)";
            printer::answer(&format!("\n{}", layout::remarks("note:", &[said.to_owned()], printer::prose())))?;
        }
    }
    Ok(study::exit_code(&findings))
}

impl Args {
    fn overrides(&self) -> Overrides {
        Overrides {
            margin: self.margin,
            bar: self.bar,
            confidence: self.confidence,
            smallest_by: self.smallest_by,
            profile: self.profile,
            limits: self.limits.0.clone(),
            incumbent: self.incumbent.clone(),
        }
    }
}

fn profiles() -> impl TypedValueParser<Value = Profile> {
    let value = |profile: Profile| PossibleValue::new(profile.name()).help(profile.summary());
    PossibleValuesParser::new(Profile::ALL.map(value)).try_map(|name| Profile::parse(&name).ok_or("no such profile"))
}
