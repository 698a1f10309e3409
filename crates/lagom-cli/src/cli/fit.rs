//! `lagom fit`: the curve through somebody's measured losses, and what it says.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use lagom::report::scaling::{html, json, terminal};
use lagom::scaling::{Asked, At, Question, ScalingError, ScalingFindings, findings, points};
use lagom::stats::curve::{Fitting, Form};
use lagom::study::units::parse_amount;

use super::cli_error::{CliError, OPEN};
use super::{files, printer};

const EXAMPLES: &str = "\
Examples:
  lagom fit runs.csv                                  the law and its constants
  lagom fit runs.csv --at 7B,140B --at 13B,260B       losses at other sizes
  lagom fit runs.csv --budget 1e21 --served 2T        the best size to train, and to serve
  lagom fit runs.csv --size n_params --compute flop --loss val_loss --html curve.html

POINTS is CSV, TSV, JSON Lines or Parquet with a row for each training: the size
of the model, the data or the compute, and the loss. Columns of usual names
(params, tokens, flops, loss, ...) are found. From compute C and size N the data
follow as D = C / (6 N) (Kaplan et al. 2020). Amounts may have units: 70M, 1.4T.

The law is L = E + A / N^a + B / D^b, or a part of it where size or data do not
vary enough; at least three sizes are needed. Beyond the points it is followed
only where the points fall as a law does, where it predicted the largest of them
well from the smaller ones (15 % off at most, and 5 % where that is outside the
interval), and as long as its interval is not wider than all that was measured.

Exit codes: 0 all was answered; 1 something you gave is at fault; 3 a prediction
was refused, since the curve is not to be trusted so far.";

/// Fit a scaling law to measured losses and ask it about other sizes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The measured points.
    #[arg(value_name = "POINTS")]
    points: PathBuf,
    /// The column of the models' parameters.
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    size: Option<String>,
    /// The column of the tokens or examples they were trained on.
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    data: Option<String>,
    /// The column of the trainings' FLOPs, from which the data follow: D = C / (6 N).
    #[arg(long, value_name = "COLUMN", conflicts_with = "data", help_heading = "Columns")]
    compute: Option<String>,
    /// The column of the losses.
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    loss: Option<String>,
    /// The column of the qualities, with --metric accuracy.
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    quality: Option<String>,
    /// The column of the standard errors of losses or qualities; points weigh by them.
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    error: Option<String>,
    /// What the points are.
    #[arg(long, value_name = "METRIC", default_value = "loss")]
    metric: Metric,
    /// The least and greatest quality, such as 0.25,1 for a choice of four; without it 0,1.
    #[arg(long, value_name = "LOW,HIGH", value_parser = range)]
    range: Option<(f64, f64)>,
    /// Leave out so many points with the highest losses, or the lowest qualities.
    #[arg(long, value_name = "N", default_value_t = 0)]
    drop_highest: usize,
    /// The law; without it, the one that the points can carry.
    #[arg(long, value_name = "LAW")]
    form: Option<Law>,
    /// Predict the loss at this size and amount of data; repeat for more. Where the law is of the data
    /// alone, the first number is the data.
    #[arg(long, value_name = "SIZE[,DATA]", value_parser = place)]
    at: Vec<At>,
    /// The best size and data for so many FLOPs of training; repeat for more.
    #[arg(long, value_name = "FLOPS", value_parser = amount)]
    budget: Vec<f64>,
    /// The best size to train and then serve so many tokens or examples with, at the loss of --target-loss
    /// or else the best of the first --budget.
    #[arg(long, value_name = "TOKENS", value_parser = amount)]
    served: Option<f64>,
    /// The loss that the model to serve from has to reach.
    #[arg(long, value_name = "LOSS", value_parser = amount, requires = "served")]
    target_loss: Option<f64>,
    /// The share of chances that intervals are to cover, between 0.5 and 1.
    #[arg(long, value_name = "X", default_value_t = 0.95, value_parser = confidence)]
    confidence: f64,
    /// Bootstrap refits for the intervals, 100 to 100000.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    resamples: u32,
    /// Where the bootstrap's random numbers begin.
    #[arg(long, value_name = "N", default_value_t = 17)]
    seed: u64,
    /// Write the findings as JSON to a file, or to standard output with -.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a page with a plot.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What the points are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Metric {
    /// A loss or an error, above 0; lower is better.
    Loss,
    /// A quality with a range, higher is better. The law is of the loss, if there is a column for it from
    /// which the quality follows, else of what the quality lacks; no promise leaves the range.
    Accuracy,
}

/// A law by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Law {
    /// E + A / N^a
    Size,
    /// E + B / D^b
    Data,
    /// E + A / N^a + B / D^b
    Both,
    /// E + A / N^a + B / D^a
    BothTied,
}

impl Law {
    fn form(self) -> Form {
        match self {
            Self::Size => Form::Size,
            Self::Data => Form::Data,
            Self::Both => Form::Both,
            Self::BothTied => Form::BothTied,
        }
    }
}

/// Fits, prints and writes what is asked for.
///
/// # Errors
/// The points or the question are at fault, or a file can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    if args.metric == Metric::Loss && (args.quality.is_some() || args.range.is_some()) {
        let message = "--quality and --range are for points of a metric with a range";
        return Err(CliError::user(message, "add --metric accuracy, or leave them out"));
    }
    let points = points(&args.points, &args.asked(), args.drop_highest)?;
    let found = findings(&points, &args.question())?;
    if let Some(path) = &args.html {
        files::write(path, html(&found).as_bytes())?;
    }
    match &args.json {
        Some(path) if path == Path::new("-") => printer::answer(&json(&found))?,
        Some(path) => {
            files::write(path, json(&found).as_bytes())?;
            printer::answer(&terminal(&found, printer::width()))?;
        }
        None => printer::answer(&terminal(&found, printer::width()))?,
    }
    Ok(if refused(&found) { ExitCode::from(OPEN) } else { ExitCode::SUCCESS })
}

/// Whether something that was asked could not be answered.
fn refused(found: &ScalingFindings) -> bool {
    found.predictions.iter().any(|asked| asked.loss.is_none())
        || found.budgets.iter().any(|asked| asked.size.is_none())
        || found.serving.as_ref().is_some_and(|asked| asked.size.is_none())
}

impl Args {
    fn asked(&self) -> Asked {
        Asked {
            size: self.size.clone(),
            data: self.data.clone(),
            compute: self.compute.clone(),
            loss: self.loss.clone(),
            standard_error: self.error.clone(),
            quality: self.quality.clone(),
            range: (self.metric == Metric::Accuracy).then_some(self.range.unwrap_or((0.0, 1.0))),
        }
    }

    fn question(&self) -> Question {
        let fitting = Fitting { resamples: self.resamples, seed: self.seed, ..Fitting::default() };
        Question {
            form: self.form.map(Law::form),
            at: self.at.clone(),
            budgets: self.budget.clone(),
            served: self.served,
            target_loss: self.target_loss,
            ..Question::new(fitting, self.confidence)
        }
    }
}

fn amount(text: &str) -> Result<f64, String> {
    let value = parse_amount(text).map_err(|error| format!("{error}\n  hint: {}", error.hint()))?;
    if value > 0.0 { Ok(value) } else { Err("must be above 0".to_owned()) }
}

fn place(text: &str) -> Result<At, String> {
    match text.split_once(',') {
        Some((size, data)) => Ok(At { first: amount(size)?, data: Some(amount(data)?) }),
        None => Ok(At { first: amount(text)?, data: None }),
    }
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let ends = text.split_once(',').and_then(|(low, high)| number(low).zip(number(high)));
    ends.filter(|(low, high)| low < high).ok_or_else(|| "expected the lower and the upper end, such as 0,1".to_owned())
}

fn confidence(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| format!("found `{text}`, expected a number such as 0.95"))?;
    if value > 0.5 && value < 1.0 { Ok(value) } else { Err("must be above 0.5 and below 1".to_owned()) }
}

impl From<ScalingError> for CliError {
    fn from(error: ScalingError) -> Self {
        match error {
            ScalingError::Read(error) => error.into(),
            ScalingError::Cells { path, faults } => {
                let hint = "fix the cell, or take the row out of the file";
                let told = |fault: &lagom::scaling::CellFault| (format!("{}, {fault}", path.display()), hint);
                Self::users(faults.iter().map(told))
            }
            error => {
                let hint = error.hint().unwrap_or_default();
                Self::user(error.to_string(), hint)
            }
        }
    }
}
