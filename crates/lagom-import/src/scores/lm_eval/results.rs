//! Means and standard errors of tasks, without samples.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::scores::cell::{self, Cell};
use crate::scores::certainty::{self, by_count};
use crate::scores::error::{Place, ScoresError};
use crate::scores::few::some;
use crate::scores::files;
use crate::scores::gather::Seen;
use crate::scores::json;
use crate::scores::metric;
use crate::scores::settle::{Asked, Direction, settle};
use crate::scores::types::{CandidateFacts, DirectionFrom, ImportOptions, Results, Summaries, SummaryRow};

/// A results file, old or new. Keys that are not needed are passed over.
#[derive(Debug, Deserialize)]
struct File {
    #[serde(default)]
    results: BTreeMap<String, Value>,
    #[serde(default)]
    model_name: Option<Value>,
    #[serde(default)]
    config: Option<Value>,
    #[serde(default, rename = "n-samples")]
    samples: BTreeMap<String, Value>,
    #[serde(default, rename = "n-shot")]
    shots: BTreeMap<String, Value>,
    #[serde(default)]
    higher_is_better: BTreeMap<String, Value>,
    #[serde(default)]
    group_subtasks: BTreeMap<String, Value>,
}

fn open(path: &Path) -> Result<File, ScoresError> {
    let text = files::text(path)?;
    json::read(path, &json::without_nan(&text), 1, true)
}

/// What a results file says of the samples beside it.
pub(super) struct Beside {
    /// The model.
    pub(super) model: Option<String>,
    file: File,
}

impl Beside {
    /// Reads a results file.
    pub(super) fn read(path: &Path) -> Result<Self, ScoresError> {
        let file = open(path)?;
        Ok(Self { model: file.model(), file })
    }

    /// Whether a higher score is better, where the file says so of a task and metric.
    pub(super) fn direction(&self, task: &str, metric: &str) -> Option<bool> {
        self.file.direction(task, metric)
    }
}

impl File {
    /// `model_name`, else what `config.model_args` loads (the order of keys is the harness's own), else `config.model`.
    fn model(&self) -> Option<String> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(name) = self.model_name.as_ref().and_then(text) {
            return Some(name);
        }
        let config = self.config.as_ref()?;
        let keys = ["peft", "delta", "pretrained", "model", "path", "engine"];
        let args = config.get("model_args");
        let in_text = |args: &str, key: &str| {
            let pairs = args.split(',').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
        };
        let found = keys.iter().find_map(|key| match args? {
            Value::String(args) => in_text(args, key),
            Value::Object(args) => args.get(*key).and_then(text),
            _ => None,
        });
        found.or_else(|| config.get("model").and_then(text))
    }

    /// Whether a "task" is a group whose mean is made of other tasks here.
    fn is_group(&self, task: &str) -> bool {
        self.group_subtasks.get(task).and_then(Value::as_array).is_some_and(|tasks| !tasks.is_empty())
    }

    fn examples(&self, task: &str) -> Option<u64> {
        let samples = self.samples.get(task)?;
        samples.get("effective").or_else(|| samples.get("original")).and_then(Value::as_u64)
    }

    /// How many solved examples the prompt showed: of the task, else (before 0.4) of all tasks.
    fn shots(&self, task: &str) -> Option<u64> {
        let all = || self.config.as_ref()?.get("num_fewshot");
        self.shots.get(task).or_else(all).and_then(Value::as_u64)
    }

    fn direction(&self, task: &str, metric: &str) -> Option<bool> {
        self.higher_is_better.get(task)?.get(metric.split(',').next().unwrap_or(metric))?.as_bool()
    }
}

/// One task with one number of shots, by one metric.
#[derive(Debug)]
struct Table {
    means: Summaries,
    shots: Option<u64>,
    /// The file each row came from.
    origins: Vec<PathBuf>,
    /// What the files say of whether higher is better.
    said: Option<bool>,
}

/// What a mean is of.
pub(in crate::scores) struct Measured<'a> {
    /// The task.
    pub(in crate::scores) task: &'a str,
    /// The metric.
    pub(in crate::scores) metric: &'a str,
    /// How many solved examples the prompt showed.
    pub(in crate::scores) shots: Option<u64>,
    /// What the file says of whether higher is better.
    pub(in crate::scores) said: Option<bool>,
    /// The least and the largest score of an example, where known.
    pub(in crate::scores) range: Option<(f64, f64)>,
}

/// Means of all files of means read so far.
#[derive(Debug, Default)]
pub(in crate::scores) struct Means {
    tables: Vec<Table>,
    seen: Seen,
    notes: Vec<String>,
}

impl Means {
    /// Whether no file was read.
    pub(in crate::scores) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.seen.tasks.is_empty()
    }

    /// Reads one results file.
    pub(in crate::scores) fn add(&mut self, reading: &ImportOptions, path: &Path) -> Result<(), ScoresError> {
        let file = open(path)?;
        let candidate = file.model().unwrap_or_else(|| files::stem(path));
        if file.results.is_empty() {
            return Err(ScoresError::NoRows { path: path.to_path_buf() });
        }
        for (task, metrics) in &file.results {
            let Some(metrics) = metrics.as_object() else { continue };
            if file.is_group(task) && reading.task.as_ref() != Some(task) {
                continue;
            }
            let shots = file.shots(task);
            // a task is asked for by its name, or by its name with the shots
            let asked =
                reading.task.as_ref().filter(|asked| Some(*asked) == shots.map(|n| with_shots(task, n)).as_ref());
            let name = asked.unwrap_or(task);
            for (key, value) in metrics {
                if key == "alias" || key == "sample_len" || key.contains("_stderr") {
                    continue;
                }
                let metric = key.strip_suffix(",none").unwrap_or(key);
                let Some(mean) = value.as_f64() else {
                    no_mean(path, metric, value)?;
                    continue;
                };
                if !self.seen.wanted(name, metric, reading) {
                    continue;
                }
                let (said, range) = (file.direction(task, metric), metric::range(metric));
                let (told, examples) = (metrics.get(&stderr_key(key)).and_then(Value::as_f64), file.examples(task));
                // One of 0 says that all examples were alike, or that nothing was reckoned: not that the mean is exact.
                let counted = || Some(by_count(mean, examples.filter(|count| *count > 0)? as f64, range?));
                let row = SummaryRow {
                    candidate: candidate.clone(),
                    mean,
                    standard_error: told.filter(|error| *error > 0.0).or_else(|| told.and_then(|_| counted())),
                    examples,
                    facts: CandidateFacts::default(),
                };
                self.insert(path, &Measured { task, metric, shots, said, range }, row)?;
            }
        }
        Ok(())
    }

    /// Whether a task and its metric are asked for; remembers both.
    pub(in crate::scores) fn wanted(&mut self, task: &str, metric: &str, reading: &ImportOptions) -> bool {
        self.seen.wanted(task, metric, reading)
    }

    /// Notes a sentence for all tables, once.
    pub(in crate::scores) fn note(&mut self, sentence: String) {
        if !self.notes.contains(&sentence) {
            self.notes.push(sentence);
        }
    }

    /// Adds a mean.
    ///
    /// # Errors
    /// The candidate has one already; files contradict each other on which way is better.
    pub(in crate::scores) fn insert(
        &mut self,
        path: &Path,
        of: &Measured<'_>,
        row: SummaryRow,
    ) -> Result<(), ScoresError> {
        certainty::check(path, of.metric, of.range, &row)?;
        let Measured { task, metric, shots, said: higher_is_better, range } = *of;
        let same = |table: &Table| table.means.task == task && table.means.metric == metric && table.shots == shots;
        let at = self.tables.iter().position(same).unwrap_or_else(|| {
            let (task, metric) = (task.to_owned(), metric.to_owned());
            let (rows, notes, direction_from) = (Vec::new(), Vec::new(), DirectionFrom::File);
            let means = Summaries { task, metric, higher_is_better: true, direction_from, range, rows, notes };
            self.tables.push(Table { means, shots, origins: Vec::new(), said: None });
            self.tables.len() - 1
        });
        let Some(table) = self.tables.get_mut(at) else { return Ok(()) };
        if table.said.zip(higher_is_better).is_some_and(|(known, found)| known != found) {
            return Err(ScoresError::DirectionsDiffer { path: path.to_path_buf(), metric: metric.to_owned() });
        }
        table.said = table.said.or(higher_is_better);
        let twice = table.means.rows.iter().position(|known| known.candidate == row.candidate);
        if let Some(first) = twice.and_then(|first| table.origins.get(first)) {
            let place = |path: &Path| Box::new(Place { path: path.to_path_buf(), unit: "task", number: at as u64 + 1 });
            let (first, second) = (place(first), place(path));
            let (example, candidate) = (format!("{task}, {metric}"), row.candidate);
            return Err(ScoresError::Duplicate { example, candidate, seed: String::new(), first, second });
        }
        table.means.rows.push(row);
        table.origins.push(path.to_path_buf());
        Ok(())
    }

    /// Tables of the tasks that at least two candidates share; the others are named in a note.
    pub(in crate::scores) fn finish(mut self, reading: &ImportOptions) -> Result<Results, ScoresError> {
        let said: Vec<Option<bool>> = self.tables.iter().map(|table| table.said).collect();
        let named = named(std::mem::take(&mut self.tables)).into_iter().zip(said);
        let (tables, alone): (Vec<_>, Vec<_>) = named.partition(|(table, _)| table.rows.len() > 1);
        let alone: Vec<Summaries> = alone.into_iter().map(|(table, _)| table).collect();
        let names: Vec<&str> = alone.iter().map(|table| table.task.as_str()).collect();
        if tables.is_empty() {
            let lonely = alone.first().and_then(|table| table.rows.first());
            let others = |row: &SummaryRow| {
                alone.iter().flat_map(|table| &table.rows).any(|other| other.candidate != row.candidate)
            };
            return Err(match lonely {
                Some(row) if others(row) => ScoresError::NothingShared { measured: measured(&alone) },
                Some(row) => ScoresError::OneCandidate { candidate: row.candidate.clone() },
                None => self.seen.nothing(reading),
            });
        }
        let (mut tables, unknown) = directed(tables, reading)?;
        let all = tables.iter().map(|table| table.rows.len()).max().unwrap_or_default();
        for table in &mut tables {
            table.notes.extend(self.notes.iter().cloned());
            table.notes.extend(unknown.clone());
            if !names.is_empty() {
                table.notes.push(format!("Left out, with only one candidate: {}.", some(&names)));
            }
            if table.rows.len() < all {
                table.notes.push(format!(
                    "Only {} of {all} candidates were measured on {}.",
                    table.rows.len(),
                    table.task
                ));
            }
        }
        Ok(Results::Summaries(tables))
    }
}

/// The tables of which it is known which way is better, with it; and a note on the others.
fn directed(
    tables: Vec<(Summaries, Option<bool>)>,
    reading: &ImportOptions,
) -> Result<(Vec<Summaries>, Option<String>), ScoresError> {
    let of = |(table, said): (Summaries, Option<bool>)| {
        let said = said.map(|higher| Direction { higher, from: DirectionFrom::File });
        (Asked { metric: table.metric.clone(), said }, table)
    };
    let (settled, unknown) = settle(tables.into_iter().map(of).collect(), reading)?;
    let directed = |(table, way): (Summaries, Direction)| {
        let notes = table.notes.iter().cloned().chain(way.note(&table.metric)).collect();
        Summaries { higher_is_better: way.higher, direction_from: way.from, notes, ..table }
    };
    Ok((settled.into_iter().map(directed).collect(), unknown))
}

/// The tables with the shots in the task's name where a task was measured with several numbers of them.
fn named(tables: Vec<Table>) -> Vec<Summaries> {
    let several = |of: &Table| tables.iter().any(|other| other.means.task == of.means.task && other.shots != of.shots);
    let several: Vec<bool> = tables.iter().map(several).collect();
    let tables = tables.into_iter().zip(several);
    let name = |(table, several): (Table, bool)| match table.shots.filter(|_| several) {
        Some(shots) => Summaries { task: with_shots(&table.means.task, shots), ..table.means },
        None => table.means,
    };
    tables.map(name).collect()
}

/// Each table's candidate and task, for messages.
fn measured(tables: &[Summaries]) -> Vec<String> {
    let one = |table: &Summaries| table.rows.first().map(|row| format!("{} on {}", row.candidate, table.task));
    tables.iter().filter_map(one).collect()
}

/// `arc_easy (5-shot)`.
fn with_shots(task: &str, shots: u64) -> String {
    format!("{task} ({shots}-shot)")
}

/// `acc` has `acc_stderr`, `acc,none` has `acc_stderr,none`.
fn stderr_key(key: &str) -> String {
    match key.split_once(',') {
        Some((name, filter)) => format!("{name}_stderr,{filter}"),
        None => format!("{key}_stderr"),
    }
}

/// A mean that is no number: words such as a group's blank are passed over, NaN is an error.
fn no_mean(path: &Path, metric: &str, value: &Value) -> Result<(), ScoresError> {
    let word = value.as_str().map(|word| cell::score(word.as_bytes()));
    if value.is_null() || word == Some(Cell::NotFinite) {
        let place = Place { path: path.to_path_buf(), unit: "line", number: 1 };
        return Err(ScoresError::NotFinite { place, column: metric.to_owned(), found: "not a number".to_owned() });
    }
    Ok(())
}
