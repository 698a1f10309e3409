//! What comes out of the readers, and what is asked of them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What was read from other tools' files.
#[derive(Debug, Clone, PartialEq)]
pub enum Results {
    /// A score for every example: one entry for each task and metric, at least one, in the order of the files.
    PerExample(Vec<Scores>),
    /// Means and standard errors only: one entry for each task and metric, at least one.
    Summaries(Vec<Summaries>),
}

/// Candidates scored on the same examples, by one metric on one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// What was asked, such as `arc_easy`; where the files do not say, the first file's name without its ending.
    pub task: String,
    /// The metric, such as `acc` or `score`.
    pub metric: String,
    /// The examples' names, all different; score vectors follow their order.
    pub examples: Vec<String>,
    /// The number of each example's cluster, counted from 0 without gaps; `None` where examples stand alone.
    pub clusters: Option<Vec<u32>>,
    /// The candidates, at least two, with different names, in the order of the files.
    pub candidates: Vec<Scored>,
    /// The least and the largest score that is possible, where that is known: told by the user, `(0, 1)` for a metric
    /// of that range and for scores that are all 0 or 1. `None` where only the observed scores tell
    /// ([`Scores::observed`]).
    pub range: Option<(f64, f64)>,
    /// Whether a higher score is better.
    pub higher_is_better: bool,
    /// What said so.
    pub direction_from: DirectionFrom,
    /// Further examples, of which some candidate has no score since its call failed or was not scored: they may be anything.
    pub left_out: u64,
    /// What was noticed while reading: whole sentences for the user.
    pub notes: Vec<String>,
}

/// One candidate's scores and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Its name as the files have it.
    pub name: String,
    /// Its scores under each seed (repeat, epoch), at least one.
    pub seeds: Vec<SeedScores>,
    /// Its size, speed and cost.
    pub facts: CandidateFacts,
}

/// The scores of one candidate under one seed.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedScores {
    /// The seed's name; empty where the files name none.
    pub seed: String,
    /// One finite score for each of [`Scores::examples`].
    pub scores: Vec<f32>,
}

/// What is known about a candidate besides its scores.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CandidateFacts {
    /// How many parameters it has; lower is better.
    pub parameters: Option<u64>,
    /// Its size in bytes, on disk or in memory as the table means it; lower is better.
    pub bytes: Option<u64>,
    /// The 95th percentile of the time for one example, in seconds; lower is better.
    pub latency_p95: Option<f64>,
    /// The mean time for one example, in seconds; lower is better.
    pub latency_mean: Option<f64>,
    /// The mean measured cost of one example, in the files' own money; lower is better.
    pub cost: Option<f64>,
    /// The price in the table of candidates; lower is better.
    pub price: Option<Price>,
}

/// A price from a table of candidates, in the table's own money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// How much; never negative.
    pub amount: f64,
    /// For what.
    pub per: PricePer,
}

/// What a [`Price`] is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PricePer {
    /// One example (one call).
    Example,
    /// A million tokens.
    MillionTokens,
    /// The table does not say: only the order of prices means something.
    Unstated,
}

/// Means of candidates by one metric on one task, without the scores of the single examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Summaries {
    /// What was asked, such as `arc_easy`.
    pub task: String,
    /// The metric, such as `acc`.
    pub metric: String,
    /// Whether a higher mean is better.
    pub higher_is_better: bool,
    /// What said so.
    pub direction_from: DirectionFrom,
    /// The least and the largest score that is possible, where the metric's name says so.
    pub range: Option<(f64, f64)>,
    /// One row for each candidate, with different names, in the order of the files; at least two.
    pub rows: Vec<SummaryRow>,
    /// What was noticed while reading: whole sentences for the user.
    pub notes: Vec<String>,
}

/// One candidate's mean on one task.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryRow {
    /// The candidate's name.
    pub candidate: String,
    /// The mean score.
    pub mean: f64,
    /// Its standard error, where the file has one.
    pub standard_error: Option<f64>,
    /// How many examples it is a mean of, where the file says so.
    pub examples: Option<u64>,
    /// Its size, speed and cost.
    pub facts: CandidateFacts,
}

/// What to read, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportOptions {
    /// The files, at least one; a folder stands for the logs in it.
    pub files: Vec<PathBuf>,
    /// Which tool wrote them; `None` looks into each file.
    pub source: Option<Source>,
    /// A table of candidates: CSV, TSV or JSON Lines with `candidate` and any of `parameters`, `bytes`, `latency`,
    /// `price`.
    pub candidates: Option<PathBuf>,
    /// Goes on with the examples that all candidates have, where they differ.
    pub intersect: bool,
    /// The names of columns of a long table.
    pub columns: Columns,
    /// Takes only this metric.
    pub metric: Option<String>,
    /// Takes only this task.
    pub task: Option<String>,
    /// The least and the largest score that is possible; a score outside is an error.
    pub range: Option<(f64, f64)>,
    /// Whether a higher score is better; `None` takes what the files say, else what the metric's name says.
    pub higher_is_better: Option<bool>,
}

/// What said which way of a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectionFrom {
    /// The user.
    Told,
    /// The files: lm-evaluation-harness's results say it of each metric.
    File,
    /// The format, whose scores are all such that higher is better.
    Format,
    /// The metric's name.
    #[default]
    Name,
}

/// The columns (keys) of a long table; `None` is guessed from usual names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// The example's name.
    pub example: Option<String>,
    /// The candidate's name.
    pub candidate: Option<String>,
    /// The score: a number, or a word for right or wrong.
    pub score: Option<String>,
    /// The seed (repeat, run).
    pub seed: Option<String>,
    /// What the example belongs to, such as its document.
    pub cluster: Option<String>,
    /// The time it took: seconds, or milliseconds where the name ends in `ms`.
    pub latency: Option<String>,
    /// What it cost.
    pub cost: Option<String>,
    /// The task, where one table holds several.
    pub task: Option<String>,
    /// The metric, where one table holds several.
    pub metric: Option<String>,
}

impl Columns {
    /// The options of the columns that are named.
    pub(super) fn options(&self) -> Vec<&'static str> {
        let all = [
            ("--example", &self.example),
            ("--candidate", &self.candidate),
            ("--score", &self.score),
            ("--seed-column", &self.seed),
            ("--cluster", &self.cluster),
            ("--latency", &self.latency),
            ("--cost", &self.cost),
            ("--task-column", &self.task),
            ("--metric-column", &self.metric),
        ];
        all.into_iter().filter(|(_, name)| name.is_some()).map(|(option, _)| option).collect()
    }
}

/// Which tool wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A table with one score a row, or one column for each candidate: CSV, TSV or JSON Lines.
    Table,
    /// lm-evaluation-harness: logs of samples, or results.
    LmEval,
    /// Inspect: a log, as it writes it or as JSON.
    Inspect,
    /// promptfoo: its output as JSON or JSON Lines.
    Promptfoo,
    /// HELM: `per_instance_stats.json`.
    Helm,
    /// RouteLLM: tables of right and wrong answers.
    RouteLlm,
}

impl Source {
    /// All of them, in the order in which they are named to the user.
    pub const ALL: [Source; 6] =
        [Source::Table, Source::LmEval, Source::Inspect, Source::Promptfoo, Source::Helm, Source::RouteLlm];

    /// The name by which the user tells it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Table => "table",
            Source::LmEval => "lm-eval",
            Source::Inspect => "inspect",
            Source::Promptfoo => "promptfoo",
            Source::Helm => "helm",
            Source::RouteLlm => "routellm",
        }
    }

    /// The source of that [name](Source::name).
    pub fn from_name(name: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.name() == name)
    }
}

impl Scores {
    /// Whether every score is exactly 0 or 1, as for right or wrong answers.
    pub fn right_or_wrong(&self) -> bool {
        self.all().all(|score| score == 0.0 || score == 1.0)
    }

    /// The least and the largest score there is.
    pub fn observed(&self) -> (f64, f64) {
        self.all().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), score| {
            let score = f64::from(score);
            (low.min(score), high.max(score))
        })
    }

    fn all(&self) -> impl Iterator<Item = f32> {
        self.candidates.iter().flat_map(|scored| &scored.seeds).flat_map(|seed| seed.scores.iter().copied())
    }
}
