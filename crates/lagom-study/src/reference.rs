//! What each key of `study.toml` is for, as it is declared: what `lagom explain` tells, the table of keys in the
//! documentation, and the help of options that take the place of a key.

use super::family::{FamilyAbout, FamilyId, Registries, TaskKind};
use super::keys::{Declared, KeyHelp, TABLES, heading, keys, ladder};
use super::name::nearest;

/// What every key is for, table by table.
#[must_use]
pub fn reference(registries: &Registries) -> Vec<KeyHelp> {
    let families = families(registries);
    let of = |key: &dyn Declared| match key.help() {
        key if (key.section, key.name) == (families.section, families.name) => families.clone(),
        key => key,
    };
    TABLES.iter().flat_map(|table| keys(table.name, registries)).map(of).collect()
}

/// The key of families, with which there are by what they are trained on, and which are trained where none is named.
fn families(registries: &Registries) -> KeyHelp {
    let learners = || registries.families.iter().filter(|about| about.id != FamilyId::BASELINE);
    let names = |wanted: &dyn Fn(&FamilyAbout) -> bool| {
        let names = learners().filter(|about| wanted(about)).map(|about| format!("`{}`", about.id));
        names.collect::<Vec<String>>().join(", ")
    };
    let asked = names(&|about| !about.by_default);
    let on_texts = |about: &FamilyAbout| about.serves(TaskKind::TextClassification);
    let of_language = |about: &FamilyAbout| about.serves(TaskKind::LanguageModelling);
    let mut key = ladder::FAMILIES.help();
    let tables = names(&|about| !on_texts(about) && !of_language(about));
    key.values.push_str(&format!("; for tables {tables}, for texts {}", names(&on_texts)));
    let language = names(&of_language);
    if !language.is_empty() {
        key.values.push_str(&format!(", for language modelling {language}"));
    }
    if !asked.is_empty() {
        key.default.words.push_str(&format!(", but {asked}"));
    }
    key
}

/// The table of all keys for the documentation, in Markdown.
#[must_use]
pub fn reference_page(registries: &Registries) -> String {
    let all = reference(registries);
    let mut page = "| key | values | default | meaning |\n|---|---|---|---|\n".to_owned();
    for table in &TABLES {
        page.push_str(&format!("| **`{}`** |  | {} | {} |\n", heading(table.name), table.default, table.meaning));
        for KeyHelp { name, values, default, meaning, .. } in all.iter().filter(|key| key.section == table.name) {
            page.push_str(&format!("| `{name}` | {values} | {} | {meaning} |\n", default.words));
        }
    }
    page
}

/// The keys that are asked for: one by its name (`margin`, `good-enough.margin`), or all of a table (`good-enough`, `[trials]`).
///
/// # Errors
/// There is no such key or table: the nearest name, where one is near.
pub fn explain(wanted: &str, registries: &Registries) -> Result<Vec<KeyHelp>, Option<String>> {
    let plain = wanted.trim().trim_matches(['[', ']', '`']);
    let (section, name) = match plain.split_once('.') {
        Some((section, name)) => (Some(section.trim_matches(['[', ']'])), name),
        None => (None, plain),
    };
    let keys = reference(registries);
    let is = |key: &&KeyHelp| {
        let named = key.name == name && section.is_none_or(|section| section == key.section);
        named || section.is_none() && key.section == name
    };
    let found: Vec<KeyHelp> = keys.iter().filter(is).cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names: Vec<&str> = keys.iter().map(|key| key.name).collect();
    names.extend(TABLES.iter().map(|table| table.name));
    Err(nearest(&names, name).map(str::to_owned))
}

/// The tables of a study with what they are for.
pub fn tables() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLES.iter().map(|table| (table.name, table.meaning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::registries;

    #[test]
    fn a_key_is_found_by_its_name_its_table_or_both() {
        let found = |wanted: &str| explain(wanted, &registries()).map(|keys| keys.len());
        assert_eq!(
            (found("margin"), found("good-enough.margin"), found("[good-enough].margin")),
            (Ok(1), Ok(1), Ok(1))
        );
        // Of [task] and of [metric].
        assert_eq!((found("ignore"), found("task.ignore")), (Ok(2), Ok(1)));
        assert_eq!(found("[ladder]"), found("ladder"));
        assert!(found("trials").is_ok_and(|count| count > 4));
        assert_eq!((found("dropout"), found("error-slices")), (Ok(1), Ok(1)));
        assert_eq!(
            (explain("margn", &registries()), explain("zzz", &registries())),
            (Err(Some("margin".to_owned())), Err(None))
        );
    }
}
