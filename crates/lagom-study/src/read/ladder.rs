//! `[ladder]`.

use toml::de::DeValue;

use super::section::Section;
use crate::family::{CALLED, FamilyAbout, FamilyId, Registries, TaskKind};
use crate::fault::{Faults, Wrong};
use crate::keys::ladder as keys;
use crate::keys::values::{Value, one_of, wrong_type};
use crate::model::LadderSpec;
use crate::named::Policy;

/// What families are read by.
pub(super) struct Trained<'a> {
    /// Those that can be trained.
    pub(super) registries: &'a Registries,
    /// What the study says the task is.
    pub(super) kind: Option<TaskKind>,
    /// Whether there are `[[candidate]]`s.
    pub(super) called: bool,
}

/// Reads the table; the defaults where it is absent.
pub(super) fn read(section: &Section<'_>, trained: &Trained<'_>, faults: &mut Faults<'_>) -> LadderSpec {
    let (policy, certify) = (section.value(faults, &keys::POLICY), section.value(faults, &keys::CERTIFY));
    if policy == Policy::Sweep && section.has(keys::CERTIFY.name) {
        let hint = "leave it out, or climb: a sweep measures every rung";
        section.fault(faults, keys::CERTIFY.name, Wrong::new("a sweep leaves no rung to certify", hint));
    }
    LadderSpec {
        families: families(section, trained, faults),
        largest: section.read(faults, &keys::LARGEST),
        policy,
        certify,
    }
}

/// The families in the order of the file. Every wrong one is a fault of its own.
fn families(section: &Section<'_>, trained: &Trained<'_>, faults: &mut Faults<'_>) -> Option<Vec<FamilyId>> {
    let value = section.get(keys::FAMILIES.name)?;
    let DeValue::Array(list) = value.get_ref() else {
        let hint = "write a list such as [\"linear\", \"trees\"]";
        section.fault(faults, keys::FAMILIES.name, wrong_type(value, keys::FAMILIES.values.0, hint));
        return None;
    };
    let mut families = Vec::new();
    let mut whole = true;
    for item in list {
        match trained.family(item).and_then(|family| trained.new_and_serving(family, &families)) {
            Ok(family) => families.push(family),
            Err(wrong) => {
                whole = false;
                section.fault(faults, keys::FAMILIES.name, wrong.at(item.span()));
            }
        }
    }
    if whole && !trained.called && families.iter().all(|family| *family == FamilyId::BASELINE) {
        let message = "found no family to compare with the baseline";
        section.fault(
            faults,
            keys::FAMILIES.name,
            Wrong::new(message, "name at least one, or leave the key out for all that serve"),
        );
    }
    Some(families)
}

impl Trained<'_> {
    /// A family that lagom trains; those that are called stand in tables of their own.
    fn family(&self, value: &Value<'_>) -> Result<&'static FamilyAbout, Wrong> {
        if let DeValue::String(name) = value.get_ref()
            && let Some(called) = CALLED.iter().find(|about| about.id.name() == name.as_ref())
        {
            let (name, hint) = (called.id.name(), "write [[candidate]] and below it name = \"…\" and");
            return Err(Wrong::new(format!("\"{name}\" is not trained"), format!("{hint} {name} = …")));
        }
        one_of(value, &self.registries.families, |about| about.id.name())
    }

    fn new_and_serving(&self, family: &FamilyAbout, before: &[FamilyId]) -> Result<FamilyId, Wrong> {
        let name = family.id.name();
        if before.contains(&family.id) {
            return Err(Wrong::new(format!("found \"{name}\" twice"), "keep one of them"));
        }
        match self.kind {
            // That nothing is trained for such a task is a fault of its own.
            Some(kind) if kind.is_trained() && !family.serves(kind) => {
                let serving: Vec<&str> = self.registries.serving(kind).map(|about| about.id.name()).collect();
                let message = format!("\"{name}\" does not do {}", kind.name());
                Err(Wrong::new(message, format!("families that do: {}", serving.join(", "))))
            }
            _ => Ok(family.id),
        }
    }
}
