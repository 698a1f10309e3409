//! Inspect (`UKGovernmentBEIS/inspect_ai`): logs as it writes them (`.eval`) and as JSON (`inspect log dump`).
//!
//! Fields as in `src/inspect_ai/log/_log.py` (`EvalLog`, `EvalSpec`, `EvalSample`) and the members of an `.eval` file as
//! in `src/inspect_ai/log/_recorders/eval.py` (0.3): a zip with `header.json` (`_journal/start.json` until the run ends)
//! and `samples/ID_epoch_N.json`, packed with zstd or deflate.

mod archive;
mod runs;
mod sample;
mod zip;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::ScoresError;
use super::few::some;
use super::files;
use super::gather::Gather;
use super::json;
use sample::Sample;

pub(super) use archive::is_log;

/// What a log says of its run.
#[derive(Debug, Deserialize)]
struct Head {
    /// `success`, `error`, `cancelled` or `started`; a log without it is of a run that has not ended.
    #[serde(default)]
    status: Option<String>,
    eval: Eval,
}

#[derive(Debug, Deserialize)]
struct Eval {
    task: String,
    model: String,
    /// The same in a run and in what `inspect eval-retry` makes of it.
    #[serde(default)]
    task_id: Option<String>,
    /// When the run began, as ISO 8601 with its zone.
    #[serde(default)]
    created: Option<String>,
}

impl Head {
    fn status(&self) -> &str {
        self.status.as_deref().unwrap_or("started")
    }

    fn finished(&self) -> bool {
        self.status() == "success"
    }

    /// The task without the package it comes from.
    fn task(&self) -> &str {
        self.eval.task.rsplit('/').next().unwrap_or(&self.eval.task)
    }
}

/// One log: its head, and where its samples are.
struct Log {
    path: PathBuf,
    head: Head,
    packed: bool,
}

impl Log {
    fn open(path: &Path) -> Result<Self, ScoresError> {
        let packed = archive::is_zip(path)?;
        let text = if packed { archive::head(path)? } else { files::text(path)? };
        let head: Head = json::read(path, &json::without_nan(&text), 1, true)?;
        Ok(Self { path: path.to_path_buf(), head, packed })
    }

    /// Hands every sample over, with its number in the log, counted from 1.
    fn each(&self, mut take: impl FnMut(u64, &Sample<'_>) -> Result<(), ScoresError>) -> Result<(), ScoresError> {
        if self.packed {
            return archive::each(&self.path, |number, text| {
                take(number, &json::read(&self.path, &json::without_nan(text), 1, false)?)
            });
        }
        #[derive(Deserialize)]
        struct Samples<'a> {
            #[serde(borrow, default)]
            samples: Option<Vec<&'a RawValue>>,
        }
        let text = files::text(&self.path)?;
        let text = json::without_nan(&text);
        let all: Samples<'_> = json::read(&self.path, &text, 1, true)?;
        // line ends are counted once
        let (mut line, mut from) = (1, 0);
        for (raw, number) in all.samples.into_iter().flatten().zip(1_u64..) {
            let at = json::offset(&text, raw.get());
            line += json::line_ends(&text, from, at);
            from = at;
            take(number, &json::read(&self.path, raw.get(), line, false)?)?;
        }
        Ok(())
    }
}

/// Reads logs. Of several runs of one model on one task those that did not end are left out where another did, and of a
/// run and its retries the last counts: see [`runs`]. Epochs become seeds; a score that is an object has one metric a key;
/// a sample that was not scored is left out, and counted.
pub(super) fn read(gather: &mut Gather<'_>, paths: &[PathBuf]) -> Result<(), ScoresError> {
    let logs = paths.iter().map(|path| Log::open(path)).collect::<Result<Vec<_>, _>>()?;
    let (kept, notes) = runs::those_that_count(logs);
    notes.into_iter().for_each(|note| gather.note(note));
    for log in &kept {
        one(gather, log)?;
    }
    Ok(())
}

/// The samples of a log without a score, by the cause.
#[derive(Debug, Default)]
struct Left {
    errors: Vec<String>,
    invalid: Vec<String>,
    unscored: Vec<String>,
}

impl Left {
    fn count(&self) -> usize {
        self.errors.len() + self.invalid.len() + self.unscored.len()
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.errors.iter().chain(&self.invalid).chain(&self.unscored)
    }

    /// `2 that ended in an error (q003, q017)`.
    fn words(&self) -> String {
        let part = |names: &[String], what: &str| {
            let shown: Vec<&str> = names.iter().map(String::as_str).collect();
            (!names.is_empty()).then(|| format!("{} that {what} ({})", names.len(), some(&shown)))
        };
        let parts = [
            part(&self.errors, "ended in an error"),
            part(&self.invalid, "were declared invalid"),
            part(&self.unscored, "the scorer gave no score"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

fn one(gather: &mut Gather<'_>, log: &Log) -> Result<(), ScoresError> {
    let (task, model) = (log.head.task(), log.head.eval.model.as_str());
    gather.places.begin(&log.path, "sample");
    let (mut left, mut tables) = (Left::default(), BTreeSet::new());
    let (mut samples, mut scored) = (0_u64, 0_u64);
    log.each(|number, sample| {
        samples += 1;
        let id = sample.id(gather, number)?;
        if sample.invalid() {
            left.invalid.push(id);
        } else if sample.failed() {
            // Also where the log has a score of it: what failed says nothing of the model.
            left.errors.push(id);
        } else if !sample.has_scores() {
            left.unscored.push(id);
        } else {
            let found = sample.take(gather, (number, &id), (task, model))?;
            if found.is_empty() {
                left.unscored.push(id);
            } else {
                scored += 1;
            }
            tables.extend(found);
        }
        Ok(())
    })?;
    let none =
        |why: &str| ScoresError::NoPerExample { path: log.path.clone(), task: task.to_owned(), why: why.to_owned() };
    if samples == 0 {
        return Err(none("the log holds no samples"));
    }
    if scored == 0 {
        return Err(none("no sample has a score"));
    }
    for id in left.names() {
        tables.iter().for_each(|table| gather.unscored(*table, id.as_bytes()));
    }
    if !log.head.finished() {
        gather.note(format!(
            "The status of {} is \"{}\", not \"success\": the run did not end as it should.",
            log.path.display(),
            log.head.status()
        ));
    }
    if left.count() > 0 {
        gather.note(format!("Took {scored} of {samples} samples of {model} on {task}; left out {}.", left.words()));
    }
    Ok(())
}
