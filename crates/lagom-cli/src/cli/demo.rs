//! `lagom demo`: a built-in study from start to verdict.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lagom::data::demo;

use super::cli_error::CliError;
use super::files::shell;
use super::pipeline::{RunOptions, execute, verdict_page};
use super::{files, layout, printer, study};

const EXAMPLES: &str = "\
Examples:
  lagom demo
  lagom demo --out /tmp/wine

It writes the data (wine.csv) and the study (study.toml) into the folder and
runs the study. Both files are yours to look at and to change; the demo never
overwrites them. It uses no network.";

/// The study of the demo; the data are beside it.
const STUDY: &str = "\
# The demo of lagom: 1,599 red wines from Portugal, of which tasters called 855 good (6 of 10 or more).
# How large a model does it take to tell which, from eleven measurements in the laboratory?
# Cortez, Cerdeira, Almeida, Matos, Reis 2009, Decision Support Systems 47(4).

[task]
data   = \"wine.csv\"
target = \"good\"
metric = \"accuracy\"

[good-enough]
margin = 0.05          # 5 in 100 more wines judged wrongly would not matter

[ladder]
largest = \"200k\"       # so that the demo takes some seconds; try \"2M\"

[trials]
repeats = 10           # each model ten times, each time on another split
holdout = 0.2          # a fifth is kept for the verdict, one and the same for all
";

/// Run a built-in study from start to verdict, in some seconds.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder for data, study and results.
    #[arg(long, short, value_name = "DIR", default_value = "lagom-out/demo")]
    out: PathBuf,
    /// Show no progress and no notes; the verdict and errors alone.
    #[arg(long, short)]
    quiet: bool,
}

/// Writes the data and the study where they are not yet, and runs it.
///
/// # Errors
/// The folder can't be written, or it was stopped.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let folder = &args.out;
    std::fs::create_dir_all(folder).map_err(|error| {
        CliError::user(format!("cannot make the folder `{}`: {error}", folder.display()), "name another one with --out")
    })?;
    let file = folder.join("study.toml");
    place(&folder.join("wine.csv"), demo::wine)?;
    place(&file, || STUDY.to_owned())?;
    if !args.quiet {
        introduce(folder);
    }
    let mut again = String::from("lagom demo");
    if folder != Path::new("lagom-out/demo") {
        again.push_str(&format!(" --out {}", shell(folder)));
    }
    let options = RunOptions { folder, workers: None, quiet: args.quiet, again: &again };
    let outcome = execute(study::read(&file, None)?, options)?;
    if !args.quiet {
        printer::note("");
    }
    printer::answer(&verdict_page(&outcome.findings, folder))?;
    printer::answer(&next(folder))?;
    Ok(outcome.exit_code())
}

fn place(path: &Path, text: impl Fn() -> String) -> Result<(), CliError> {
    if path.exists() { Ok(()) } else { files::write(path, text().as_bytes()) }
}

fn introduce(folder: &Path) {
    let said = "The demo: 1,599 red wines, eleven measurements of each. Is it a good one? How large a model does it \
                take to tell? lagom trains a ladder of models, from guessing to a network of 200,000 \
                parameters, each ten times on its own split, and tests the small ones against the best on 320 \
                wines that none of them has seen.";
    for line in layout::wrap(said, printer::prose()) {
        printer::note(&line);
    }
    printer::note(&format!("The data and the study are in {}.\n", folder.display()));
}

fn next(folder: &Path) -> String {
    let folder = shell(folder);
    format!(
        "\nTry next:\n  \
         lagom verdict {folder} --margin 0.1             if twice the loss were fine\n  \
         lagom verdict {folder} --max-parameters 100     if it had to be tiny\n  \
         lagom predict {folder} {folder}/wine.csv | head -3\n  \
         lagom init YOUR.csv                                     the same for your data\n"
    )
}
