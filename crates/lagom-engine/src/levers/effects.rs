//! Gains: each arm against the plain recipe of its size, in pairs.

use super::types::{Arm, MeasuredArm, Stage};
use crate::stats::Estimate;
use crate::verdict::{CandidateResults, RepeatOutcomes, differences};

/// How much better each arm is than the plain recipe of its size on validation rows, in the order of the arms; positive is better. None
/// for the plain recipe itself, for an arm that failed, and where the two share no repeat.
pub(super) fn gains(stage: &Stage, measured: &[MeasuredArm]) -> Vec<Option<Estimate>> {
    let mut found = vec![None; measured.len()];
    for size in 0..stage.sizes.len() {
        let Some(plain) = of(measured, &Arm::plain(size)).filter(|plain| plain.entry.unmeasured.is_none()) else {
            continue;
        };
        let own = |at: &usize| {
            let one = &measured[*at];
            one.arm.size == size && !one.arm.is_plain() && !one.is_failed() && !one.entry.repeats.is_empty()
        };
        let places: Vec<usize> = (0..measured.len()).filter(own).collect();
        let entries: Vec<&CandidateResults> = places.iter().map(|at| &measured[*at].entry).collect();
        for (at, gain) in places.into_iter().zip(differences(stage.terms.metric, &entries, &plain.entry)) {
            found[at] = gain.filter(|gain| gain.point.is_finite());
        }
    }
    found
}

/// What was measured of an arm.
pub(super) fn of<'a>(measured: &'a [MeasuredArm], arm: &Arm) -> Option<&'a MeasuredArm> {
    measured.iter().find(|one| one.arm == *arm)
}

/// Whether an arm answers every validation row of every repeat as the plain recipe does: the lever finds nothing to change in these rows.
pub(super) fn is_idle(measured: &[MeasuredArm], one: &MeasuredArm) -> bool {
    let Some(plain) = of(measured, &Arm::plain(one.arm.size)) else { return false };
    let same = |own: &RepeatOutcomes| {
        let other = plain.entry.repeats.iter().find(|other| other.repeat == own.repeat);
        other.is_some_and(|other| other.rows == own.rows && other.validation == own.validation)
    };
    !one.arm.is_plain() && !one.entry.repeats.is_empty() && one.entry.repeats.iter().all(same)
}

/// Of each lever that was tried alone on a size: the places of its settings, controls left out, in the order of the stage.
pub(super) fn by_lever(stage: &Stage, measured: &[MeasuredArm], size: usize) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (at, one) in measured.iter().enumerate() {
        let Some(lever) = one.arm.lever().filter(|_| one.arm.size == size && !stage.is_control(&one.arm)) else {
            continue;
        };
        match found.iter_mut().find(|places| measured[places[0]].arm.lever() == Some(lever)) {
            Some(places) => places.push(at),
            None => found.push(vec![at]),
        }
    }
    found
}

/// The setting that stands for a lever: of those with the most repeats the one with the highest gain; none where none has a gain.
pub(super) fn best(places: &[usize], measured: &[MeasuredArm], gains: &[Option<Estimate>]) -> Option<usize> {
    let known = || places.iter().copied().filter(|at| gains[*at].is_some());
    let most = known().map(|at| measured[at].entry.repeats.len()).max()?;
    let point = |at: usize| gains[at].as_ref().map_or(f64::NEG_INFINITY, |gain| gain.point);
    // The first of equals: it is the more usual one.
    known()
        .filter(|at| measured[*at].entry.repeats.len() == most)
        .reduce(|best, at| if point(at) > point(best) { at } else { best })
}
