//! One line a sample.

use std::path::Path;

use super::results::Beside;
use crate::scores::cell::Cell;
use crate::scores::cells::Row;
use crate::scores::error::ScoresError;
use crate::scores::files;
use crate::scores::gather::Gather;
use crate::scores::json::{self, Line, Object};
use crate::scores::settle::Direction;
use crate::scores::types::DirectionFrom;

/// Keys of a sample that are no metrics; what is left in logs without the list `metrics` is one where it is a number.
const NO_METRIC: [&str; 13] = [
    "doc_id",
    "doc",
    "target",
    "arguments",
    "resps",
    "filtered_resps",
    "filter",
    "metrics",
    "doc_hash",
    "prompt_hash",
    "target_hash",
    "schema_version",
    "repeats",
];

/// Reads a log of samples.
pub(in crate::scores) fn read(gather: &mut Gather<'_>, path: &Path) -> Result<(), ScoresError> {
    let text = files::text(path)?;
    let task = task_of(path);
    let beside = beside(path)?;
    let candidate = model(path, beside.as_ref());
    gather.places.begin(path, "line");
    let (mut samples, mut scored, mut unscored) = (0_usize, 0_usize, Vec::new());
    for line in json::Lines::new(&text) {
        let fixed = json::without_nan(line.text);
        let sample: Object<'_> = json::read(path, &fixed, line.number, line.last)?;
        let sample = Sample { object: &sample, line: &line, beside: beside.as_ref() };
        samples += 1;
        scored += sample.take(gather, (&task, &candidate), &mut unscored)?;
    }
    if samples == 0 {
        return Err(ScoresError::Empty { path: path.to_path_buf() });
    }
    if scored == 0 {
        let why = if unscored.is_empty() {
            "its samples hold no metric".to_owned()
        } else {
            format!("{} is not one number for each sample", unscored.join(", "))
        };
        return Err(ScoresError::NoPerExample { path: path.to_path_buf(), task, why });
    }
    if !unscored.is_empty() {
        gather.note(format!("Left out of {task}, not one number for each sample: {}.", unscored.join(", ")));
    }
    Ok(())
}

struct Sample<'a> {
    object: &'a Object<'a>,
    line: &'a Line<'a>,
    beside: Option<&'a Beside>,
}

impl Sample<'_> {
    /// Adds each metric's score. Gives how many metrics have one, asked for or not; names of those that are lists (what
    /// corpus metrics such as F1 and perplexity are made of) go to `unscored`.
    fn take(
        &self,
        gather: &mut Gather<'_>,
        (task, candidate): (&str, &str),
        unscored: &mut Vec<String>,
    ) -> Result<usize, ScoresError> {
        let entry = self.line.number as u64;
        let text = |key: &str| self.object.get(key).and_then(|raw| json::scalar(raw));
        let Some(example) = text("doc_id") else {
            let (place, key) = (gather.place(entry), "doc_id".to_owned());
            return Err(ScoresError::MissingKey { place, key, expected: "the sample's number" });
        };
        let filter = text("filter").filter(|filter| filter != "none").map(|filter| format!(",{filter}"));
        let (filter, mut scored) = (filter.unwrap_or_default(), 0);
        for name in self.metrics() {
            let Some(raw) = self.object.get(name.as_str()) else { continue };
            let score = match json::score(raw) {
                Cell::Score(score) => score,
                Cell::Text if raw.get().trim_start().starts_with(['[', '{', '"']) => {
                    if !unscored.contains(&name) {
                        unscored.push(name);
                    }
                    continue;
                }
                other => {
                    // a metric that was not asked for may lack scores
                    if gather.table(task, &format!("{name}{filter}")).is_none() {
                        continue;
                    }
                    return Err(gather.not_score(entry, &name, other, raw.get()));
                }
            };
            scored += 1;
            let Some(table) = gather.table(task, &format!("{name}{filter}")) else { continue };
            if let Some(higher) = self.beside.and_then(|beside| beside.direction(task, &name)) {
                gather.says(table, Direction { higher, from: DirectionFrom::File })?;
            }
            let (example, candidate) = (example.as_bytes(), candidate.as_bytes());
            let row = Row { example, candidate, score, content: self.content(), ..Row::default() };
            gather.add(table, entry, &row)?;
        }
        Ok(scored)
    }

    /// The names of the metrics: as listed, else every number that is nothing else.
    fn metrics(&self) -> Vec<String> {
        let listed = self.object.get("metrics").and_then(|raw| serde_json::from_str::<Vec<String>>(raw.get()).ok());
        listed.unwrap_or_else(|| {
            let number = |raw: &str| {
                raw.starts_with(|c: char| c.is_ascii_digit() || c == '-') || raw == "true" || raw == "false"
            };
            let other =
                self.object.iter().filter(|(key, raw)| !NO_METRIC.contains(&key.as_ref()) && number(raw.get().trim()));
            other.map(|(key, _)| key.clone().into_owned()).collect()
        })
    }

    /// A digest of what was asked: the log's own hash of the document, else the document, else the target. The prompt's
    /// hash may differ between models with different chat templates.
    fn content(&self) -> Option<u64> {
        let found =
            ["doc_hash", "doc", "target"].iter().find_map(|key| self.object.get(*key).map(|raw| (*key, raw.get())));
        found.map(|(key, text)| json::digest(&[key, text]))
    }
}

/// The task in a file's name, `samples_TASK_2024-05-01T10-00-00.123456.jsonl`; the whole name where it is another.
fn task_of(path: &Path) -> String {
    let name = files::stem(path);
    let Some(rest) = name.strip_prefix("samples_") else { return name };
    match rest.rsplit_once('_') {
        Some((task, date)) if is_date(date) => task.to_owned(),
        _ => rest.to_owned(),
    }
}

/// The date in a file's name.
fn date_of(path: &Path) -> Option<String> {
    files::stem(path).rsplit_once('_').map(|(_, date)| date.to_owned()).filter(|date| is_date(date))
}

/// Whether a text begins like `2024-05-01T`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 10
        && bytes.get(10) == Some(&b'T')
        && bytes
            .iter()
            .take(10)
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
}

/// The results that a log of samples belongs to: of those beside it the one of the same date, else the last; none where
/// there is none.
fn beside(path: &Path) -> Result<Option<Beside>, ScoresError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| files::fault(folder, error))? {
        let other = entry.map_err(|error| files::fault(folder, error))?.path();
        let name = files::name(&other);
        if name.starts_with("results") && name.ends_with(".json") {
            beside.push(other);
        }
    }
    beside.sort();
    let date = date_of(path);
    let same = beside.iter().find(|other| date.is_some() && date_of(other) == date).or(beside.last());
    same.map(|results| Beside::read(results)).transpose()
}

/// The model that a log belongs to: of the results beside it; else the folder's name; else the file's.
fn model(path: &Path, beside: Option<&Beside>) -> String {
    if let Some(model) = beside.and_then(|beside| beside.model.clone()) {
        return model;
    }
    let name = files::folder(path);
    if name.is_empty() || name == "." { files::stem(path) } else { name.replace("__", "/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_s_name_holds_the_task() {
        let task = |name: &str| task_of(Path::new(name));
        assert_eq!(task("m/samples_arc_easy_2024-05-01T10-00-00.123456.jsonl"), "arc_easy");
        assert_eq!(task("samples_mmlu_virology.jsonl"), "mmlu_virology");
        assert_eq!(task("log.jsonl"), "log");
        assert_eq!(
            date_of(Path::new("results_2024-05-01T10-00-00.123456.json")).as_deref(),
            Some("2024-05-01T10-00-00.123456")
        );
    }
}
