//! `[trials]`.

use super::section::Section;
use super::value::{share, whole};
use crate::study::fault::{Faults, Wrong};
use crate::study::model::Trials;

const REPEATS: std::ops::RangeInclusive<u64> = 2..=100;
const SHARE: std::ops::RangeInclusive<f64> = 0.05..=0.5;
const WORKERS: std::ops::RangeInclusive<u64> = 1..=1024;

/// Reads the table; the defaults where it is absent. `given`: the study names its own holdout file.
pub(super) fn read(section: &Section<'_>, given: bool, faults: &mut Faults<'_>) -> Trials {
    let default = Trials::default();
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    if given && section.has("holdout") {
        let hint = "leave it out, or give one file as task.data to have a share of it sealed";
        section.fault(faults, "holdout", Wrong::new("nothing is left to seal: [task] names its own files", hint));
    }
    Trials {
        repeats: section.read(faults, "repeats", |v| whole(v, REPEATS)).map_or(default.repeats, narrow),
        seed: section.read(faults, "seed", |v| whole(v, 0..=u64::MAX)).unwrap_or(default.seed),
        holdout: section.read(faults, "holdout", |v| share(v, SHARE)).unwrap_or(default.holdout),
        validation: section.read(faults, "validation", |v| share(v, SHARE)).unwrap_or(default.validation),
        workers: section.read(faults, "workers", |v| whole(v, WORKERS)).map(narrow),
    }
}
