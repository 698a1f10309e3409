//! `[[candidate]]`.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::backend::backend;
use super::price::price;
use super::prompt::{TOKENS, temperature, template};
use super::quantity::{count, duration, size, small};
use super::section::{Section, Value, wrong_type};
use super::value::{choice, text};
use crate::family::{FamilyAbout, Registries};
use crate::fault::{Faults, Wrong};
use crate::model_spec::{ModelSpec, ShotsBy};
use crate::prompt::{OwnPrompt, PromptSpec, ResponseMode};

const SHOTS: std::ops::RangeInclusive<u64> = 0..=1_000;
const CONTEXT: std::ops::RangeInclusive<u64> = 16..=1_000_000_000;
const IN_FLIGHT: std::ops::RangeInclusive<u64> = 1..=4_096;
const A_MINUTE: std::ops::RangeInclusive<u64> = 1..=10_000_000;
/// The longest name, in characters: it heads rows of tables.
const NAME: usize = 60;

/// One table, and what it declares: a candidate for each number of shots.
pub(super) struct Declared<'t> {
    /// The table.
    pub(super) section: Section<'t>,
    /// Its candidates; none where it has no name or no source of answers.
    pub(super) called: Vec<ModelSpec>,
}

/// What the tables are read by.
pub(super) struct Around<'a> {
    /// What their paths are relative to.
    pub(super) folder: &'a Path,
    /// What they are asked if they say no more.
    pub(super) prompt: &'a PromptSpec,
    /// The families that lagom trains, whose names candidates can't have.
    pub(super) registries: &'a Registries,
}

/// Reads every table.
pub(super) fn read<'t>(root: &'t DeTable<'t>, around: &Around<'_>, faults: &mut Faults<'_>) -> Vec<Declared<'t>> {
    let mut declared: Vec<Declared<'t>> = Vec::new();
    for section in Section::open_each(root, "candidate", faults) {
        let called = one(&section, around, faults);
        for new in &called {
            let mut before = declared.iter().flat_map(|table| &table.called);
            if before.any(|other| other.name.to_lowercase() == new.name.to_lowercase()) {
                let message = format!("\"{}\" is the name of two candidates", new.name);
                section.fault(faults, "name", Wrong::new(message, "give each [[candidate]] a name of its own"));
                break;
            }
        }
        declared.push(Declared { section, called });
    }
    declared
}

/// The candidates of one table.
fn one(section: &Section<'_>, around: &Around<'_>, faults: &mut Faults<'_>) -> Vec<ModelSpec> {
    if !section.has("name") {
        let wrong = Wrong::new("missing", "add name = \"qwen3-4b\": what the tables of results are to call it");
        section.fault(faults, "name", wrong);
    }
    let name = section.read(faults, "name", |value| name(value, around.registries));
    let own = own(section, faults);
    let read = own.read.unwrap_or(around.prompt.read);
    let backend = backend(section, around.folder, (around.prompt.form, read), faults);
    let shots = shots(section, faults);
    let called = ModelSpec {
        name: String::new(),
        table: name.clone().unwrap_or_default(),
        // A stand-in where a fault was noted: the study is not used.
        backend: backend
            .clone()
            .unwrap_or(crate::model_spec::Backend::Command { words: Vec::new(), environment: Vec::new() }),
        parameters: section.read(faults, "parameters", count),
        bytes: section.read(faults, "bytes", size),
        memory: section.read(faults, "memory", size),
        price: price(section, faults),
        shots: 0,
        shots_by: section.read(faults, "shots-by", |v| choice(v, &ShotsBy::ALL, ShotsBy::name)).unwrap_or_default(),
        context: section.read(faults, "context", |v| small(v, CONTEXT)),
        in_flight: section.read(faults, "in-flight", |v| small(v, IN_FLIGHT)),
        requests_per_minute: section.read(faults, "requests-per-minute", |v| small(v, A_MINUTE)),
        timeout: section.read(faults, "timeout", duration),
        own,
    };
    if section.has("shots-by") && shots == [0] {
        let wrong = Wrong::new("no examples stand in the prompt", "leave it out, or add shots = 4");
        section.fault(faults, "shots-by", wrong);
    }
    let (Some(name), Some(_)) = (name, backend) else { return Vec::new() };
    let at = |count: &u32| {
        let name = if shots == [0] { name.clone() } else { format!("{name}-{count}shot") };
        ModelSpec { name, shots: *count, ..called.clone() }
    };
    shots.iter().map(at).collect()
}

fn own(section: &Section<'_>, faults: &mut Faults<'_>) -> OwnPrompt {
    OwnPrompt {
        template: section.read(faults, "template", template),
        system: section.read(faults, "system", template),
        read: section.read(faults, "read", |v| choice(v, &ResponseMode::ALL, ResponseMode::name)),
        temperature: section.read(faults, "temperature", temperature),
        max_tokens: section.read(faults, "max-tokens", |v| small(v, TOKENS)),
    }
}

/// A name that is none of those that lagom gives to what it trains, and that can stand in a table and in a path.
fn name(value: &Value<'_>, registries: &Registries) -> Result<String, Wrong> {
    let name = text(value)?;
    let hint = "letters, digits and . - _ : + are allowed, such as \"qwen3-4b:q4_k_m\"";
    if let Some(odd) = name.chars().find(|c| !(c.is_alphanumeric() || "-._:+".contains(*c))) {
        return Err(Wrong::new(format!("found {odd:?} in the name \"{name}\""), hint));
    }
    if name.chars().count() > NAME || !name.starts_with(char::is_alphanumeric) {
        let message = format!("expected a name of at most {NAME} characters that begins with a letter or digit");
        return Err(Wrong::new(message, hint));
    }
    let lower = name.to_lowercase();
    let rung = |family: &&FamilyAbout| {
        let size = lower.strip_prefix(family.id.name()).map(|rest| rest.strip_prefix('-').unwrap_or(rest));
        size.is_some_and(|size| size.is_empty() || size.starts_with(|c: char| c.is_ascii_digit()))
    };
    if registries.families.iter().any(rung) || matches!(lower.as_str(), "majority" | "mean") {
        let message = format!("\"{name}\" is what lagom calls a model that it trains");
        return Err(Wrong::new(message, "give it another name"));
    }
    Ok(name)
}

/// How many examples: one number, or a list of different ones.
fn shots(section: &Section<'_>, faults: &mut Faults<'_>) -> Vec<u32> {
    let read = |value: &Value<'_>| match value.get_ref() {
        DeValue::Array(list) => {
            let mut counts = Vec::new();
            for item in list {
                let count = small(item, SHOTS).map_err(|wrong| wrong.at(item.span()))?;
                if counts.contains(&count) {
                    return Err(Wrong::new(format!("found {count} twice"), "keep one of them").at(item.span()));
                }
                counts.push(count);
            }
            if counts.is_empty() {
                return Err(wrong_type(value, "numbers of examples", "write 0, or a list such as [0, 4]"));
            }
            Ok(counts)
        }
        DeValue::Integer(_) => Ok(vec![small(value, SHOTS)?]),
        _ => Err(wrong_type(value, "a number of examples or a list of them", "write 0, or a list such as [0, 4]")),
    };
    section.read(faults, "shots", read).unwrap_or_else(|| vec![0])
}
