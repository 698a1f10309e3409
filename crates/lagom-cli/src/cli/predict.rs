//! `lagom predict`: the chosen model on new rows.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lagom::bundle::{Bundle, BundleError};
use lagom::data::read::{ReadOptions, read};
use lagom::session::MODEL_FILE;

use super::problem::Problem;
use super::{files, printer, rows};

const EXAMPLES: &str = "\
Examples:
  lagom predict lagom-out/study new.csv
  lagom predict lagom-out/study new.parquet --probabilities --out answers.csv
  lagom predict model.lagom new.jsonl | paste -d, new.csv -

The rows may be in any format that lagom reads. Columns are found by name, in
any order; others are left alone. The answers are CSV with a header, one line a
row, in the order of the rows.";

/// Predict new rows with the chosen model.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote, or its file model.lagom.
    #[arg(value_name = "STUDY_DIR")]
    model: PathBuf,
    /// The rows to predict.
    #[arg(value_name = "ROWS")]
    rows: PathBuf,
    /// The file to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Add a column with the probability of each class.
    #[arg(long, short)]
    probabilities: bool,
    /// Whether the first line names the columns, where that is guessed wrongly (CSV and TSV).
    #[arg(long, value_name = "true|false")]
    header: Option<bool>,
}

/// Writes the predictions.
///
/// # Errors
/// There is no model, the rows can't be read, or columns are missing.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, Problem> {
    let bundle = bundle(&args.model)?;
    if args.probabilities && bundle.schema.classes.is_empty() {
        return Err(Problem::user(
            format!("there are no probabilities: the model predicts the number `{}`", bundle.schema.target),
            "leave --probabilities out",
        ));
    }
    let options = ReadOptions { header: args.header, ..ReadOptions::default() };
    let table = read(&args.rows, &options).map_err(|error| as_flags(error.into()))?;
    let places = rows::places(&bundle, &table)?;
    if places.in_order {
        printer::note("note: the file names no columns; they are taken in the order of the training data's inputs");
    }
    for note in rows::unreadable(&bundle, &table, &places) {
        printer::note(&format!("warning: {note}"));
    }
    let answers = rows::answers(&bundle, &table, &places)?;
    let text = rows::csv(&bundle, &answers, args.probabilities)?;
    match &args.out {
        None => printer::answer_bytes(&text)?,
        Some(path) => {
            files::write(path, &text)?;
            printer::note(&format!("wrote {} predictions to {}", table.rows(), path.display()));
        }
    }
    // A file without names may have another column where the target stood.
    let judged = if places.in_order { None } else { rows::judged(&bundle, &table, &answers) };
    if let Some(judged) = judged {
        printer::note(&format!("note: {judged}; rows that it was trained on flatter it"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Hints that name a key of a study name the flag here.
fn as_flags(mut problem: Problem) -> Problem {
    for hint in problem.faults.iter_mut().filter_map(|fault| fault.hint.as_mut()) {
        *hint = hint.replace("say header = false", "give --header false");
    }
    problem
}

fn bundle(path: &Path) -> Result<Bundle, Problem> {
    let file = if path.is_dir() { path.join(MODEL_FILE) } else { path.to_owned() };
    Bundle::read(&file).map_err(|error| match &error {
        BundleError::Io { error: cause, .. } if cause.kind() == std::io::ErrorKind::NotFound => {
            let (message, hint) = if path.is_dir() {
                let hint =
                    "run `lagom run` on its study; it writes the model unless nothing qualifies or nothing is learned";
                (format!("`{}` holds no model: there is no {MODEL_FILE} in it", path.display()), hint)
            } else {
                (
                    format!("`{}`: no such folder or file", path.display()),
                    "give the folder that `lagom run` wrote, or its model.lagom",
                )
            };
            Problem::user(message, hint)
        }
        _ => error.into(),
    })
}
