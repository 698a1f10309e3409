//! `lagom known`: data whose answer is known beforehand.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use lagom::data::known::{Kind, Known, Truth};

use super::cli_error::CliError;
use super::{files, layout, printer};

const EXAMPLES: &str = "\
Examples:
  lagom known staircase --out stairs.csv                 then: lagom init stairs.csv
  lagom known teacher-values --rows 10000 --seed 3 > teacher.csv
  lagom known staircase --sample 1 --out fresh.csv       new rows of the same truth

What the best possible model reaches is said on standard error. Equal arguments
give the same file. Another seed draws another truth of the same kind, another
sample other rows of the same truth.";

/// Write data whose answer is known, to try lagom on.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What is hidden in the data.
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: Kind,
    /// How many rows [default: 2000; 4000 for plateau, 300 for overfit].
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000_000))]
    rows: Option<usize>,
    /// What the truth is drawn from.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Which rows of that truth.
    #[arg(long, value_name = "I", default_value_t = 0)]
    sample: u64,
    /// The file to write, as CSV [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| Kind::parse(&name).ok_or("no such kind"))
}

/// Writes the rows and says what is true of them.
///
/// # Errors
/// The file can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let known = Known::new(args.kind, args.seed);
    let sample = known.draw(args.rows.unwrap_or_else(|| args.kind.usual_rows()), args.sample);
    let text = sample.csv();
    match &args.out {
        None => printer::answer(&text)?,
        Some(path) => files::write(path, text.as_bytes())?,
    }
    let Truth { best, obtained, linear, sentence } = known.truth();
    let mut facts =
        vec![("in it", sentence), ("at best", format!("{} {:.4} ({obtained})", args.kind.metric(), best.value))];
    facts
        .extend(linear.map(|value| ("linear", format!("{} {value:.4} for the best weighted sum", args.kind.metric()))));
    printer::note(layout::facts(&facts, printer::prose()).trim_end());
    Ok(ExitCode::SUCCESS)
}
