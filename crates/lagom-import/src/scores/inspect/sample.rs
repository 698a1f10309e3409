//! One sample of a log: its scores.
//!
//! The values of scores as `value_to_float` of `src/inspect_ai/scorer/_metric.py` reads them: C 1, I 0, P 0.5, N 0; NaN
//! says that the scorer gave none (`Score.unscored`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::scores::cell::{self, Cell};
use crate::scores::cells::Row;
use crate::scores::error::ScoresError;
use crate::scores::gather::Gather;
use crate::scores::json;
use crate::scores::settle::Direction;
use crate::scores::types::DirectionFrom;

/// The scorers that come with Inspect (`src/inspect_ai/scorer`): 1 is right in all of them.
const STOCK: [&str; 10] =
    ["match", "includes", "pattern", "answer", "exact", "f1", "choice", "math", "model_graded_qa", "model_graded_fact"];

#[derive(Deserialize)]
pub(super) struct Sample<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(default)]
    epoch: Option<u64>,
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
    #[serde(borrow, default)]
    target: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scores: Option<BTreeMap<Cow<'a, str>, Score<'a>>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    /// Why somebody declared the sample invalid.
    #[serde(borrow, default)]
    invalidation: Option<&'a RawValue>,
    /// Without waiting for others; `total_time` counts that too.
    #[serde(default)]
    working_time: Option<f64>,
    #[serde(default)]
    total_time: Option<f64>,
}

#[derive(Deserialize)]
struct Score<'a> {
    /// None where the file has `null`, as for NaN.
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

fn is_there(raw: Option<&RawValue>) -> bool {
    raw.is_some_and(|raw| raw.get() != "null")
}

impl Sample<'_> {
    pub(super) fn failed(&self) -> bool {
        is_there(self.error)
    }

    pub(super) fn invalid(&self) -> bool {
        is_there(self.invalidation)
    }

    pub(super) fn has_scores(&self) -> bool {
        self.scores.as_ref().is_some_and(|scores| !scores.is_empty())
    }

    /// Its name.
    pub(super) fn id(&self, gather: &Gather<'_>, number: u64) -> Result<String, ScoresError> {
        json::scalar(self.id).map(Cow::into_owned).ok_or_else(|| ScoresError::MissingKey {
            place: gather.place(number),
            key: "id".to_owned(),
            expected: "the sample's name",
        })
    }

    /// Adds its scores and gives the tables that they went to; in a table whose score is none it is marked as unscored.
    /// Where all are for metrics that were not asked for there may be no table, but the one of number `usize::MAX` stands
    /// for them.
    pub(super) fn take(
        &self,
        gather: &mut Gather<'_>,
        (number, id): (u64, &str),
        (task, model): (&str, &str),
    ) -> Result<Vec<usize>, ScoresError> {
        let taker = Taker { sample: self, number, id, task, model };
        let mut tables = Vec::new();
        for (name, score) in self.scores.iter().flatten() {
            let Some(value) = score.value else {
                taker.unscored(gather, name);
                continue;
            };
            let text = value.get().trim();
            if !text.starts_with('{') {
                tables.extend(taker.one(gather, name, value)?);
                continue;
            }
            let parts: json::Object<'_> = json::read(&gather.place(number).path, text, 1, false)?;
            for (key, part) in &parts {
                tables.extend(taker.one(gather, &format!("{name}/{key}"), part)?);
            }
        }
        Ok(tables)
    }
}

struct Taker<'a> {
    sample: &'a Sample<'a>,
    number: u64,
    id: &'a str,
    task: &'a str,
    model: &'a str,
}

impl Taker<'_> {
    fn unscored(&self, gather: &mut Gather<'_>, metric: &str) {
        if let Some(table) = gather.table(self.task, metric) {
            gather.unscored(table, self.id.as_bytes());
        }
    }

    /// The table of a score; `None` where it is no score, `usize::MAX` where nobody asked for it.
    fn one(&self, gather: &mut Gather<'_>, metric: &str, value: &RawValue) -> Result<Option<usize>, ScoresError> {
        let Some(table) = gather.table(self.task, metric) else { return Ok(Some(usize::MAX)) };
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
            (None, Cell::Missing) => {
                gather.unscored(table, self.id.as_bytes());
                return Ok(None);
            }
            (None, other) => {
                return Err(gather.not_score(self.number, metric, other, &cell::shown(value.get().as_bytes())));
            }
        };
        let seed = self.sample.epoch.map(|epoch| epoch.to_string()).unwrap_or_default();
        let raw = |raw: Option<&RawValue>| raw.map_or("", RawValue::get).to_owned();
        let time = self.sample.working_time.or(self.sample.total_time);
        let row = Row {
            example: self.id.as_bytes(),
            candidate: self.model.as_bytes(),
            seed: seed.as_bytes(),
            score,
            latency: time.filter(|time| time.is_finite() && *time >= 0.0),
            content: Some(json::digest(&[&raw(self.sample.input), &raw(self.sample.target)])),
            ..Row::default()
        };
        gather.add(table, self.number, &row)?;
        Ok(Some(table))
    }
}
