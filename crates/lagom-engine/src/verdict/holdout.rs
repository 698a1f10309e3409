//! The holdout's outcomes, read as far as an access covers them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::types::{CandidateResults, RepeatOutcomes, Responses, Scored};
use crate::data::{HoldoutAccess, Units};
use crate::stats::Clusters;

/// A candidate's outcomes on the holdout or on its folds, read.
pub(super) struct Holdout {
    pub(super) repeats: Vec<Responses>,
    /// Which rows count as one, and whether the rows are named by their places in the data set; else among the sealed.
    pub(super) units: Option<(Arc<Units>, bool)>,
}

impl Holdout {
    /// The sealed outcomes of a candidate's repeats (whole ones, or those on half of the rows), as far as the look covers it.
    pub(super) fn open(entry: &CandidateResults, repeats: &[RepeatOutcomes], look: &HoldoutAccess) -> Self {
        let units = entry.units.clone().map(|units| (units, entry.is_cross_fitted()));
        Self { repeats: opened(repeats, look, &entry.candidate.name), units }
    }

    pub(super) fn scored(&self) -> Vec<Scored<'_>> {
        let units = self.units.as_ref().map(|(units, by_row)| Clusters {
            of: if *by_row { units.of_rows() } else { units.of_sealed() },
            copies: units.are_copies(),
        });
        self.repeats.iter().map(|one| Scored { units, ..one.scored() }).collect()
    }
}

pub(super) fn open(entries: &[CandidateResults], look: &HoldoutAccess) -> BTreeMap<String, Holdout> {
    let covered = entries.iter().filter(|entry| look.covers(&entry.candidate.name));
    covered.map(|entry| (entry.candidate.name.clone(), Holdout::open(entry, &entry.repeats, look))).collect()
}

/// The sealed outcomes of a candidate's repeats, as far as the look covers it.
fn opened(repeats: &[RepeatOutcomes], look: &HoldoutAccess, name: &str) -> Vec<Responses> {
    let read = |one: &RepeatOutcomes| {
        let outcomes = one.sealed.open(look, name)?;
        let all = 0..u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
        Some(Responses::whole(one.repeat, one.sealed.rows().unwrap_or_else(|| all.collect()), outcomes))
    };
    repeats.iter().filter_map(read).collect()
}
