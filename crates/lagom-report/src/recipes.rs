//! How each family was trained: its settings by name, as they were used.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::Findings;
use crate::candidate::{applying, every, family, planned};
use crate::study::{FamilyId, Setting, TaskKind};
use crate::verdict::Row;

/// The settings that candidates of one family were trained by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownRecipe {
    /// The family.
    pub family: FamilyId,
    /// The candidates, in the order of the table.
    pub candidates: Vec<String>,
    /// Whether these are all of the family that were trained.
    pub whole_family: bool,
    /// The settings, by name.
    pub settings: BTreeMap<String, Value>,
}

/// The recipes of all that was trained, family by family.
pub(super) fn recipes(findings: &Findings) -> Vec<ShownRecipe> {
    every().flat_map(|about| of_family(findings, about.id)).collect()
}

/// The recipes of one family: one for all sizes that were trained alike.
fn of_family(findings: &Findings, id: FamilyId) -> Vec<ShownRecipe> {
    let classes = u32::try_from(findings.data.classes.len()).unwrap_or(u32::MAX);
    let mut used: Vec<ShownRecipe> = Vec::new();
    let trained = findings.analysis.screening.rows.iter().filter(|row| row.family == id && !row.trials.is_empty());
    for row in trained {
        let Some(settings) =
            as_used(row, findings.data.task, classes, &findings.study.recipe).filter(|told| !told.is_empty())
        else {
            continue;
        };
        match used.iter_mut().find(|known| known.settings == settings) {
            Some(known) => known.candidates.push(row.name.clone()),
            None => {
                used.push(ShownRecipe { family: id, candidates: vec![row.name.clone()], whole_family: false, settings })
            }
        }
    }
    let alone = used.len() == 1;
    used.iter_mut().for_each(|one| one.whole_family = alone);
    used
}

/// The settings that a candidate was trained by. None of one that this lagom does not train.
fn as_used(row: &Row, task: TaskKind, classes: u32, levers: &[Setting]) -> Option<BTreeMap<String, Value>> {
    let size = family(row.family)?.size_named(&row.name)?;
    let levers = applying(levers, (row.family, &size), task, classes);
    let planned = |levers: &[Setting]| planned((row.family, &size), classes, levers).ok().map(|plan| plan.recipe);
    let recipe = planned(&levers)?;
    let read = |value: String| serde_json::from_str(&value).unwrap_or(Value::String(value));
    // A lever of rows or preprocessing leaves the family's own settings as they are.
    let beside = levers.iter().filter(|lever| planned(std::slice::from_ref(lever)) == planned(&[]));
    let beside = beside.filter_map(|lever| Some((lever.lever.clone(), serde_json::to_value(&lever.value).ok()?)));
    let settings = recipe.settings().map(|(name, value)| (name.to_owned(), read(value)));
    Some(settings.chain(beside).collect())
}
