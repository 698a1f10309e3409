//! What a study may name of this crate, as data for its reader.

use super::families::FAMILIES;
use super::levers::LEVERS;
use crate::study::Registries;

/// What a study may name of this crate: the families that are trained, and the levers.
#[must_use]
pub fn registries() -> Registries {
    Registries {
        families: FAMILIES.iter().map(|family| family.about()).collect(),
        levers: LEVERS.iter().map(|lever| lever.about()).collect(),
        ..Registries::default()
    }
}
