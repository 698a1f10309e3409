//! `lagom bundle`: what a model in a file is, and one file with all that it needs.

use std::path::PathBuf;
use std::process::ExitCode;

use lagom::candidate::{FitError, Learner};
use lagom::study::units::{grouped_count, human_bytes};

use super::cli_error::CliError;
use super::predict::{bundle, bundle_file};
use super::printer;

const EXAMPLES: &str = "\
Examples:
  lagom bundle lagom-out/study
  lagom bundle lagom-out/study --self-contained
  lagom bundle model.lagom --self-contained --out whole.lagom

A model on frozen pretrained weights names their folder and the digest of their
content, and holds none of them. Where that folder is not there, one of the same
name beside the model's file is taken. --self-contained packs them in, so that the one
file is all that `lagom predict` needs, on any machine.";

/// Say what a model in a file is, or pack all that it needs into it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote, or its file model.lagom.
    #[arg(value_name = "FILE")]
    model: PathBuf,
    /// Pack pretrained weights that lie in a folder into the file.
    #[arg(long)]
    self_contained: bool,
    /// The file to write [default: the model's own].
    #[arg(long, short, value_name = "FILE", requires = "self_contained")]
    out: Option<PathBuf>,
}

/// Tells of the model, or packs it.
///
/// # Errors
/// There is no model, what it needs is not there, or the file can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let found = bundle(&args.model)?;
    let file = bundle_file(&args.model);
    if !args.self_contained {
        let own = std::fs::metadata(&file).map_or(0, |about| about.len());
        let beside = match found.model.bytes_beside() {
            0 => "all that it needs is in it".to_owned(),
            bytes => {
                let folders = found.model.folders_beside();
                let folders: Vec<String> = folders.iter().map(|folder| format!("`{}`", folder.display())).collect();
                format!("it needs {} of pretrained weights in {}", human_bytes(bytes), folders.join(" and "))
            }
        };
        let tempered = match &found.model.learner {
            Learner::Tempered(model) => {
                format!("; its log-odds are divided by a temperature of {:.3}", model.temperature())
            }
            _ => String::new(),
        };
        printer::answer(&format!(
            "{}: {} parameters, trained on {} rows to predict `{}`; {}, {beside}{tempered}\n",
            found.origin.candidate,
            grouped_count(found.model.parameters()),
            grouped_count(found.origin.rows),
            found.schema.target,
            human_bytes(own),
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let to = args.out.as_ref().unwrap_or(&file);
    let packed = found
        .self_contained()
        .map_err(|error: FitError| CliError::user(error.to_string(), "put the folder of weights back as it was"))?;
    if packed.is_none() && args.out.is_none() {
        printer::note("all that it needs is in it already: nothing was written");
        return Ok(ExitCode::SUCCESS);
    }
    let bytes = packed.unwrap_or(found).write(to)?;
    printer::answer(&format!("{}: {}, all that it needs is in it\n", to.display(), human_bytes(bytes)))?;
    Ok(ExitCode::SUCCESS)
}
