//! `[trials]`.

use super::section::Section;
use super::value::{flag, share, whole};
use crate::fault::{Faults, Wrong};
use crate::trials::Trials;

const REPEATS: std::ops::RangeInclusive<u64> = 2..=Trials::MOST_REPEATS as u64;
const SHARE: std::ops::RangeInclusive<f64> = 0.05..=0.5;
const WORKERS: std::ops::RangeInclusive<u64> = 1..=1024;

/// Reads the table; the defaults where it is absent. `task` is the section that names the files and their order.
pub(super) fn read(section: &Section<'_>, task: &Section<'_>, faults: &mut Faults<'_>) -> Trials {
    let default = Trials::default();
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    if given(task) && section.has("holdout") {
        let hint = "leave it out, or give one file as task.data to have a share of it sealed";
        section.fault(faults, "holdout", Wrong::new("nothing is left to seal: [task] names its own files", hint));
    }
    let repeats = section.read(faults, "repeats", |v| whole(v, REPEATS)).map(narrow);
    let cross_fit = section.read(faults, "cross-fit", flag);
    if cross_fit == Some(true) {
        check_cross_fit(section, task, repeats, faults);
    }
    Trials {
        repeats: repeats.unwrap_or(default.repeats),
        seed: section.read(faults, "seed", |v| whole(v, 0..=u64::MAX)).unwrap_or(default.seed),
        repeats_proposed: !section.has("repeats"),
        holdout: section.read(faults, "holdout", |v| share(v, SHARE)).unwrap_or(default.holdout),
        // Who names a share to seal wants it sealed.
        cross_fit: cross_fit.or_else(|| section.has("holdout").then_some(false)),
        validation: section.read(faults, "validation", |v| share(v, SHARE)).unwrap_or(default.validation),
        validation_proposed: !section.has("validation"),
        workers: section.read(faults, "workers", |v| whole(v, WORKERS)).map(narrow),
    }
}

/// Whether the study names its own holdout file.
fn given(task: &Section<'_>) -> bool {
    task.has("train") || task.has("holdout")
}

/// Notes what cross-fitting does not go with: a holdout of any kind, an order in time, too few repeats.
fn check_cross_fit(section: &Section<'_>, task: &Section<'_>, repeats: Option<u32>, faults: &mut Faults<'_>) {
    if given(task) {
        let hint = "leave it out to have the verdict read from that file, or give all rows as task.data";
        section.fault(faults, "cross-fit", Wrong::new("[task] names its own holdout file", hint));
    } else if section.has("holdout") {
        let hint = "cross-fitting seals every row in turn: leave `holdout` out; or `cross-fit`, to seal that share";
        section.exclusive(faults, "holdout", "cross-fit", hint);
    }
    if task.has("time") {
        let message = "rows in order of time can't be cross-fitted: models would be trained on what comes later";
        let hint = "leave it out: the latest rows are sealed; or leave task.time out if the order does not matter";
        section.fault(faults, "cross-fit", Wrong::new(message, hint));
    }
    if let Some(repeats) = repeats.filter(|repeats| *repeats < Trials::FEWEST_FOLDS) {
        let message = format!("{repeats} repeats are too few: each seals its own fold of the rows");
        let hint = format!("set repeats to {} or more; without it, 10 are made", Trials::FEWEST_FOLDS);
        section.fault(faults, "cross-fit", Wrong::new(message, hint));
    }
}
