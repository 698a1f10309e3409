//! What finalists that are asked came to on rows in other forms, for probes.

use std::collections::BTreeMap;

use crate::metric::Outcomes;
use crate::probe::{AskedSeen, AskedVariant, AsksModels};
use crate::run::answers::StoredAnswers;
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::prompted::{PromptedModel, variants, varied_rows};
use crate::run::workspace::Workspace;

/// Whether a model may be asked once more: it is a finalist, it was measured, and an answer can be had to what no file foresaw.
pub(in crate::run) fn is_finalist(conclusion: &Conclusion, caller: &PromptedModel) -> bool {
    let (name, verdict) = (&caller.called.name, &conclusion.verdict);
    let main = verdict.choice.iter().chain(&verdict.reference).any(|one| one == name);
    let measured = conclusion.analysis.screening.row(name).is_some_and(|row| row.unmeasured.is_none());
    main && measured && caller.manner.is_called
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
