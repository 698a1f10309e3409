//! What can be wrong with results of other tools, and what to do about it.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::cell;
use super::direction::names_metric;
use super::span::Span;
use super::types::Source;

/// More pairs of candidate and seed than anyone compares: a column of something else was taken for one of them.
pub(super) const MOST_COLUMNS: usize = 4096;

/// Where something stands: a file and the number of a line, sample or entry in it, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// What is counted, such as `line`.
    pub unit: &'static str,
    /// Its number, counted from 1.
    pub number: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} {}", self.path.display(), self.unit, self.number)
    }
}

/// Why results could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what the texts name")]
pub enum ScoresError {
    /// No file was named, or a folder without results.
    #[error("{}found no results to read", at(path.as_deref()))]
    NoFiles { path: Option<PathBuf> },
    /// There is no such file.
    #[error("{}: no such file", path.display())]
    NotFound { path: PathBuf },
    /// The operating system failed to read the file.
    #[error("{}: the file could not be read: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// Nothing in it.
    #[error("{}: the file is empty, expected results", path.display())]
    Empty { path: PathBuf },
    /// A header or a log without a single score.
    #[error("{}: found no scored examples", path.display())]
    NoRows { path: PathBuf },
    /// A packed or binary file.
    #[error("{}: found {what}, expected text", path.display())]
    Packed { path: PathBuf, what: &'static str },
    /// Bytes that are not UTF-8.
    #[error("{place}: found bytes that are not UTF-8")]
    NotUtf8 { place: Place },
    /// Nothing that any reader knows.
    #[error("{}: found {found}, which is no format lagom knows", path.display())]
    UnknownFormat { path: PathBuf, found: String },
    /// The user named a format that the file does not have.
    #[error("{}: told to be {}, but found {found}", path.display(), told.name())]
    NotThatFormat { path: PathBuf, told: Source, found: String },
    /// Shares in per cent beside numbers above 1 that are not.
    #[error("{}: column \"{column}\" holds cells with a sign of per cent beside numbers above 1 without one", path.display())]
    MixedPerCent { path: PathBuf, column: String },
    /// A table that can't be read.
    #[error(transparent)]
    Table(#[from] lagom_table::ReadError),
    /// Text that is not JSON; `column` is in bytes from 1.
    #[error("{}, line {line}, column {column}: not valid JSON: {message}", path.display())]
    Json { path: PathBuf, line: usize, column: usize, message: String },
    /// The file ends in the middle of a line or a value.
    #[error("{}, line {line}: the file ends in the middle of an entry", path.display())]
    CutOff { path: PathBuf, line: usize },
    /// No column that could play a part.
    #[error("{}: found no column for the {role} among {}", path.display(), list(columns))]
    MissingColumn { path: PathBuf, role: &'static str, columns: Vec<String> },
    /// A column named by the user that is not there.
    #[error("{}: found no column \"{name}\" for the {role}, only {}", path.display(), list(columns))]
    NoSuchColumn { path: PathBuf, role: &'static str, name: String, columns: Vec<String> },
    /// Two columns of one name.
    #[error("{}: two columns are named \"{name}\"", path.display())]
    DuplicateColumn { path: PathBuf, name: String },
    /// More columns than a table may have.
    #[error("{}: found more than {most} columns", path.display())]
    TooManyColumns { path: PathBuf, most: usize },
    /// A log's entry that lacks what every entry has.
    #[error("{place}: found no \"{key}\", expected {expected}")]
    MissingKey { place: Place, key: String, expected: &'static str },
    /// Something other than a score where a score belongs.
    #[error("{place}, column \"{column}\": found \"{found}\", expected a number or a word for right or wrong")]
    NotScore { place: Place, column: String, found: String },
    /// Nothing where a score belongs.
    #[error("{place}, column \"{column}\": the score is missing")]
    NoScore { place: Place, column: String },
    /// A score that is not finite.
    #[error("{place}, column \"{column}\": the score is {found}, expected a finite number")]
    NotFinite { place: Place, column: String, found: String },
    /// A score outside its range.
    #[error("{place}: the score {score} of \"{metric}\" is outside its range from {low} to {high}")]
    OutOfRange { place: Place, metric: String, score: f64, low: f64, high: f64 },
    /// A range that is none.
    #[error("range from {low} to {high}: expected two finite numbers, the smaller first")]
    BadRange { low: f64, high: f64 },
    /// A time, cost, size or price that is negative or not a number.
    #[error("{place}, column \"{column}\": found \"{found}\", expected a number that is not negative")]
    NotAmount { place: Place, column: String, found: String },
    /// The same pair of example and candidate twice.
    #[error("example \"{example}\" of candidate \"{candidate}\"{} is scored twice: {first}, and {second}", of(seed))]
    Duplicate { example: String, candidate: String, seed: String, first: Box<Place>, second: Box<Place> },
    /// A candidate that stands twice in the table of candidates.
    #[error("{place}: candidate \"{candidate}\" stands twice in the table of candidates")]
    DuplicateCandidate { candidate: String, place: Place },
    /// Candidates that were scored on different examples.
    #[error(
        "task \"{task}\": candidate \"{candidate}\"{} has no score for {missing} of {examples} examples, such as {}",
        of(seed),
        list(such)
    )]
    DifferentExamples {
        task: String,
        candidate: String,
        seed: String,
        missing: usize,
        examples: usize,
        such: Vec<String>,
    },
    /// More examples without a score than can be left out unasked.
    #[error(
        "task \"{task}\": {missing} of {examples} examples lack a score of some candidate (errors, or no score given), such as {}",
        list(such)
    )]
    TooManyUnscored { task: String, missing: usize, examples: usize, such: Vec<String> },
    /// A table of means, of which nothing says how certain they are.
    #[error("{}: found means of \"{metric}\" (no column names examples), that of \"{candidate}\" {why}", path.display())]
    MeansAlone { path: PathBuf, metric: String, candidate: String, why: &'static str },
    /// A standard error that cannot be of its mean.
    #[error(
        "{}: the {metric} of \"{candidate}\" is {mean} with a standard error of {found}, expected one between {least} and {most}",
        path.display()
    )]
    OddError { path: PathBuf, metric: String, candidate: String, mean: f64, found: f64, least: f64, most: f64 },
    /// A column beside candidates with one text in all rows.
    #[error("{}: column \"{name}\" holds \"{text}\" in every row, expected a score, or texts of the examples", path.display())]
    OneText { path: PathBuf, name: String, text: String },
    /// A column beside candidates of which nothing says whether it is one.
    #[error(
        "{}: column \"{name}\" holds whole numbers from {low} to {high}, where {} hold right or wrong (1 or 0)",
        path.display(),
        list(others)
    )]
    OddColumn { path: PathBuf, name: String, low: f64, high: f64, others: Vec<String> },
    /// Candidates scored on different scales.
    #[error(
        "task \"{task}\", metric \"{metric}\": \"{small}\" is scored {of_small}, \"{large}\" {of_large}: these look like two scales"
    )]
    MixedScales { task: String, metric: String, small: String, of_small: Box<Span>, large: String, of_large: Box<Span> },
    /// An archive that can't be unpacked.
    #[error("{}: found a broken archive, {member}: {why}", path.display())]
    BrokenArchive { path: PathBuf, member: String, why: String },
    /// No example that all candidates have.
    #[error("task \"{task}\": no example is scored for all of {}", list(candidates))]
    NothingInCommon { task: String, candidates: Vec<String> },
    /// The same example with different content.
    #[error("task \"{task}\", example \"{example}\": {first} and {second} hold different data under this name")]
    DifferentData { task: String, example: String, first: Box<Place>, second: Box<Place> },
    /// An example that is in two clusters.
    #[error("example \"{example}\" is in cluster \"{first}\" and, {place}, in \"{second}\"")]
    TwoClusters { example: String, first: String, second: String, place: Place },
    /// Only one candidate.
    #[error("found only one candidate, \"{candidate}\", expected at least two")]
    OneCandidate { candidate: String },
    /// Means of several candidates, none on the same task with the same number of shots.
    #[error("no two candidates were measured on the same task with the same number of shots, only {}", list(measured))]
    NothingShared { measured: Vec<String> },
    /// A log whose scores are not of single examples.
    #[error("{}: task \"{task}\" has no scores of single examples: {why}", path.display())]
    NoPerExample { path: PathBuf, task: String, why: String },
    /// A task that the files lack.
    #[error("found no task \"{asked}\", only {}", list(found))]
    NoSuchTask { asked: String, found: Vec<String> },
    /// A metric that the files lack.
    #[error("found no metric \"{asked}\", only {}", list(found))]
    NoSuchMetric { asked: String, found: Vec<String> },
    /// An option that this format has no use for.
    #[error("{}: {option} says nothing about {found}", path.display())]
    Unused { path: PathBuf, option: String, found: &'static str, hint: &'static str },
    /// A column of something else was taken for the candidate or the seed.
    #[error("{}: found more than {MOST_COLUMNS} pairs of candidate and seed ({candidates} candidates, {seeds} seeds), the most that lagom compares", path.display())]
    TooManyCandidates { path: PathBuf, candidates: usize, seeds: usize },
    /// Neither the user, nor the files, nor a metric's name says which way is better.
    #[error("found the metric {}, and nothing says whether higher or lower is better", list(metrics))]
    UnknownDirection { metrics: Vec<String> },
    /// The user says a direction of several metrics, and it contradicts one of them.
    #[error("told that {} is better, but of \"{metric}\", one of several metrics, it is the other way round", word(*told))]
    DirectionOfSeveral { told: bool, metric: String },
    /// Two files say the contrary of each other.
    #[error("{}: says the contrary of another file of whether higher \"{metric}\" is better", path.display())]
    DirectionsDiffer { path: PathBuf, metric: String },
    /// More distinct names or lines than 32 bits count.
    #[error("{}: more than four billion entries", path.display())]
    TooMany { path: PathBuf },
}

impl ScoresError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoFiles { .. } => "name the files that hold the results, or a folder with logs",
            Self::NotFound { .. } => "check the path",
            Self::Io { .. } => "check that it is a file you may read",
            Self::Empty { .. } | Self::NoRows { .. } => "check that the evaluation ran to its end and wrote this file",
            Self::Packed { .. } => "unpack it first, or export it as CSV",
            Self::NotUtf8 { .. } => "convert the file, for example: iconv -f latin1 -t utf-8",
            Self::UnknownFormat { .. } => LOOKED_FOR,
            Self::NotThatFormat { .. } => "leave --from out to have the format recognised, or name another file",
            Self::TooManyColumns { .. } => "keep fewer columns; if rows and columns are exchanged, turn the table",
            Self::MixedPerCent { .. } => "write all of them in one way",
            Self::Table(error) => return error.hint(),
            Self::Json { .. } => "fix the line, or write the log again",
            Self::CutOff { .. } => {
                "the log was not written to its end: run the evaluation again, or take the last line out"
            }
            Self::MissingColumn { role: "score", columns, .. } => {
                let metrics: Vec<&String> = columns.iter().filter(|name| names_metric(name)).collect();
                return Some(match metrics.as_slice() {
                    [] => "name it: --score COLUMN".to_owned(),
                    [one] => format!("name it: --score {one}"),
                    several => {
                        let all: Vec<String> = several.iter().map(|name| format!("--score {name}")).collect();
                        format!("name one: {}", all.join(" or "))
                    }
                });
            }
            Self::MissingColumn { role, .. } => return Some(format!("name it: --{} COLUMN", option(role))),
            Self::NoSuchColumn { .. } => "name one of those",
            Self::DuplicateColumn { .. } => "rename one of them",
            Self::MissingKey { .. } => "check that the tool wrote the file, or name another format with --from",
            Self::NotScore { found, .. } if cell::is_ambiguous(found) => {
                "write it with a decimal point or without any sign in it: a comma before three digits may be either"
            }
            Self::NotScore { found, .. } if found.contains(['\u{b1}']) || found.contains("+/-") => {
                "write the mean and its standard error in two columns, for example accuracy,stderr"
            }
            Self::NotScore { .. } => {
                "write numbers, 1/0, true/false, correct/incorrect, right/wrong, yes/no or pass/fail"
            }
            Self::NoScore { .. } => "give it a score, or take it out",
            Self::NotFinite { .. } => "find out why the tool could not score it; give it a score, or take it out",
            Self::OutOfRange { .. } => "correct the score, or say what is possible: --range LOW,HIGH",
            Self::BadRange { .. } => "say for example --range 0,100",
            Self::NotAmount { .. } => "correct the cell, or leave it empty where it is unknown",
            Self::Duplicate { first, .. } if first.unit == "sample" => {
                "both runs ended: leave one of the logs out; repeats belong into one run (Inspect: --epochs)"
            }
            Self::Duplicate { .. } => {
                "take one out; where it is a repeat, name the column that tells them apart: --seed-column"
            }
            Self::DuplicateCandidate { .. } => "give every candidate one row",
            Self::DifferentExamples { .. } => {
                "score all candidates on the same examples, or compare on the common ones: --intersect"
            }
            Self::TooManyUnscored { .. } => {
                "score them (Inspect: inspect eval-retry LOG), or go on without them, as if they were like the others: --intersect"
            }
            Self::OneText { .. } => {
                "if it is a candidate whose every call failed, run it again; else take the column away, or name the candidates: --candidates TABLE"
            }
            Self::MeansAlone { .. } => {
                "add a column with their standard errors (stderr), or with the number of examples (n) and say which scores an \
                 example can have (--range 0,1); better give a score for every example, whose column --example names"
            }
            Self::OddError { .. } => {
                "bring both to one scale (a standard error of 1.3 % is 0.013 beside shares); or take the column away and give the number of examples (n)"
            }
            Self::OddColumn { .. } => {
                "take the column out; or name the candidates in a table: --candidates TABLE (column candidate)"
            }
            Self::MixedScales { .. } => {
                "bring them to one scale (divide percentages by 100); if they are on one already, say which: --range 0,100"
            }
            Self::BrokenArchive { .. } => "copy the file again, or run the evaluation again",
            Self::NothingInCommon { .. } => "check that the examples have the same names in all files",
            Self::DifferentData { .. } => "compare logs of the same data set, version and split",
            Self::TwoClusters { .. } => "give every example one cluster",
            Self::OneCandidate { .. } => "name the results of another candidate too",
            Self::NothingShared { .. } => "measure all candidates alike (lm-eval: the same --tasks and --num_fewshot)",
            Self::NoPerExample { .. } => "choose another --metric, or log the samples (lm-eval: --log_samples)",
            Self::NoSuchTask { .. } | Self::NoSuchMetric { .. } => "name one of those",
            Self::TooManyCandidates { .. } => "check which columns hold them: --candidate COLUMN, --seed-column COLUMN",
            Self::Unused { hint, .. } => hint,
            Self::UnknownDirection { metrics } if metrics.len() > 1 => {
                "name the metric and say it: --metric NAME --direction higher, or --direction lower"
            }
            Self::UnknownDirection { .. } => "say it: --direction higher, or --direction lower",
            Self::DirectionOfSeveral { .. } => "name the one it is about: --metric NAME",
            Self::DirectionsDiffer { .. } => {
                "give files of one version of the task, or say it: --metric NAME --direction higher (or lower)"
            }
            Self::TooMany { .. } => "split the file",
        };
        Some(hint.to_owned())
    }
}

const LOOKED_FOR: &str = "expected a table with example, candidate and score (CSV, TSV, JSON Lines), \
    lm-evaluation-harness samples_*.jsonl or results_*.json, an Inspect log (.eval or JSON), promptfoo's output (JSON or JSON Lines), or HELM's \
    per_instance_stats.json; name it with --from where it is one of them";

/// The option that names the column of a role.
fn option(role: &str) -> &str {
    if role == "seed" { "seed-column" } else { role }
}

fn at(path: Option<&Path>) -> String {
    path.map(|path| format!("{}: ", path.display())).unwrap_or_default()
}

fn word(higher: bool) -> &'static str {
    if higher { "higher" } else { "lower" }
}

fn of(seed: &str) -> String {
    if seed.is_empty() { String::new() } else { format!(" under seed \"{seed}\"") }
}

/// Names in quotes, the first five of them.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("\"{name}\"")).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 { format!("{} and {more} more", quoted.join(", ")) } else { quoted.join(", ") }
}
