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

/// Reads a file with one object a line, each with the keys of a long table. The keys of the first line settle the
/// parts.
pub(in crate::scores) fn read(gather: &mut Gather<'_>, path: &Path, labels: Labels<'_>) -> Result<(), ScoresError> {
    let text = crate::scores::files::text(path)?;
    let mut lines = json::Lines::new(&text);
    let Some(first) = lines.next() else { return Err(ScoresError::Empty { path: path.to_path_buf() }) };
    let fixed = json::without_nan(first.text);
    let object: Object<'_> = json::read(path, &fixed, first.number, first.last)?;
    let header: Vec<String> = object.keys().map(|key| key.clone().into_owned()).collect();
    let roles = Roles::find(path, &header, &gather.reading.columns)?;
    if roles.column(Role::Candidate).is_none() && (!labels.many || roles.column(Role::Example).is_none()) {
        return Err(unclear(path, &header, &roles));
    }
    gather.places.begin(path, "line");
    let long = Long::new(gather, path, (&header, &roles), (labels.task, labels.file))?;
    for line in json::Lines::new(&text) {
        let fixed = json::without_nan(line.text);
        let object: Object<'_> = json::read(path, &fixed, line.number, line.last)?;
        let cells: Vec<Option<Cow<'_, str>>> = header
            .iter()
            .map(|key| object.get(key.as_str()).and_then(|raw| json::scalar(raw).or_else(|| nested(raw))))
            .collect();
        let cell = |column: usize| cells.get(column).and_then(|cell| cell.as_ref()).map(|cell| cell.as_bytes());
        long.take(gather, line.number as u64, &roles.raw(cell))?;
    }
    Ok(())
}

/// A list or an object as it is written, so that a message can show it; nothing for null.
fn nested(raw: &serde_json::value::RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    (text.trim() != "null").then_some(Cow::Borrowed(text))
}
