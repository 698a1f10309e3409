//! `lagom compare`: the verdict on results that other tools measured.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use lagom::compare::{CompareFindings, CompareTerms, judge};
use lagom::report::{compare_html, compare_json, compare_markdown, compare_terminal};
use lagom::scores::{Columns, ImportOptions, Source, read};
use lagom::study::options::{BAR, CONFIDENCE, MARGIN, SMALLEST_BY};
use lagom::study::{Cost, GoodEnough, Rule};

use super::cli_error::{CliError, OPEN};
use super::keys::help;
use super::limits::{ImportedLimits, imported_cost};
use super::{files, printer};

const EXAMPLES: &str = "\
Examples:
  lagom compare scores.csv                       columns example, candidate, score
  lagom compare scores.csv --candidates models.csv --margin 0.02 --smallest-by cost
                                                 models.csv: candidate, parameters, price
  lagom compare logs/ --metric acc --order pythia-410m,pythia-1b,pythia-2.8b
  lagom compare small.json big.json --replay     Inspect logs; how many samples were needed?
  lagom compare promptfoo.json --bar 0.9         the cheapest above 0.9
  lagom compare scores.csv --cluster document --html report.html --json report.json

What it reads (told by the content, or by --from):
  table      CSV, TSV or JSON Lines: one score a row, or one column for each candidate
  lm-eval    lm-evaluation-harness: samples_*.jsonl (--log_samples), results_*.json
  inspect    Inspect: .eval logs, or logs as JSON
  promptfoo  promptfoo: its output as JSON or JSON Lines
  helm       HELM: per_instance_stats.json
  routellm   RouteLLM: tables of right and wrong answers

What is cheaper follows from sizes, prices, costs or --order, never from times unless
--smallest-by latency asks; of two without any, both readings are given. Exit code 0:
decided; 3: can't tell, or it hangs on which of the two is the cheaper one.

Examples that candidates share are compared in pairs, which tells far more than two
means do. Without a reference of your own every candidate is compared with every
other one, with bounds that all hold at once, so picking the best costs no honesty.";

/// Say the verdict on results that other tools measured.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files with results, or folders of them.
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,
    /// Which tool wrote them; without it, each file is looked into.
    #[arg(long, value_name = "FORMAT", value_parser = sources())]
    from: Option<Source>,
    /// A table of candidates: candidate, and any of parameters, bytes, latency, price.
    #[arg(long, value_name = "TABLE")]
    candidates: Option<PathBuf>,
    /// Go on with the examples that all candidates have.
    #[arg(long)]
    intersect: bool,
    /// The metric to judge by, where the files have several.
    #[arg(long, value_name = "NAME")]
    metric: Option<String>,
    /// The task to judge, where the files have several, such as arc_easy or "arc_easy (5-shot)".
    #[arg(long, value_name = "NAME")]
    task: Option<String>,
    /// Which scores are better, higher or lower ones; without it, the files or the metric's name tell.
    #[arg(long, value_name = "WAY", value_parser = ways())]
    direction: Option<bool>,
    /// The same as --direction lower.
    #[arg(long, conflicts_with = "direction")]
    lower_is_better: bool,
    /// The least and the largest score that is possible.
    #[arg(long, value_name = "LOW,HIGH", value_parser = range, allow_hyphen_values = true)]
    range: Option<(f64, f64)>,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    columns: Names,
    /// Also say after how many examples, in random order, the verdict would have stood.
    #[arg(long)]
    replay: bool,
    /// Seed of the replay's order.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "replay")]
    seed: u64,
    /// Write the findings as JSON to a file; `-` prints them in place of the text.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    json: Option<PathBuf>,
    /// Write the report as one HTML page.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the answer as Markdown, to paste into a pull request.
    #[arg(long, value_name = "FILE")]
    md: Option<PathBuf>,
}

/// What good enough means.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Good enough")]
struct Terms {
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "bar")]
    #[arg(help = format!("{}; without it and --bar, the smallest usual one that the examples can resolve", help(MARGIN)))]
    margin: Option<f64>,
    #[arg(long, value_name = "X", allow_negative_numbers = true, help = help(BAR))]
    bar: Option<f64>,
    #[arg(long, value_name = "X", default_value_t = GoodEnough::CONFIDENCE, allow_negative_numbers = true)]
    #[arg(help = help(CONFIDENCE))]
    confidence: f64,
    /// The candidate to compare with, named before the scores were seen; without it, whichever is best.
    #[arg(long, value_name = "NAME")]
    reference: Option<String>,
    /// All candidates, the cheapest first, with commas between.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "smallest_by")]
    order: Vec<String>,
    #[arg(long, value_name = "W", value_parser = imported_cost())]
    #[arg(help = format!("{}; without it, the first of these but latency that is known of all candidates", help(SMALLEST_BY)))]
    smallest_by: Option<&'static dyn Cost>,
    #[command(flatten)]
    limits: ImportedLimits,
}

/// Names of columns.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Columns of a table (guessed from usual names)")]
struct Names {
    /// The example.
    #[arg(long, value_name = "COLUMN")]
    example: Option<String>,
    /// The candidate.
    #[arg(long, value_name = "COLUMN")]
    candidate: Option<String>,
    /// The score: a number, or a word for right or wrong.
    #[arg(long, value_name = "COLUMN")]
    score: Option<String>,
    /// The seed or repeat.
    #[arg(long, value_name = "COLUMN")]
    seed_column: Option<String>,
    /// What examples belong to, such as their document: its examples are not taken as independent.
    #[arg(long, value_name = "COLUMN")]
    cluster: Option<String>,
    /// The time it took: seconds, or milliseconds where the name ends in ms.
    #[arg(long, value_name = "COLUMN")]
    latency: Option<String>,
    /// What it cost.
    #[arg(long, value_name = "COLUMN")]
    cost: Option<String>,
    /// The task, where one table holds several.
    #[arg(long, value_name = "COLUMN")]
    task_column: Option<String>,
    /// The metric, where one table holds several.
    #[arg(long, value_name = "COLUMN")]
    metric_column: Option<String>,
}

/// Prints the verdict, and writes the forms asked for.
///
/// # Errors
/// The files can't be read or do not fit together, the terms make no sense for them, or a report can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let results = read(&args.reading())?;
    let names: Vec<String> = args.files.iter().map(|file| file.display().to_string()).collect();
    let findings = judge(&results, &names, &args.terms())?;
    let printed = args.json.as_deref().is_some_and(|path| path.as_os_str() == "-");
    if let Some(path) = args.json.as_deref().filter(|_| !printed) {
        files::write(path, compare_json(&findings).as_bytes())?;
    }
    if let Some(path) = &args.html {
        files::write(path, compare_html(&findings).as_bytes())?;
    }
    if let Some(path) = &args.md {
        files::write(path, compare_markdown(&findings).as_bytes())?;
    }
    if printed {
        printer::answer(&compare_json(&findings))?;
    } else {
        printer::answer(&compare_terminal(&findings, printer::width()))?;
    }
    Ok(exit_code(&findings))
}

/// 0 if every answer is decided; where nobody knows which of two is cheaper, if both orders name the same one.
fn exit_code(findings: &CompareFindings) -> ExitCode {
    let all = findings.answers.iter().all(|answer| answer.verdict.is_decided());
    if all { ExitCode::SUCCESS } else { ExitCode::from(OPEN) }
}

impl Args {
    fn reading(&self) -> ImportOptions {
        let columns = &self.columns;
        ImportOptions {
            files: self.files.clone(),
            source: self.from,
            candidates: self.candidates.clone(),
            intersect: self.intersect,
            columns: Columns {
                example: columns.example.clone(),
                candidate: columns.candidate.clone(),
                score: columns.score.clone(),
                seed: columns.seed_column.clone(),
                cluster: columns.cluster.clone(),
                latency: columns.latency.clone(),
                cost: columns.cost.clone(),
                task: columns.task_column.clone(),
                metric: columns.metric_column.clone(),
            },
            metric: self.metric.clone(),
            task: self.task.clone(),
            range: self.range,
            higher_is_better: self.direction.or(self.lower_is_better.then_some(false)),
        }
    }

    fn terms(&self) -> CompareTerms {
        let terms = &self.terms;
        CompareTerms {
            rule: terms.bar.map(Rule::Bar).or(terms.margin.map(Rule::Margin)),
            confidence: terms.confidence,
            smallest_by: terms.smallest_by,
            order: terms.order.iter().map(|name| name.trim().to_owned()).collect(),
            reference: terms.reference.clone(),
            limits: terms.limits.0.clone(),
            replay: self.replay,
            seed: self.seed,
        }
    }
}

fn sources() -> impl TypedValueParser<Value = Source> {
    PossibleValuesParser::new(Source::ALL.map(Source::name))
        .try_map(|name| Source::from_name(&name).ok_or("no such format"))
}

/// Whether higher is better.
fn ways() -> impl TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["higher", "lower"]).map(|way| way == "higher")
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    let (low, high) = text.split_once(',').unwrap_or((text, ""));
    number(low)
        .zip(number(high))
        .filter(|(low, high)| low < high)
        .ok_or_else(|| "expected two numbers, the lower first, such as 0,100".to_owned())
}
