//! `[trials]`.

use super::section::Section;
use crate::fault::{Faults, Wrong};
use crate::keys::task::{HOLDOUT, TIME, TRAIN};
use crate::keys::trials as keys;
use crate::trials::Trials;

/// Reads the table; the defaults where it is absent. `task` is the section that names the files and their order.
pub(super) fn read(section: &Section<'_>, task: &Section<'_>, faults: &mut Faults<'_>) -> Trials {
    if given(task) && section.has(keys::HOLDOUT.name) {
        let hint = "leave it out, or give one file as task.data to have a share of it sealed";
        section.fault(
            faults,
            keys::HOLDOUT.name,
            Wrong::new("nothing is left to seal: [task] names its own files", hint),
        );
    }
    let repeats = section.read(faults, &keys::REPEATS);
    let cross_fit = section.read(faults, &keys::CROSS_FIT);
    if cross_fit == Some(true) {
        check_cross_fit(section, task, repeats, faults);
    }
    Trials {
        repeats: repeats.unwrap_or(keys::REPEATS.default.0),
        seed: section.value(faults, &keys::SEED),
        repeats_proposed: !section.has(keys::REPEATS.name),
        holdout: section.value(faults, &keys::HOLDOUT),
        // Who names a share to seal wants it sealed.
        cross_fit: cross_fit.or_else(|| section.has(keys::HOLDOUT.name).then_some(false)),
        validation: section.value(faults, &keys::VALIDATION),
        validation_proposed: !section.has(keys::VALIDATION.name),
        label_counts: section.read(faults, &keys::LABEL_COUNTS),
        workers: section.read(faults, &keys::WORKERS),
        device_workers: section.read(faults, &keys::DEVICE_WORKERS),
    }
}

/// Whether the study names its own holdout file.
fn given(task: &Section<'_>) -> bool {
    task.has(TRAIN.name) || task.has(HOLDOUT.name)
}

/// Notes what cross-fitting does not go with: a holdout of any kind, an order in time, too few repeats.
fn check_cross_fit(section: &Section<'_>, task: &Section<'_>, repeats: Option<u32>, faults: &mut Faults<'_>) {
    if given(task) {
        let hint = "leave it out to have the verdict read from that file, or give all rows as task.data";
        section.fault(faults, keys::CROSS_FIT.name, Wrong::new("[task] names its own holdout file", hint));
    } else if section.has(keys::HOLDOUT.name) {
        let hint = "cross-fitting seals every row in turn: leave `holdout` out; or `cross-fit`, to seal that share";
        section.exclusive(faults, keys::HOLDOUT.name, keys::CROSS_FIT.name, hint);
    }
    if task.has(TIME.name) {
        let message = "rows in order of time can't be cross-fitted: models would be trained on what comes later";
        let hint = "leave it out: the latest rows are sealed; or leave task.time out if the order does not matter";
        section.fault(faults, keys::CROSS_FIT.name, Wrong::new(message, hint));
    }
    if let Some(repeats) = repeats.filter(|repeats| *repeats < Trials::FEWEST_FOLDS) {
        let message = format!("{repeats} repeats are too few: each seals its own fold of the rows");
        let hint = format!("set repeats to {} or more; without it, 10 are made", Trials::FEWEST_FOLDS);
        section.fault(faults, keys::CROSS_FIT.name, Wrong::new(message, hint));
    }
}
