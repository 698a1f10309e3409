//! Tables with one JSON object a line.

use std::borrow::Cow;
use std::path::Path;

use super::Labels;
use super::long::Long;
use super::roles::{Role, Roles};
use super::wide::unclear;
use crate::scores::error::ScoresError;
use crate::scores::gather::Gather;
use crate::scores::json::{self, Object};
use crate::scores::types::Columns;

/// Reads a file with one object a line, each with the keys of a long table. The keys of the first line settle the
/// parts.
pub(in crate::scores) fn read(gather: &mut Gather<'_>, path: &Path, labels: Labels<'_>) -> Result<(), ScoresError> {
    let text = json::in_lines(path, crate::scores::files::text(path)?)?;
    let mut lines = json::Lines::new(&text);
    let Some(first) = lines.next() else { return Err(ScoresError::Empty { path: path.to_path_buf() }) };
    let fixed = json::without_nan(first.text);
    let object: Object<'_> = json::read(path, &fixed, first.number, first.last)?;
    let header: Vec<String> = object.keys().map(|key| key.clone().into_owned()).collect();
    let roles = Roles::find(path, &header, &gather.reading.columns)?;
    // One key for each candidate: as a table of columns.
    if roles.column(Role::Score).is_none() && gather.reading.columns.score.is_none() {
        return super::read_delimited(gather, path, labels);
    }
    if roles.column(Role::Candidate).is_none() && (!labels.many || roles.column(Role::Example).is_none()) {
        return Err(unclear(path, &header, &roles));
    }
    gather.places.begin(path, "line");
    let turns = turns(&header, &roles, &gather.reading.columns);
    let long = Long::new(gather, path, (&header, &roles), (labels.task, labels.file))?;
    for line in json::Lines::new(&text) {
        let fixed = json::without_nan(line.text);
        let object: Object<'_> = json::read(path, &fixed, line.number, line.last)?;
        let cells: Vec<Option<Cow<'_, str>>> = header
            .iter()
            .map(|key| object.get(key.as_str()).and_then(|raw| json::scalar(raw).or_else(|| nested(raw))))
            .collect();
        let cell = |column: usize| cells.get(column).and_then(|cell| cell.as_ref()).map(|cell| cell.as_bytes());
        let mut raw = roles.raw(cell);
        let turn = turns.and_then(cell).zip(raw[Role::Example as usize]);
        let named = turn.map(|(turn, question)| [question, b" turn ", turn].concat());
        if let Some(named) = named.as_deref() {
            (raw[Role::Cluster as usize], raw[Role::Example as usize]) = (raw[Role::Example as usize], Some(named));
        }
        long.take(gather, line.number as u64, &raw)?;
    }
    Ok(())
}

/// The column with the turn of a conversation in FastChat's judgements of MT-Bench (`lm-sys/FastChat`,
/// `fastchat/llm_judge/common.py`; RouteLLM's `mt_bench/judgements.jsonl`): each turn is an example, and the turns of
/// a question are its cluster. Not where the user names columns for these.
fn turns(header: &[String], roles: &Roles, told: &Columns) -> Option<usize> {
    let own = told.example.is_none() && told.seed.is_none() && told.cluster.is_none();
    let place = |name: &str| header.iter().position(|key| key == name);
    let judged = ["question_id", "judge", "judgment"].iter().all(|name| place(name).is_some());
    place("turn").filter(|at| own && judged && !roles.uses(*at) && roles.column(Role::Cluster).is_none())
}

/// A list or an object as it is written, so that a message can show it; nothing for null.
fn nested(raw: &serde_json::value::RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    (text.trim() != "null").then_some(Cow::Borrowed(text))
}
