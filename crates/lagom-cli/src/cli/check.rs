//! `lagom check`: faults in the study and in the data, without training.

use std::path::PathBuf;
use std::process::ExitCode;

use lagom::run::quick;

use super::cli_error::CliError;
use super::files::shell;
use super::{calls, data, describe, layout, printer, study};

const EXAMPLES: &str = "\
Example:
  lagom check study.toml && lagom run study.toml

All faults are told at once, each with what to do about it; the exit code is
then 1.";

/// Find faults in a study and in its data, without training or asking.
///
/// For models that are asked it looks whether the key is set, the server is there and has the model, the program or the file can
/// be found. No model is asked a question, and no program of the study is started.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The study file; `lagom init` writes one.
    #[arg(value_name = "STUDY.toml")]
    study: PathBuf,
    /// The candidate that is in use today, to ask whether you need it; or none.
    #[arg(long, value_name = "NAME")]
    incumbent: Option<String>,
    /// Look for no keys, servers and programs, and do not read files of answers through.
    #[arg(long)]
    offline: bool,
}

/// Prints what the study asks, or all its faults.
///
/// # Errors
/// The study or its data are at fault.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let prepared = study::read_for(&args.study, None, args.incumbent.as_deref())?;
    let terms = &prepared.terms;
    let facts = [
        ("data", describe::data(&prepared)),
        ("target", describe::target(&prepared)),
        ("inputs", describe::inputs(&prepared)),
        ("task", prepared.loaded.dataset.task.name().to_owned()),
        ("metric", format!("{}: {}", terms.metric, terms.metric.summary())),
        ("question", describe::question(&prepared)),
        ("rule", describe::rule(&prepared)),
        ("limits", describe::limits(&prepared)),
        ("ladder", describe::ladder(&prepared)),
    ];
    let trains = !prepared.plan.candidates.is_empty();
    let mut facts: Vec<(&str, String)> = facts.into_iter().filter(|(key, _)| trains || *key != "ladder").collect();
    facts.splice(2..2, describe::reviewed(&prepared).map(|told| ("reviewed", told)));
    let width = printer::prose();
    // First, since it tells the faults of all candidates at once.
    let seen = if args.offline { Vec::new() } else { prepared.look_for_models()? };
    let prompt = calls::first_prompt(&prepared)?;
    // Before all else: figures on such data mean nothing.
    let mut text = describe::shouted(&prepared.loaded, width);
    text.push_str(&format!("{} and its data have no faults.\n\n", args.study.display()));
    text.push_str(&layout::facts(&facts, width));
    if !seen.is_empty() {
        let models: Vec<(&str, String)> = seen.iter().map(|sight| (sight.name.as_str(), sight.found.clone())).collect();
        text.push_str(&format!("\nModels that are asked:\n{}", layout::facts(&models, width)));
    }
    if !prompt.is_empty() {
        text.push_str(&format!("\n{prompt}"));
    }
    let mut warnings = describe::warnings(&prepared);
    warnings.extend(seen.iter().filter_map(|sight| Some(format!("{}: {}", sight.name, sight.warning.as_ref()?))));
    let remarks = format!(
        "{}{}",
        layout::remarks("warning:", &warnings, width),
        describe::quiet_remarks(&prepared.loaded, &[], width)
    );
    if !remarks.is_empty() {
        text.push_str(&format!("\n{remarks}"));
    }
    text.push_str(&data::in_short(&quick(&prepared.study, &prepared.loaded), &args.study, width));
    text.push_str(&format!("\nNext: lagom plan {0}   or   lagom run {0}\n", shell(&args.study)));
    printer::answer(&text)?;
    Ok(ExitCode::SUCCESS)
}
