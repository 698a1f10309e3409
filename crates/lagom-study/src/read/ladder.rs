//! `[ladder]`.

use toml::de::DeValue;

use super::section::{Section, Value, wrong_type};
use super::value::{choice, limit};
use crate::costs::{Amount, Limit, Unit};
use crate::family::{Family, TaskKind};
use crate::fault::{Faults, Wrong};
use crate::model::{Certify, LadderSpec, Policy};

/// Reads the table; the defaults where it is absent. `kind` is what the study says the task is, `called` whether
/// there are `[[candidate]]`s.
pub(super) fn read(section: &Section<'_>, kind: Option<TaskKind>, called: bool, faults: &mut Faults<'_>) -> LadderSpec {
    let policy = section.read(faults, "policy", |v| choice(v, &Policy::ALL, Policy::name));
    let certify = section.read(faults, "certify", |v| choice(v, &Certify::ALL, Certify::name));
    if policy == Some(Policy::Sweep) && certify.is_some() {
        let hint = "leave it out, or climb: a sweep measures every rung";
        section.fault(faults, "certify", Wrong::new("a sweep leaves no rung to certify", hint));
    }
    LadderSpec {
        families: families(section, kind, called, faults),
        largest: section.read(faults, "largest", largest),
        policy: policy.unwrap_or_default(),
        certify: certify.unwrap_or_default(),
    }
}

fn largest(value: &Value<'_>) -> Result<u64, Wrong> {
    let reworded = |wrong: Wrong| Wrong {
        hint: "write a count such as 5000, \"50k\" or \"2M\", or leave the key out".to_owned(),
        ..wrong
    };
    match limit(value, Unit::Count, "a count").map_err(reworded)? {
        Limit::AtMost(Amount::Count(most)) => Ok(most),
        _ => Err(reworded(wrong_type(value, "a count", ""))),
    }
}

/// The families in the order of the file. Every wrong one is a fault of its own.
fn families(
    section: &Section<'_>,
    kind: Option<TaskKind>,
    called: bool,
    faults: &mut Faults<'_>,
) -> Option<Vec<Family>> {
    let value = section.get("families")?;
    let DeValue::Array(list) = value.get_ref() else {
        let hint = "write a list such as [\"linear\", \"trees\"]";
        section.fault(faults, "families", wrong_type(value, "a list of families", hint));
        return None;
    };
    let mut families = Vec::new();
    let mut whole = true;
    for item in list {
        match trained(item).and_then(|family| new_and_serving(family, &families, kind)) {
            Ok(family) => families.push(family),
            Err(wrong) => {
                whole = false;
                section.fault(faults, "families", wrong.at(item.span()));
            }
        }
    }
    if whole && !called && families.iter().all(|family| *family == Family::Baseline) {
        let message = "found no family to compare with the baseline";
        section.fault(
            faults,
            "families",
            Wrong::new(message, "name at least one, or leave the key out for all that serve"),
        );
    }
    Some(families)
}

/// A family that lagom trains; those that are called stand in tables of their own.
fn trained(value: &Value<'_>) -> Result<Family, Wrong> {
    let DeValue::String(name) = value.get_ref() else {
        return choice(value, &Family::ALL, Family::name);
    };
    match Family::CALLED.into_iter().find(|family| family.name() == name.as_ref()) {
        None => choice(value, &Family::ALL, Family::name),
        Some(called) => {
            let message = format!("\"{}\" is not trained", called.name());
            Err(Wrong::new(message, format!("write [[candidate]] and below it name = \"…\" and {} = …", called.name())))
        }
    }
}

fn new_and_serving(family: Family, before: &[Family], kind: Option<TaskKind>) -> Result<Family, Wrong> {
    if before.contains(&family) {
        return Err(Wrong::new(format!("found \"{}\" twice", family.name()), "keep one of them"));
    }
    match kind {
        // That nothing is trained for such a task is a fault of its own.
        Some(kind) if kind.is_trained() && !family.serves(kind) => {
            let serving: Vec<&str> = Family::serving(kind).into_iter().map(Family::name).collect();
            let message = format!("\"{}\" does not do {}", family.name(), kind.name());
            Err(Wrong::new(message, format!("families that do: {}", serving.join(", "))))
        }
        _ => Ok(family),
    }
}
