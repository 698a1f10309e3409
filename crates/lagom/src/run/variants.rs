//! Models that are asked about some rows in other forms, for probes: which rows, in which forms, and what came of them.
//!
//! A form is no more than other cells, so that questions, answers, their addresses and what they cost are as those of every row.

use std::collections::BTreeMap;

use super::answers::StoredAnswers;
use super::conclusion::Conclusion;
use super::error::RunError;
use super::prepare::Prepared;
use super::prompted::{Fields, PromptedModel};
use super::workspace::Workspace;
use crate::metric::Outcomes;
use crate::probe::{AskedSeen, AskedVariant, AsksModels, PROBES, Part};
use crate::prompt::digest;

/// A model that is asked about rows in one form.
pub(super) struct Variant {
    /// What was done to the rows.
    pub(super) name: &'static str,
    /// The model, which is asked so.
    pub(super) model: PromptedModel,
}

/// The forms in which a model is asked about rows, and the names of those that change nothing of what it reads.
pub(super) struct Variants {
    pub(super) asked: Vec<Variant>,
    idle: Vec<&'static str>,
}

/// The probes that look at asked models, where the study pays for it.
pub(super) fn asking(prepared: &Prepared) -> impl Iterator<Item = &'static dyn AsksModels> {
    let paid = prepared.study.budget.corrupted.is_some();
    PROBES.iter().filter(move |_| paid).filter_map(|probe| probe.asked())
}

/// The rows that are put in other forms: the first of those that every model is asked.
pub(super) fn varied_rows(prepared: &Prepared) -> Vec<u32> {
    let mut rows = prepared.explored_rows();
    rows.truncate(prepared.study.budget.corrupted.unwrap_or(0) as usize);
    rows
}

/// Whether a model may be asked once more: it is a finalist, it was measured, and an answer can be had to what no file foresaw.
pub(super) fn is_finalist(conclusion: &Conclusion, caller: &PromptedModel) -> bool {
    let (name, verdict) = (&caller.called.name, &conclusion.verdict);
    let main = verdict.choice.iter().chain(&verdict.reference).any(|one| one == name);
    let measured = conclusion.analysis.screening.row(name).is_some_and(|row| row.unmeasured.is_none());
    main && measured && caller.manner.is_called
}

/// The forms that a probe has for these rows.
///
/// # Errors
/// A row in another form can't fill in a template.
pub(super) fn variants(
    prepared: &Prepared,
    asks: &dyn AsksModels,
    caller: &PromptedModel,
    rows: &[u32],
) -> Result<Variants, RunError> {
    let dataset = &prepared.loaded.dataset;
    let questions = |model: &PromptedModel| {
        rows.iter().map(|&row| Ok(digest(&model.question(dataset, row, 0)?))).collect::<Result<Vec<String>, RunError>>()
    };
    let own = questions(caller)?;
    let mut found = Variants { asked: Vec::new(), idle: Vec::new() };
    for variant in asks.variants(&Part::with_all_columns(dataset, rows).columns, prepared.study.trials.seed) {
        let changed = |(&row, at): (&u32, u32)| {
            let cells = variant.columns.iter().filter_map(|column| Some((column.name.clone(), column.value(at)?)));
            let mut fields: Fields = dataset.fields(row);
            fields.extend(cells);
            (row, fields)
        };
        let model = caller.about(rows.iter().zip(0..).map(changed).collect::<BTreeMap<u32, Fields>>());
        if questions(&model)? == own {
            found.idle.push(variant.name);
        } else {
            found.asked.push(Variant { name: variant.name, model });
        }
    }
    Ok(found)
}

/// What a model came to on rows as they are and in every form, from the store alone.
///
/// # Errors
/// The store can't be read; a row can't fill in a template.
pub(super) fn seen<'a>(
    workspace: &Workspace,
    asks: &dyn AsksModels,
    caller: &'a PromptedModel,
) -> Result<AskedSeen<'a>, RunError> {
    let rows = varied_rows(&workspace.prepared);
    let found = variants(&workspace.prepared, asks, caller, &rows)?;
    let (plain, _) = StoredAnswers::of(workspace, caller).judged(&rows, 0)?;
    let mut seen = Vec::new();
    for variant in &found.asked {
        let (changed, _) = StoredAnswers::of(workspace, &variant.model).judged(&rows, 0)?;
        let place = |rows: &[u32]| rows.iter().copied().zip(0..).collect::<BTreeMap<u32, usize>>();
        let (before, after) = (place(&plain.rows), place(&changed.rows));
        let both: Vec<u32> = before.keys().copied().filter(|row| after.contains_key(row)).collect();
        let of = |outcomes: &Outcomes, places: &BTreeMap<u32, usize>| {
            outcomes.select(&both.iter().map(|row| places[row]).collect::<Vec<usize>>())
        };
        // Rows that can't be compared are as good as not asked.
        if let (Ok(plain), Ok(changed)) = (of(&plain.outcomes, &before), of(&changed.outcomes, &after))
            && !both.is_empty()
        {
            seen.push(AskedVariant { name: variant.name, plain, changed });
        }
    }
    Ok(AskedSeen { name: &caller.called.name, rows: rows.len() as u64, variants: seen, idle: found.idle })
}
