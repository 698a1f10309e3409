//! `[cascade]`.

use super::section::Section;
use crate::cascade_spec::CascadeSpec;
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::keys::cascade as keys;

/// Reads the table; no pairs where it is absent. Whether there are candidates of these names is known once the data are read.
pub(super) fn read(section: &Section<'_>, kind: Option<TaskKind>, faults: &mut Faults<'_>) -> Vec<CascadeSpec> {
    if section.is_present() && !section.has(keys::PAIRS.name) {
        let hint = "add pairs = [[\"the small one\", \"the large one\"]], or leave the table out";
        section.fault(faults, keys::PAIRS.name, Wrong::new("missing", hint));
    }
    if let Some(kind) = kind.filter(|kind| section.is_present() && !kind.has_classes()) {
        let message = format!("models of {} have no confidence that could say which rows to hand on", kind.name());
        section.fault_table(faults, Wrong::new(message, "leave the table out: cascades are for classification"));
    }
    section.read(faults, &keys::PAIRS).unwrap_or_default()
}
