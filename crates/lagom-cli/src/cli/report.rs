//! `lagom report`: the reports again.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use lagom::report::{Findings, html, json, markdown};
use lagom::run::Run;
use lagom::study::Overrides;

use super::cli_error::CliError;
use super::{files, printer};

const EXAMPLES: &str = "\
Examples:
  lagom report lagom-out/study                 all three
  lagom report lagom-out/study --format md     for a pull request
  lagom report lagom-out/study --format html,json";

/// Write the reports of a study again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote.
    #[arg(value_name = "STUDY_DIR")]
    folder: PathBuf,
    /// What to write, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "FORMATS", default_value = "html,md,json")]
    format: Vec<Form>,
}

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One page for a browser, with plots; needs nothing else.
    Html,
    /// For a pull request or a chat.
    Md,
    /// Every number of the others, for programs.
    Json,
}

/// Writes the reports into the folder and prints their paths.
///
/// # Errors
/// There is no finished study in the folder, or it can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let findings = Run::reopen(&args.folder, &Overrides::default())?.findings()?;
    let mut forms = args.format.clone();
    forms.sort_by_key(|form| *form as u8);
    forms.dedup();
    for form in forms {
        let (name, write): (&str, fn(&Findings) -> String) = match form {
            Form::Html => ("report.html", html),
            Form::Md => ("report.md", markdown),
            Form::Json => ("report.json", json),
        };
        let path = args.folder.join(name);
        files::write(&path, write(&findings).as_bytes())?;
        printer::answer(&format!("{}\n", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
