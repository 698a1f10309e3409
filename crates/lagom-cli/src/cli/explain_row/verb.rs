//! The verb: finding the row.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lagom::bundle::Bundle;
use lagom::data::read::{RawTable, ReadError, ReadOptions, STANDARD_INPUT, read_in_parts};
use lagom::explanation::ExplainError;
use lagom::study::TaskKind;

use super::super::cli_error::CliError;
use super::super::inputs::Inputs;
use super::super::layout::plural;
use super::super::predict::{as_flags, bundle};
use super::super::{printer, rows};
use super::row::Row;
use super::told::Told;

const EXAMPLES: &str = "\
Examples:
  lagom explain-row lagom-out/study new.csv --row 17
  lagom explain-row model.lagom new.csv --row 17 --class yes --json
  head -2 new.csv | lagom explain-row model.lagom -

Boosted trees and linear models of a table are explained exactly, by SHAP values:
what each column adds to the score; with the base they add up to it. Of a text it
is said how the answer changes without each word. Every other model of a table is
asked again with one column at a time set to what is usual in the training rows;
that is no SHAP value, and does not add up.

It says what the model does, not what causes what.";

/// Parts that are shown unless --top says otherwise.
const SHOWN: usize = 15;

/// Say why the chosen model gives its answer for one row.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder that `lagom run` wrote, or its file model.lagom.
    #[arg(value_name = "STUDY_DIR")]
    model: PathBuf,
    /// The file with the row, as `lagom predict` reads it; - for standard input.
    #[arg(value_name = "ROWS")]
    rows: PathBuf,
    /// Which row of the file, counted from 1 under the names of the columns [default: the only one].
    #[arg(long, short, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    row: Option<u64>,
    /// The class to explain [default: the one that is called].
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// How many columns or words are shown, those first that matter most.
    #[arg(long, value_name = "NUMBER", default_value_t = SHOWN, conflicts_with = "json")]
    top: usize,
    /// Write all of it as JSON.
    #[arg(long)]
    json: bool,
    /// Whether the first line names the columns, where that is guessed wrongly (CSV and TSV).
    #[arg(long, value_name = "true|false")]
    header: Option<bool>,
}

/// Explains the row.
///
/// # Errors
/// There is no model, no such row or class, columns are missing, or the model can't be explained.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let bundle = bundle(&args.model)?;
    if bundle.schema.task == TaskKind::LanguageModelling {
        let message = ExplainError::Itself.to_string();
        return Err(CliError::user(message, "`lagom predict` says how likely it finds each text"));
    }
    let class = args.class.as_deref().map(|name| class(&bundle, name)).transpose()?;
    let row = find(&bundle, args)?;
    let found = bundle.explain(&row.columns, class).map_err(|error: ExplainError| {
        let hint = error.hint().unwrap_or("explain the choice of a study that has learned something");
        CliError::user(format!("row {} can't be explained: {error}", row.number), hint)
    })?;
    let told = Told { bundle: &bundle, row: &row, found: &found };
    if args.json {
        printer::answer(&told.json())?;
    } else {
        printer::answer(&told.text(args.top, printer::width().min(100)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The place of a class.
fn class(bundle: &Bundle, name: &str) -> Result<usize, CliError> {
    let classes = &bundle.schema.classes;
    if classes.is_empty() {
        let message = format!("there is no class: the model predicts the number `{}`", bundle.schema.target);
        return Err(CliError::user(message, "leave --class out"));
    }
    let shown: Vec<String> = classes.iter().take(20).map(|class| format!("`{class}`")).collect();
    let more = if classes.len() > 20 { ", …" } else { "" };
    classes.iter().position(|class| class == name).ok_or_else(|| {
        CliError::user(
            format!("`{}` has no class `{name}`", bundle.schema.target),
            format!("its classes are {}{more}", shown.join(", ")),
        )
    })
}

/// Why reading ended before the end of the file.
enum Ended {
    Read(Box<ReadError>),
    CliError(CliError),
    /// The row was found.
    Found,
}

impl From<ReadError> for Ended {
    fn from(error: ReadError) -> Self {
        Self::Read(Box::new(error))
    }
}

/// Looks for the row in the file.
fn find(bundle: &Bundle, args: &Args) -> Result<Row, CliError> {
    let path = if args.rows == Path::new("-") { Path::new(STANDARD_INPUT) } else { args.rows.as_path() };
    let options = ReadOptions { header: args.header, every_row: true, nested: true, ..ReadOptions::default() };
    let (mut inputs, mut read, mut found) = (Inputs::default(), 0, None);
    let wanted = args.row.unwrap_or(1);
    let mut take = |mut table: RawTable| -> Result<(), Ended> {
        let (places, decimals) = inputs.part(bundle, &mut table).map_err(Ended::CliError)?;
        let before = read;
        read += table.rows() as u64;
        if found.is_none() && read >= wanted {
            let at = (wanted - before - 1) as usize;
            let cell = |place: &usize| table.columns[*place].get(at).map(str::to_owned);
            found = Some(Row {
                number: wanted,
                columns: rows::columns(bundle, &table, (&places.at, decimals), &(at..at + 1)),
                cells: places.at.iter().map(cell).collect(),
            });
        }
        // Without a number the file may have no other row.
        if found.is_some() && args.row.is_some() { Err(Ended::Found) } else { Ok(()) }
    };
    match read_in_parts(path, &options, &mut take) {
        Ok(_) | Err(Ended::Found) => {}
        Err(Ended::Read(error)) => return Err(as_flags((*error).into())),
        Err(Ended::CliError(problem)) => return Err(problem),
    }
    let rows = || plural(usize::try_from(read).unwrap_or(usize::MAX), "row", "rows");
    match found {
        Some(_) if args.row.is_none() && read > 1 => Err(CliError::user(
            format!("{} has {}: which one is to be explained?", path.display(), rows()),
            "give its number, counted from 1 under the names of the columns: --row 17",
        )),
        Some(row) => Ok(row),
        None => Err(CliError::user(
            format!("there is no row {wanted}: {} has {}", path.display(), rows()),
            "rows are counted from 1 under the names of the columns",
        )),
    }
}
