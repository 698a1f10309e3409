//! What a study may name of this crate, as data for its reader.

use super::families::FAMILIES;
use super::levers::{LEVERS, Lever};
use crate::study::{Registries, Setting};

/// What a study may name of this crate: the families that are trained, and the levers.
#[must_use]
pub fn registries() -> Registries {
    Registries {
        families: FAMILIES.iter().map(|family| family.about()).collect(),
        levers: LEVERS.iter().map(|lever| lever.about()).collect(),
        reviewed: LEVERS.iter().flat_map(|lever| reviewed(*lever)).collect(),
        ..Registries::default()
    }
}

/// The settings of a lever that take what a person has reviewed.
fn reviewed(lever: &dyn Lever) -> impl Iterator<Item = Setting> {
    let name = lever.about().name;
    lever.of_reviewed().iter().map(move |sample| Setting::of(name, *sample))
}
