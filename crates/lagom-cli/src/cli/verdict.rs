//! `lagom verdict`: the same measurements asked again.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use lagom::report;
use lagom::session::Session;
use lagom::study::{Limit, LimitError, Money, Overrides, Profile, SmallestBy};

use super::problem::Problem;
use super::{layout, printer, study};

const EXAMPLES: &str = "\
Examples:
  lagom verdict lagom-out/study                  the verdict of the run
  lagom verdict lagom-out/study --margin 0.02    if 0.02 worse were fine
  lagom verdict lagom-out/study --bar 0.9        the smallest above 0.9
  lagom verdict lagom-out/study --incumbent hosted   do I need what I use?
  lagom verdict lagom-out/study --profile edge --max-bytes '1 MB'
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
    /// The candidate that is in use today, to ask whether you need it; or none.
    #[arg(long, value_name = "NAME")]
    incumbent: Option<String>,
    /// The loss of quality nobody would notice, in units of the metric; replaces a bar.
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "bar")]
    margin: Option<f64>,
    /// The quality that is enough in itself, in units of the metric; replaces a margin.
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    bar: Option<f64>,
    /// How sure the verdict must be, between 0.5 and 1.
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    confidence: Option<f64>,
    /// A named set of limits; replaces all limits of the study.
    #[arg(long, value_name = "P", value_parser = profiles())]
    profile: Option<Profile>,
    /// The most parameters, such as 50k; or none.
    #[arg(long, value_name = "N", value_parser = count)]
    max_parameters: Option<Limit<u64>>,
    /// The largest file, such as "1 MB"; or none.
    #[arg(long, value_name = "S", value_parser = bytes)]
    max_bytes: Option<Limit<u64>>,
    /// The most memory it may add to a process, such as "64 MB"; or none.
    #[arg(long, value_name = "S", value_parser = bytes)]
    max_memory: Option<Limit<u64>>,
    /// The longest wait for one prediction in 95 of 100, such as "5 ms"; or none.
    #[arg(long, value_name = "D", value_parser = duration)]
    latency_p95: Option<Limit<Duration>>,
    /// The most money for 1,000 answers, such as "2 USD"; or none.
    #[arg(long, value_name = "M", value_parser = money)]
    cost: Option<Limit<Money>>,
    /// What "smallest" means.
    #[arg(long, value_name = "W", value_parser = costs())]
    smallest_by: Option<SmallestBy>,
    /// Print the findings as JSON, as in report.json.
    #[arg(long)]
    json: bool,
}

/// Prints the verdict under the given terms.
///
/// # Errors
/// There is no finished study in the folder, or the terms make no sense.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, Problem> {
    let overrides = args.overrides();
    let session = Session::reopen(&args.folder, &overrides)?;
    let ascent = session.ascent()?;
    let (analysis, verdict) = session.conclude(&ascent)?;
    let findings = session.findings(&ascent, analysis, verdict)?;
    if args.json {
        printer::answer(&report::json(&findings))?;
    } else {
        let width = printer::width();
        printer::answer(&report::terminal(&findings, width))?;
        let chosen = findings.verdict.choice.as_deref().and_then(|name| findings.analysis.screening.row(name));
        // One that is asked is where it was; only what was trained here has a model to hand over.
        if findings.bundle.is_none() && chosen.is_some_and(|row| row.calls.is_none()) {
            let said = "the folder holds no model for this verdict; to have it, set the same terms in the study and `lagom run` it again (its trials are used again)";
            printer::answer(&format!("\n{}", layout::remarks("note:", &[said.to_owned()], printer::prose())))?;
        }
    }
    Ok(study::exit_code(&findings.verdict))
}

impl Args {
    fn overrides(&self) -> Overrides {
        Overrides {
            margin: self.margin,
            bar: self.bar,
            confidence: self.confidence,
            smallest_by: self.smallest_by,
            profile: self.profile,
            parameters: self.max_parameters,
            bytes: self.max_bytes,
            memory: self.max_memory,
            latency_p95: self.latency_p95,
            cost: self.cost.clone(),
            incumbent: self.incumbent.clone(),
        }
    }
}

fn profiles() -> impl TypedValueParser<Value = Profile> {
    let value = |profile: Profile| PossibleValue::new(profile.name()).help(profile.summary());
    PossibleValuesParser::new(Profile::ALL.map(value)).try_map(|name| Profile::parse(&name).ok_or("no such profile"))
}

fn costs() -> impl TypedValueParser<Value = SmallestBy> {
    PossibleValuesParser::new(SmallestBy::ALL.map(SmallestBy::name))
        .try_map(|name| SmallestBy::parse(&name).ok_or("no such cost"))
}

fn count(text: &str) -> Result<Limit<u64>, String> {
    Limit::count(text).map_err(told)
}

fn bytes(text: &str) -> Result<Limit<u64>, String> {
    Limit::bytes(text).map_err(told)
}

fn duration(text: &str) -> Result<Limit<Duration>, String> {
    Limit::duration(text).map_err(told)
}

fn money(text: &str) -> Result<Limit<Money>, String> {
    Limit::money(text).map_err(told)
}

fn told(error: LimitError) -> String {
    format!("{error}\n  hint: {}", error.hint())
}
