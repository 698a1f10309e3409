//! How each family was trained: its settings by name, as they were used.

use crate::candidate::{Recipe, every, family, lever};
use crate::document::{Block, Field, Table};
use crate::study::{FamilyId, Setting};
use crate::verdict::Row;
use crate::words::ReportContext;

/// The recipes of the families that were trained, folded; none where nothing was.
pub(super) fn fold(context: &ReportContext<'_>) -> Option<Block> {
    let mut blocks: Vec<Block> = every().filter_map(|about| settings(context, about.id)).collect();
    if blocks.is_empty() {
        return None;
    }
    let changed = match context.findings.study.recipe.is_empty() {
        true => "The settings of each family, by name, as lagom sets them.",
        false => "The settings of each family, by name, with those of [recipe] in place of lagom's own.",
    };
    blocks.insert(0, Block::Prose(changed.into()));
    Some(Block::Fold("Recipes: how each family was trained".into(), blocks))
}

/// A recipe and the candidates that were trained by it.
struct Used {
    names: Vec<String>,
    settings: Vec<(String, String)>,
}

/// The settings of one family, a column for each recipe that it was trained by; none where it has none.
fn settings(context: &ReportContext<'_>, id: FamilyId) -> Option<Block> {
    let findings = context.findings;
    let classes = u32::try_from(findings.data.classes.len()).unwrap_or(u32::MAX);
    let mut used: Vec<Used> = Vec::new();
    let trained = findings.analysis.screening.rows.iter().filter(|row| row.family == id && !row.trials.is_empty());
    for row in trained {
        let settings = as_used(row, classes, &findings.study.recipe)?;
        match used.iter_mut().find(|one| one.settings == settings) {
            Some(one) => one.names.push(row.name.clone()),
            None => used.push(Used { names: vec![row.name.clone()], settings }),
        }
    }
    let names: Vec<&String> = used.first()?.settings.iter().map(|(name, _)| name).collect();
    let value = |of: &Used, wanted: &String| {
        let found = of.settings.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.replace(',', ", ")).unwrap_or_default()
    };
    let all = used.len() == 1;
    let column = |of: &Used| {
        let of = Used { names: of.names.clone(), settings: of.settings.clone() };
        let head = if all { "all sizes".to_owned() } else { of.names.join(", ") };
        Field::new(head, move |wanted: &&String| value(&of, wanted))
    };
    let setting = Field::words("setting", |name: &&String| name.replace('_', " "));
    let fields = std::iter::once(setting).chain(used.iter().map(column)).collect();
    let table = Table::of(format!("Recipe of {id}"), &names, fields);
    (!names.is_empty()).then(|| Block::Section(id.name().to_owned(), vec![Block::Table(table)]))
}

/// The settings that a candidate was trained by; none of one that this lagom does not train.
fn as_used(row: &Row, classes: u32, levers: &[Setting]) -> Option<Vec<(String, String)>> {
    let family = family(row.family)?;
    let mut recipe: Recipe = family.recipe(&family.size_named(&row.name)?, classes).ok()?;
    for setting in levers {
        let lever = lever(&setting.lever)?;
        if lever.applies(row.family, &recipe) {
            lever.apply(setting.value, &mut recipe).ok()?;
        }
    }
    Some(recipe.settings().map(|(name, value)| (name.to_owned(), value)).collect())
}
