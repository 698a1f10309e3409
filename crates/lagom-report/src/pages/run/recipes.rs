//! How each family was trained: its settings by name, as they were used.

use crate::candidate::{every, family, lever};
use crate::document::{Block, Term};
use crate::study::{FamilyId, Setting};
use crate::verdict::Row;
use crate::words::ReportContext;

/// The recipes of the families that were trained, folded; none where nothing was.
pub(super) fn fold(context: &ReportContext<'_>) -> Option<Block> {
    let terms: Vec<Term> = every().flat_map(|about| recipes(context, about.id)).collect();
    let said = match context.findings.study.recipe.is_empty() {
        true => "The settings of each family, by name, as lagom sets them.",
        false => "The settings of each family, by name, with those of [recipe] in place of lagom's own.",
    };
    let blocks = vec![Block::Prose(said.into()), Block::Terms(terms.clone())];
    (!terms.is_empty()).then(|| Block::Fold("Recipes: how each family was trained".into(), blocks))
}

/// The settings of one family: one line for each recipe that any of its sizes was trained by.
fn recipes(context: &ReportContext<'_>, id: FamilyId) -> Vec<Term> {
    let findings = context.findings;
    let classes = u32::try_from(findings.data.classes.len()).unwrap_or(u32::MAX);
    let mut used: Vec<(String, Vec<&str>)> = Vec::new();
    let trained = findings.analysis.screening.rows.iter().filter(|row| row.family == id && !row.trials.is_empty());
    for row in trained {
        let Some(settings) = as_used(row, classes, &findings.study.recipe).filter(|told| !told.is_empty()) else {
            continue;
        };
        match used.iter_mut().find(|(known, _)| *known == settings) {
            Some((_, names)) => names.push(&row.name),
            None => used.push((settings, vec![&row.name])),
        }
    }
    let alone = used.len() == 1;
    let name = |names: Vec<&str>| if alone { id.name().to_owned() } else { names.join(", ") };
    used.into_iter().map(|(settings, names)| Term::new(name(names), settings)).collect()
}

/// The settings that a candidate was trained by: `dropout 0.1, epochs 30`. None of one that this lagom does not train.
fn as_used(row: &Row, classes: u32, levers: &[Setting]) -> Option<String> {
    let family = family(row.family)?;
    let mut recipe = family.recipe(&family.size_named(&row.name)?, classes).ok()?;
    for setting in levers {
        let lever = lever(&setting.lever)?;
        if lever.applies(row.family, &recipe) {
            lever.apply(setting.value, &mut recipe).ok()?;
        }
    }
    let told =
        recipe.settings().map(|(name, value)| format!("{} {}", name.replace('_', " "), value.replace(',', ", ")));
    Some(told.collect::<Vec<String>>().join("; "))
}
