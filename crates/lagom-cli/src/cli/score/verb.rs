//! Arguments of `lagom score`, and its way from files to scores.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use lagom::metric::{Blind, Metric, MetricError, OutcomeKind, Resampling, TextScorer, compare_systems, count_texts};
use lagom::report::{other_letters, uncut, uncut_words};

use super::read::{File, Format, fault, problem};
use super::settings::ToldOptions;
use super::show::{Found, Row};
use crate::cli::cli_error::{CliError, Fault};
use crate::cli::{files, layout, printer};

const EXAMPLES: &str = "\
Examples:
  lagom score answers.txt references.txt               BLEU and chrF2, a text a line
  lagom score out.txt ref-a.txt ref-b.txt --metric bleu,ter
                                                       two references for each answer
  lagom score base.txt ref.txt --system new.txt        is the new one better? paired tests
  lagom score out.jsonl --field answer --references gold --metric token-f1,exact-match-squad
                                                       both in one file; `gold` may be a list
  zcat out.gz | lagom score - ref.txt.gz --metric rouge-l --stemmer --json

Values equal those of sacreBLEU 2.6.0, rouge-score 0.1.2 and the SQuAD scripts. Intervals
and p-values come from resampling what was counted, with estimators as in sacreBLEU but
another generator of chance.";

/// Score texts against references.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The answers: a text a line, or JSON Lines; gzip is unpacked; `-` is standard input.
    #[arg(value_name = "ANSWERS")]
    answers: PathBuf,
    /// The references, line by line with the answers; several files are several references for each answer.
    #[arg(value_name = "REFERENCES")]
    references: Vec<PathBuf>,
    /// The metrics, with commas between.
    #[arg(long, short, value_name = "NAMES", value_delimiter = ',', default_values = ["bleu", "chrf"], value_parser = metrics())]
    metric: Vec<Metric>,
    /// Answers of another system, to compare with the first; may be given several times.
    #[arg(long, value_name = "ANSWERS")]
    system: Vec<PathBuf>,
    /// How files hold their texts; without it, names that end in .jsonl or .ndjson tell (also before .gz).
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The field of the answer in JSON Lines.
    #[arg(long, value_name = "NAME", default_value = "answer")]
    field: String,
    /// The field of the references in JSON Lines, a text or a list; without a file of references, in that of the
    /// answers.
    #[arg(long = "references", value_name = "NAME", default_value = "references", id = "reference-field")]
    reference_field: String,
    #[command(flatten)]
    options: ToldOptions,
    /// The share of resamples in an interval.
    #[arg(long, value_name = "X", default_value_t = 0.95, value_parser = share)]
    confidence: f64,
    /// Resamples of the bootstrap.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    resamples: usize,
    /// Trials of the approximate randomisation.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000_000))]
    trials: usize,
    /// Seed of both.
    #[arg(long, value_name = "N", default_value_t = 12_345)]
    seed: u64,
    /// Write the scores as JSON to a file; `-` prints them in place of the table.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    json: Option<PathBuf>,
}

fn metrics() -> impl TypedValueParser<Value = Metric> {
    let of_texts = Metric::ALL.into_iter().filter(|metric| metric.fits(OutcomeKind::Texts));
    PossibleValuesParser::new(of_texts.map(|metric| PossibleValue::new(metric.name())).collect::<Vec<_>>())
        .try_map(|name| Metric::parse(&name).ok_or("no such metric"))
}

fn share(text: &str) -> Result<f64, String> {
    let value = text.trim().parse::<f64>().ok().filter(|value| *value > 0.0 && *value < 1.0);
    value.ok_or_else(|| "expected a share between 0 and 1, such as 0.95".to_owned())
}

/// Prints scores, and writes them where asked.
///
/// # Errors
/// Files that can't be read or do not fit together, references that a metric can't use, settings out of range.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let mut metrics: Vec<Metric> = Vec::new();
    args.metric.iter().for_each(|metric| {
        if !metrics.contains(metric) {
            metrics.push(*metric);
        }
    });
    let settings = args.options.0.settings(&metrics)?;
    let texts = args.texts(&metrics)?;
    let resampling =
        Resampling { resamples: args.resamples, trials: args.trials, confidence: args.confidence, seed: args.seed };
    let scorer = |metric: &Metric| TextScorer::with_files(*metric, settings, args.options.0.files());
    let scorers = metrics.iter().map(scorer).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    scorers.iter().try_for_each(TextScorer::ready).map_err(wrong)?;
    for &metric in &metrics {
        let warning = Blind::of(metric, &settings, texts.all()).map(|blind| match blind {
            Blind::Unspaced(script) if metric == Metric::Bleu => {
                uncut(script, settings.bleu.tokeniser, "Give another --tokeniser")
            }
            Blind::Unspaced(script) => uncut_words(script, metric),
            Blind::OtherLetters { spaced } => other_letters(metric, spaced.then_some("Give --rouge-tokens unicode")),
        });
        warning.iter().for_each(|warning| printer::note(&format!("warning: {warning}")));
    }
    let counted = count(&scorers, &texts)?;
    let rows = scorers.iter().zip(&counted).map(|(scorer, systems)| row(scorer, systems, &texts, &resampling));
    let rows = rows.collect::<Result<_, _>>()?;
    let systems = texts.systems.iter().map(|(name, _)| name.clone()).collect();
    let found = Found { systems, examples: texts.references.len(), resampling, rows };
    match args.json.as_deref() {
        Some(path) if path.as_os_str() == "-" => printer::answer(&found.json())?,
        other => {
            if let Some(path) = other {
                files::write(path, found.json().as_bytes())?;
            }
            printer::answer(&found.table())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The answers of each system and the references of each example.
struct Texts {
    systems: Vec<(String, Vec<String>)>,
    references: Vec<Vec<String>>,
}

impl Texts {
    /// All texts.
    fn all(&self) -> impl Iterator<Item = &str> {
        let answers = self.systems.iter().flat_map(|(_, answers)| answers);
        answers.chain(self.references.iter().flatten()).map(String::as_str)
    }
}

/// The numbers of all examples, scorer by scorer and for each system by system: a text is cut into words once.
fn count(scorers: &[TextScorer], texts: &Texts) -> Result<Vec<Vec<Vec<f64>>>, CliError> {
    let mut counted = vec![vec![Vec::new(); texts.systems.len()]; scorers.len()];
    let mut faults = Vec::new();
    for (at, references) in texts.references.iter().enumerate() {
        let answers: Vec<&str> = texts.systems.iter().map(|(_, answers)| answers[at].as_str()).collect();
        match count_texts(scorers, &answers, references) {
            Ok(found) => {
                for ((numbers, systems), scorer) in found.iter().zip(&mut counted).zip(scorers) {
                    let each = numbers.chunks(scorer.formula().width());
                    systems.iter_mut().zip(each).for_each(|(system, own)| system.extend_from_slice(own));
                }
            }
            Err(error @ MetricError::Tokeniser(_)) => return Err(wrong(error)),
            Err(error) => faults.push(fault(format!("line {}: {error}", at + 1), "mend that reference")),
        }
    }
    if faults.is_empty() { Ok(counted) } else { Err(problem(faults)) }
}

fn row(scorer: &TextScorer, systems: &[Vec<f64>], texts: &Texts, resampling: &Resampling) -> Result<Row, CliError> {
    let metric = scorer.metric();
    let scores = compare_systems(&scorer.formula(), systems, resampling).map_err(wrong)?;
    let count = texts.references.first().map_or(0, Vec::len);
    let same = texts.references.iter().all(|references| references.len() == count);
    let references = if metric == Metric::JsonValid { None } else { Some(if same { count } else { 0 }) };
    Ok(Row { metric, signature: scorer.signature(references), scores })
}

fn wrong(error: MetricError) -> CliError {
    let hint = match &error {
        MetricError::Tokeniser(error) => error.hint(),
        _ => "see `lagom score --help`",
    };
    CliError::user(error.to_string(), hint)
}

/// Whether a reference without text can be compared with: it says that there is no answer, or is a text of no words, as the
/// reference implementations have it.
fn may_be_empty(metric: Metric) -> bool {
    !matches!(metric, Metric::TokenF1 | Metric::JsonFields | Metric::NumericAnswer | Metric::RegexMatch)
}

impl Args {
    /// Reads all files and checks that they belong together.
    fn texts(&self, metrics: &[Metric]) -> Result<Texts, CliError> {
        let paths: Vec<&Path> =
            [&self.answers].into_iter().chain(&self.system).chain(&self.references).map(PathBuf::as_path).collect();
        if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
            return Err(CliError::user("standard input can be read only once", "give files for the others"));
        }
        let read: Vec<Result<File, Fault>> = paths.iter().map(|path| File::read(path, self.format)).collect();
        let (files, faults): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
        let faults: Vec<Fault> = faults.into_iter().filter_map(Result::err).collect();
        if !faults.is_empty() {
            return Err(problem(faults));
        }
        let files: Vec<File> = files.into_iter().filter_map(Result::ok).collect();
        let (systems, references) = files.split_at(1 + self.system.len());
        check_lengths(&files)?;
        let references = self.references(&systems[0], references, metrics)?;
        let mut named = Vec::new();
        for file in systems {
            let texts = file.texts(&self.field).map_err(problem)?;
            if let Some(at) = texts.iter().position(|texts| texts.len() != 1) {
                let message = format!("{}, line {}: {} answers", file.name(), at + 1, texts[at].len());
                return Err(CliError::user(message, "an example has one answer of each system"));
            }
            named.push((file.name().to_owned(), texts.into_iter().flatten().collect()));
        }
        Ok(Texts { systems: named, references })
    }

    /// The references of each example, from the files of references or else from that of the answers.
    fn references(&self, answers: &File, files: &[File], metrics: &[Metric]) -> Result<Vec<Vec<String>>, CliError> {
        let none_needed = metrics == [Metric::JsonValid];
        if files.is_empty() && none_needed {
            return Ok(vec![vec![String::new()]; answers.len()]);
        }
        if files.is_empty() && !answers.has_fields() {
            let hint = "name a file of references, or a JSON Lines file that holds both";
            return Err(CliError::user("there are no references", hint));
        }
        let from = if files.is_empty() { std::slice::from_ref(answers) } else { files };
        let mut all: Vec<Vec<String>> = vec![Vec::new(); answers.len()];
        let mut faults = Vec::new();
        let empty = metrics.iter().find(|metric| !may_be_empty(**metric));
        for file in from {
            let mut empty_at = Vec::new();
            let texts = file.texts(&self.reference_field).map_err(problem)?;
            for (at, (texts, all)) in texts.into_iter().zip(&mut all).enumerate() {
                let blank = texts.iter().any(|text| text.trim().is_empty());
                if let Some(metric) = empty.filter(|_| blank) {
                    let message = format!("{}, line {}: the reference is empty", file.name(), at + 1);
                    let hint = format!("leave the example out; {} has nothing to compare with", metric.name());
                    faults.push(fault(message, &hint));
                } else if blank {
                    empty_at.push(at + 1);
                }
                all.extend(texts);
            }
            if let Some(first) = empty_at.first() {
                let count = layout::plural(empty_at.len(), "empty reference", "empty references");
                printer::note(&format!("note: {}: {count}, the first on line {first}", file.name()));
            }
        }
        if faults.is_empty() { Ok(all) } else { Err(problem(faults)) }
    }
}

/// All files must have as many texts as the first.
fn check_lengths(files: &[File]) -> Result<(), CliError> {
    let Some(first) = files.first() else { return Ok(()) };
    if first.len() == 0 {
        return Err(CliError::user(format!("{} is empty", first.name()), "a text on each line is expected"));
    }
    let other = |file: &&File| file.len() != first.len();
    let unequal = |file: &File| {
        let message = format!("{} has {} lines, but {} has {}", file.name(), file.len(), first.name(), first.len());
        fault(message, "line n of every file must belong to the same example")
    };
    let faults: Vec<Fault> = files.iter().filter(other).map(unequal).collect();
    if faults.is_empty() { Ok(()) } else { Err(problem(faults)) }
}
