//! Models that are asked about some rows in other forms, for probes: which rows, and in which forms.
//!
//! A form is no more than other cells, so that questions, answers, their addresses and what they cost are as those of every row.

use std::collections::BTreeMap;

use super::prompted_model::{Fields, PromptedModel};
use crate::probe::{AsksModels, PROBES, Part};
use crate::prompt::digest;
use crate::run::error::RunError;
use crate::run::prepare::Prepared;

/// A model that is asked about rows in one form.
pub(crate) struct Variant {
    /// What was done to the rows.
    pub(crate) name: &'static str,
    /// The model, which is asked so.
    pub(crate) model: PromptedModel,
}

/// The forms in which a model is asked about rows, and the names of those that change nothing of what it reads.
pub(crate) struct Variants {
    pub(crate) asked: Vec<Variant>,
    pub(crate) idle: Vec<&'static str>,
}

/// The probes that look at asked models, where the study pays for it.
pub(crate) fn asking(prepared: &Prepared) -> impl Iterator<Item = &'static dyn AsksModels> {
    let paid = prepared.study.budget.corrupted.is_some();
    PROBES.iter().filter(move |_| paid).filter_map(|probe| probe.asked())
}

/// The rows that are put in other forms: the first of those that every model is asked.
pub(crate) fn varied_rows(prepared: &Prepared) -> Vec<u32> {
    let mut rows = prepared.explored_rows();
    rows.truncate(prepared.study.budget.corrupted.unwrap_or(0) as usize);
    rows
}

/// The forms that a probe has for these rows.
///
/// # Errors
/// A row in another form can't fill in a template.
pub(crate) fn variants(
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
