//! `lagom predict`: the chosen model on new rows.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use lagom::bundle::{Bundle, BundleError};
use lagom::data::file_format;
use lagom::data::read::{Format, RawTable, ReadError, ReadOptions, STANDARD_INPUT, read_in_parts};
use lagom::run::{MODEL_FILE, WEIGHTS_FOLDER};
use lagom::study::units::grouped_count;
use lagom::study::{self, TaskKind};

use super::cli_error::CliError;
use super::inputs::Inputs;
use super::strange::Strange;
use super::{files, printer, rows};

const EXAMPLES: &str = "\
Examples:
  lagom predict lagom-out/study new.csv
  lagom predict lagom-out/study new.parquet --probabilities --out answers.csv
  lagom predict model.lagom new.csv --id customer
  zcat new.csv.gz | lagom predict model.lagom - > answers.csv
  cat new.txt | lagom predict model.lagom - --format lines

The rows may be in any format that lagom reads. Columns are found by name, in
any order; others are left alone. The answers are CSV with a header, one line a
row, in the order of the rows; a file of one column may have blank lines. A
language model writes the bits per byte of each text, and its bytes; the lines of
a .txt file are its texts.";

/// Predict new rows with the chosen model.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote, or its file model.lagom.
    #[arg(value_name = "STUDY_DIR")]
    model: PathBuf,
    /// The rows to predict; - for standard input.
    #[arg(value_name = "ROWS")]
    rows: PathBuf,
    /// The file to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Add a column with the probability of each class.
    #[arg(long, short)]
    probabilities: bool,
    /// Write an apostrophe before what a spreadsheet would compute (cells that begin with =, +, - or @).
    #[arg(long)]
    escape_formulas: bool,
    /// The column of the rows to write in front of each answer.
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Whether the first line names the columns, where that is guessed wrongly (CSV and TSV).
    #[arg(long, value_name = "true|false")]
    header: Option<bool>,
    /// The format of the rows [default: by the file's ending, else by its content].
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Option<study::Format>,
}

/// The formats by name.
fn formats() -> impl TypedValueParser<Value = study::Format> {
    PossibleValuesParser::new(study::Format::ALL.map(study::Format::name))
        .try_map(|name| study::Format::parse(&name).ok_or("no such format"))
}

/// Writes the predictions.
///
/// # Errors
/// There is no model, the rows can't be read, or columns are missing.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let bundle = bundle(&args.model)?;
    if args.probabilities && bundle.schema.classes.is_empty() {
        let message = match bundle.schema.task {
            TaskKind::LanguageModelling => "there are no classes: the model says how likely a text is".to_owned(),
            _ => format!("there are no probabilities: the model predicts the number `{}`", bundle.schema.target),
        };
        return Err(CliError::user(message, "leave --probabilities out"));
    }
    let stream = args.rows == Path::new("-");
    if let Some(out) = &args.out
        && !stream
        && std::fs::canonicalize(out).is_ok_and(|out| std::fs::canonicalize(&args.rows).is_ok_and(|rows| rows == out))
    {
        return Err(CliError::user(
            format!("{} is the file of the rows itself: it would be written over", out.display()),
            "give another file to --out",
        ));
    }
    let path = if stream { Path::new(STANDARD_INPUT) } else { args.rows.as_path() };
    let of_language = bundle.schema.task == TaskKind::LanguageModelling;
    if of_language && stream && args.format.is_none() {
        return Err(CliError::user(
            "standard input has no name that tells whether its lines are texts or a table",
            "give --format lines; or csv, tsv or jsonl",
        ));
    }
    // As the study's file of lines was.
    let lines = of_language && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"));
    let format = args.format.map(file_format).or_else(|| lines.then_some(Format::Lines));
    // A list or an object is a fault only in a column that the model reads.
    let options = ReadOptions { format, header: args.header, every_row: true, nested: true, ..ReadOptions::default() };
    let mut pieces = files::Pieces::new(args.out.as_deref())?;
    let mut work = Work {
        bundle: &bundle,
        args,
        inputs: Inputs::default(),
        is_first: true,
        strange: Strange::default(),
        judged: rows::Judged::default(),
        rows: 0,
        cut: 0,
    };
    let mut take = |table: RawTable| -> Result<(), Failed> {
        let text = work.part(table).map_err(Failed::CliError)?;
        pieces.add(&text).map_err(Failed::CliError)
    };
    read_in_parts(path, &options, &mut take).map_err(|failed| match failed {
        Failed::Read(error) => as_flags((*error).into()),
        Failed::CliError(problem) => problem,
    })?;
    pieces.finish()?;
    work.close();
    Ok(ExitCode::SUCCESS)
}

/// Why a part can't be answered.
enum Failed {
    Read(Box<ReadError>),
    CliError(CliError),
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Self {
        Self::Read(Box::new(error))
    }
}

/// Answers part by part.
struct Work<'a> {
    bundle: &'a Bundle,
    args: &'a Args,
    inputs: Inputs,
    is_first: bool,
    strange: Strange,
    judged: rows::Judged,
    rows: usize,
    /// Rows whose text the model does not read to the end.
    cut: u64,
}

impl Work<'_> {
    /// The answers to a part as CSV.
    fn part(&mut self, mut table: RawTable) -> Result<Vec<u8>, CliError> {
        let first = std::mem::replace(&mut self.is_first, false);
        let (places, decimals) = self.inputs.part(self.bundle, &mut table)?;
        let (answers, cut) = rows::answers(self.bundle, &table, (&places.at, decimals))?;
        self.strange.add(self.bundle, &table, (&places.at, decimals));
        self.rows += table.rows();
        self.cut += cut;
        // A file without names may have another column where the target stood.
        if !places.in_order || self.bundle.schema.task == TaskKind::LanguageModelling {
            self.judged.add(self.bundle, &table, &answers);
        }
        let layout = rows::Layout {
            probabilities: self.args.probabilities,
            id: self.args.id.as_deref(),
            head: first,
            escape_formulas: self.args.escape_formulas,
        };
        rows::csv(self.bundle, (&table, &answers), layout)
    }

    /// Says what is to be known of the whole.
    fn close(&self) {
        for warning in self.strange.warnings(self.bundle) {
            printer::note(&format!("warning: {warning}"));
        }
        if self.cut > 0 {
            printer::note(&format!(
                "warning: {} of {} rows hold a text that is longer than what the model reads of one: the rest of it was not looked at",
                grouped_count(self.cut),
                grouped_count(self.rows as u64)
            ));
        }
        if let Some(path) = &self.args.out {
            printer::note(&format!("wrote {} predictions to {}", self.rows, path.display()));
        }
        if let Some(judged) = self.judged.told(self.bundle) {
            printer::note(&format!("note: {judged}; rows that it was trained on flatter it"));
        }
    }
}

/// Hints that name a key of a study name the flag here.
pub(crate) fn as_flags(mut problem: CliError) -> CliError {
    for hint in problem.faults.iter_mut().filter_map(|fault| fault.hint.as_mut()) {
        *hint = hint.replace("say header = false", "give --header false");
    }
    problem
}

/// The bundle in a file, or in a study's folder.
///
/// # Errors
/// There is none, or it can't be read.
pub(crate) fn bundle(path: &Path) -> Result<Bundle, CliError> {
    let file = bundle_file(path);
    Bundle::read(&file).map_err(|error| match &error {
        BundleError::Io { error: cause, .. } if cause.kind() == std::io::ErrorKind::NotFound => {
            let (message, hint) = if path.join(WEIGHTS_FOLDER).is_dir() {
                let hint = "give that folder to a tool that reads such weights (transformers, vLLM, a converter to GGUF), or ask it here: weights = \"…/handed-over\" and adapt = [\"zero-shot\"] under [[candidate]]";
                let message = format!(
                    "`{}` holds no {MODEL_FILE}: its choice is a language model, handed over as the folder of weights `{WEIGHTS_FOLDER}`",
                    path.display()
                );
                (message, hint)
            } else if path.is_dir() {
                let hint =
                    "run `lagom run` on its study; it writes the model unless nothing qualifies or nothing is learned";
                (format!("`{}` holds no model: there is no {MODEL_FILE} in it", path.display()), hint)
            } else {
                (
                    format!("`{}`: no such folder or file", path.display()),
                    "give the folder that `lagom run` wrote, or its model.lagom",
                )
            };
            CliError::user(message, hint)
        }
        _ => error.into(),
    })
}

/// The file of a bundle: itself, or that of a study's folder.
pub(crate) fn bundle_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(MODEL_FILE) } else { path.to_owned() }
}
