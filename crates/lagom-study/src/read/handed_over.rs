//! `[handed-over]`.

use super::section::Section;
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::keys::handed_over as keys;

/// Whether the model is calibrated; no where the table is absent. Of a kind that is guessed the rows will tell.
pub(super) fn read(section: &Section<'_>, kind: Option<TaskKind>, faults: &mut Faults<'_>) -> bool {
    let calibrate = section.value(faults, &keys::CALIBRATE);
    if let Some(kind) = kind.filter(|kind| calibrate && !kind.has_classes()) {
        let message = format!("models of {} state no probabilities that could be made truer", kind.name());
        section.fault(faults, keys::CALIBRATE.name, Wrong::new(message, "leave it out: it is for classification"));
    }
    calibrate
}
