//! Inspect (`UKGovernmentBEIS/inspect_ai`): logs as JSON, such as `inspect log dump` writes.
//!
//! Fields as in `src/inspect_ai/log/_log.py` (`EvalLog`, `EvalSample`: `id`, `epoch`, `input`, `target`, `scores`,
//! `total_time`, `working_time`, `error`) and the values of scores as `value_to_float` of
//! `src/inspect_ai/scorer/_metric.py` reads them: C 1, I 0, P 0.5, N 0.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cell::Cell;
use super::cells::Row;
use super::error::ScoresError;
use super::files;
use super::gather::Gather;
use super::json;
use super::settle::Direction;
use super::types::DirectionFrom;

/// The scorers that come with Inspect (`src/inspect_ai/scorer`): 1 is right in all of them.
const STOCK: [&str; 10] =
    ["match", "includes", "pattern", "answer", "exact", "f1", "choice", "math", "model_graded_qa", "model_graded_fact"];

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    eval: Eval<'a>,
    #[serde(borrow, default)]
    samples: Option<Vec<Sample<'a>>>,
}

#[derive(Deserialize)]
struct Eval<'a> {
    #[serde(borrow)]
    task: Cow<'a, str>,
    #[serde(borrow)]
    model: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Sample<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(default)]
    epoch: Option<u64>,
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
    #[serde(borrow, default)]
    target: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scores: Option<BTreeMap<String, Score<'a>>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    /// Without waiting for others; `total_time` counts that too.
    #[serde(default)]
    working_time: Option<f64>,
    #[serde(default)]
    total_time: Option<f64>,
}

#[derive(Deserialize)]
struct Score<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
}

/// Reads a log. Epochs become seeds; a score that is an object has one metric a key.
pub(super) fn read(gather: &mut Gather<'_>, path: &Path) -> Result<(), ScoresError> {
    let text = files::text(path)?;
    let text = json::without_nan(&text);
    let log: Log<'_> = json::read(path, &text, 1, true)?;
    let task = log.eval.task.rsplit('/').next().unwrap_or(&log.eval.task).to_owned();
    gather.places.begin(path, "sample");
    let Some(samples) = log.samples.filter(|samples| !samples.is_empty()) else {
        let why = "the log holds no samples".to_owned();
        return Err(ScoresError::NoPerExample { path: path.to_path_buf(), task, why });
    };
    if let Some(status) = log.status.filter(|status| *status != "success") {
        gather.note(format!("The status of {} is \"{status}\", not \"success\".", path.display()));
    }
    let (mut scored, mut failed) = (0_usize, 0_usize);
    for (sample, entry) in samples.iter().zip(1_u64..) {
        failed += usize::from(sample.error.is_some_and(|error| error.get() != "null"));
        for (name, score) in sample.scores.iter().flatten() {
            scored += 1;
            let taker = Taker { sample, entry, task: &task, candidate: &log.eval.model };
            taker.take(gather, name, score.value)?;
        }
    }
    if failed > 0 {
        gather.note(format!("{failed} samples of {} ended in an error.", path.display()));
    }
    if scored == 0 {
        let why = "no sample has a score".to_owned();
        return Err(ScoresError::NoPerExample { path: path.to_path_buf(), task, why });
    }
    Ok(())
}

struct Taker<'a> {
    sample: &'a Sample<'a>,
    entry: u64,
    task: &'a str,
    candidate: &'a str,
}

impl Taker<'_> {
    fn take(&self, gather: &mut Gather<'_>, metric: &str, value: &RawValue) -> Result<(), ScoresError> {
        let text = value.get().trim();
        if text.starts_with('{') {
            let parts: json::Object<'_> = json::read(&gather.place(self.entry).path, text, 1, false)?;
            for (key, part) in &parts {
                self.one(gather, &format!("{metric}/{key}"), part)?;
            }
            return Ok(());
        }
        self.one(gather, metric, value)
    }

    fn one(&self, gather: &mut Gather<'_>, metric: &str, value: &RawValue) -> Result<(), ScoresError> {
        let Some(table) = gather.table(self.task, metric) else { return Ok(()) };
        let mark = json::scalar(value).and_then(|word| match word.as_ref() {
            "C" => Some(1.0),
            "P" => Some(0.5),
            "I" | "N" => Some(0.0),
            _ => None,
        });
        let word = matches!(value.get().trim(), "true" | "false");
        let scorer = metric.split('/').next().unwrap_or(metric);
        if mark.is_some() || word || STOCK.contains(&scorer) {
            gather.says(table, Direction { higher: true, from: DirectionFrom::Format })?;
        }
        let score = match (mark, json::score(value)) {
            (Some(mark), _) => mark,
            (None, Cell::Score(score)) => score,
            (None, other) => {
                return Err(gather.not_score(self.entry, metric, other, &super::cell::shown(value.get().as_bytes())));
            }
        };
        let Some(id) = json::scalar(self.sample.id) else {
            let (place, key) = (gather.place(self.entry), "id".to_owned());
            return Err(ScoresError::MissingKey { place, key, expected: "the sample's name" });
        };
        let seed = self.sample.epoch.map(|epoch| epoch.to_string()).unwrap_or_default();
        let raw = |raw: Option<&RawValue>| raw.map_or("", RawValue::get).to_owned();
        let row = Row {
            example: id.as_bytes(),
            candidate: self.candidate.as_bytes(),
            seed: seed.as_bytes(),
            score,
            latency: self
                .sample
                .working_time
                .or(self.sample.total_time)
                .filter(|time| time.is_finite() && *time >= 0.0),
            content: Some(json::digest(&[&raw(self.sample.input), &raw(self.sample.target)])),
            ..Row::default()
        };
        gather.add(table, self.entry, &row)
    }
}
