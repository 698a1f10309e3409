//! The ladder: which sizes of which families a study trains.

use super::families::{Family, family};
use super::levers::applying;
use super::registries::registries;
use super::shape::DataShape;
use super::spec::{Candidate, Spec};
use crate::study::{FamilyId, LadderSpec, Setting, TaskKind};

/// The candidates of a study, ordered by their planned number of parameters, each with those of the levers that change
/// anything for it.
///
/// A function of the study and of the shape of the data alone.
#[must_use]
pub fn ladder(spec: &LadderSpec, levers: &[Setting], task: TaskKind, shape: &DataShape<'_>) -> Vec<Candidate> {
    let families = spec.families_for(task, &registries()).into_iter().filter_map(family);
    let sizes = |family: &'static dyn Family| {
        let with_levers = |mut candidate: Candidate| {
            let Spec { family, size } = &candidate.spec;
            candidate.levers = applying(levers, (*family, size), task, shape.classes);
            candidate
        };
        family.sizes(shape, spec.largest).into_iter().map(with_levers)
    };
    let mut candidates: Vec<Candidate> = families.flat_map(sizes).collect();
    candidates.retain(|candidate| {
        candidate.spec.family == FamilyId::BASELINE
            || spec.largest.is_none_or(|most| candidate.planned_parameters <= most)
    });
    candidates.sort_by(|a, b| a.planned_parameters.cmp(&b.planned_parameters).then_with(|| a.name.cmp(&b.name)));
    candidates
}
