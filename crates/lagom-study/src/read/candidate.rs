//! `[[candidate]]`.

use toml::de::DeTable;

use super::around::{Around, own};
use super::backend::backend;
use super::price::price;
use super::section::Section;
use super::{own_weights, pretrained};
use crate::family::{FamilyAbout, Registries};
use crate::fault::{Faults, Wrong};
use crate::keys::candidate as keys;
use crate::keys::values::{Text, Value, Values};
use crate::model_spec::ModelSpec;
use crate::pretrained::Pretrained;

/// The longest name, in characters: it heads rows of tables.
const NAME: usize = 60;

/// One table, and what it declares: a candidate for each number of shots.
pub(super) struct Declared<'t> {
    /// The table.
    pub(super) section: Section<'t>,
    /// Its candidates; none where it has no name or no source of answers.
    pub(super) called: Vec<ModelSpec>,
    /// Its weights, where it is a table of weights.
    pub(super) pretrained: Option<Pretrained>,
}

/// Reads every table.
pub(super) fn read<'t>(root: &'t DeTable<'t>, around: &Around<'_>, faults: &mut Faults<'_>) -> Vec<Declared<'t>> {
    let mut declared: Vec<Declared<'t>> = Vec::new();
    for section in Section::open_each(root, "candidate", around.registries, faults) {
        let (called, pretrained) = match (pretrained::is_one(&section), around.asked()) {
            (true, Some(kind)) => {
                let name = named(&section, around, faults);
                (own_weights::read(&section, name, (kind, around), faults), None)
            }
            (true, None) => {
                let name = named(&section, around, faults);
                (Vec::new(), pretrained::read(&section, name, around.folder, faults))
            }
            (false, _) => (one(&section, around, faults), None),
        };
        for new in pretrained::names(&called, pretrained.as_ref()) {
            let mut before =
                declared.iter().flat_map(|table| pretrained::names(&table.called, table.pretrained.as_ref()));
            if before.any(|other| other.to_lowercase() == new.to_lowercase()) {
                let message = format!("\"{new}\" is the name of two candidates");
                section.fault(
                    faults,
                    keys::NAME.name,
                    Wrong::new(message, "give each [[candidate]] a name of its own"),
                );
                break;
            }
        }
        declared.push(Declared { section, called, pretrained });
    }
    declared
}

/// The name of a table; notes where it has none.
fn named(section: &Section<'_>, around: &Around<'_>, faults: &mut Faults<'_>) -> Option<String> {
    if !section.has(keys::NAME.name) {
        let wrong = Wrong::new("missing", "add name = \"qwen3-4b\": what the tables of results are to call it");
        section.fault(faults, keys::NAME.name, wrong);
    }
    section.read_with(faults, keys::NAME.name, |value| name(value, around.registries))
}

/// The candidates of one table.
fn one(section: &Section<'_>, around: &Around<'_>, faults: &mut Faults<'_>) -> Vec<ModelSpec> {
    let name = named(section, around, faults);
    let own = own(section, faults);
    let read = own.read.unwrap_or(around.prompt.read);
    let backend = backend(section, around.folder, (around.prompt.form, read), faults);
    let shots = section.read(faults, &keys::SHOTS).unwrap_or_else(|| vec![0]);
    let called = ModelSpec {
        name: String::new(),
        table: name.clone().unwrap_or_default(),
        // A stand-in where a fault was noted: the study is not used.
        backend: backend
            .clone()
            .unwrap_or(crate::model_spec::Backend::Command { words: Vec::new(), environment: Vec::new() }),
        parameters: section.read(faults, &keys::PARAMETERS),
        bytes: section.read(faults, &keys::BYTES),
        memory: section.read(faults, &keys::MEMORY),
        price: price(section, around.registries, faults),
        shots: 0,
        shots_by: section.value(faults, &keys::SHOTS_BY),
        context: section.read(faults, &keys::CONTEXT),
        in_flight: section.read(faults, &keys::IN_FLIGHT),
        requests_per_minute: section.read(faults, &keys::REQUESTS_PER_MINUTE),
        timeout: section.read(faults, &keys::TIMEOUT),
        own,
    };
    if section.has(keys::SHOTS_BY.name) && shots == [0] {
        let wrong = Wrong::new("no examples stand in the prompt", "leave it out, or add shots = 4");
        section.fault(faults, keys::SHOTS_BY.name, wrong);
    }
    let (Some(name), Some(_)) = (name, backend) else { return Vec::new() };
    let at = |count: &u32| {
        let name = if shots == [0] { name.clone() } else { format!("{name}-{count}shot") };
        ModelSpec { name, shots: *count, ..called.clone() }
    };
    shots.iter().map(at).collect()
}

/// A name that is none of those that lagom gives to what it trains, and that can stand in a table and in a path.
fn name(value: &Value<'_>, registries: &Registries) -> Result<String, Wrong> {
    let name = Text("a name").read(value)?;
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
