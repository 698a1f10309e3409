//! The ladder: which sizes of which families a study trains.

use super::families::{family, registries};
use super::shape::DataShape;
use super::spec::Candidate;
use crate::study::{FamilyId, LadderSpec, TaskKind};

/// The candidates of a study, ordered by their planned number of parameters.
///
/// A function of the study and of the shape of the data alone.
#[must_use]
pub fn ladder(spec: &LadderSpec, task: TaskKind, shape: &DataShape<'_>) -> Vec<Candidate> {
    let families = spec.families_for(task, &registries());
    let sizes = |id: FamilyId| family(id).map_or_else(Vec::new, |family| family.sizes(shape, spec.largest));
    let mut candidates: Vec<Candidate> = families.into_iter().flat_map(sizes).collect();
    candidates.retain(|candidate| {
        candidate.spec.family == FamilyId::BASELINE
            || spec.largest.is_none_or(|most| candidate.planned_parameters <= most)
    });
    candidates.sort_by(|a, b| a.planned_parameters.cmp(&b.planned_parameters).then_with(|| a.name.cmp(&b.name)));
    candidates
}
