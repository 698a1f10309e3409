//! The cascades that the study names, put together of what was measured of their members.

use super::Concluder;
use crate::study::CascadeSpec;
use crate::verdict::{CandidateResults, Uncascadable, Uncascaded, cascaded};

impl Concluder<'_> {
    /// Adds the cascades to the candidates; those that could not be put together, with the reason.
    pub(super) fn add_cascades(&self, entries: &mut Vec<CandidateResults>) -> Vec<Uncascaded> {
        let prepared = &self.workspace.prepared;
        let mut left = Vec::new();
        for pair in &prepared.study.cascades {
            match of(pair, entries, &prepared.terms) {
                Ok(entry) => entries.push(entry),
                Err(why) => left.push(Uncascaded { pair: pair.clone(), why }),
            }
        }
        left
    }

    /// Names of candidates with those of cascades replaced by their members: what is trained for them.
    pub(super) fn trained_for(&self, names: Vec<String>) -> Vec<String> {
        let pairs = &self.workspace.prepared.study.cascades;
        let members = |name: String| match pairs.iter().find(|pair| pair.name() == name) {
            Some(pair) => vec![pair.small.clone(), pair.large.clone()],
            None => vec![name],
        };
        let mut trained: Vec<String> = names.into_iter().flat_map(members).collect();
        trained.sort();
        trained.dedup();
        trained
    }
}

fn of(
    pair: &CascadeSpec,
    entries: &[CandidateResults],
    terms: &crate::verdict::Terms,
) -> Result<CandidateResults, Uncascadable> {
    let find = |name: &str| {
        let found = entries.iter().find(|entry| entry.candidate.name == name);
        found.ok_or_else(|| Uncascadable::Unmeasured(name.to_owned()))
    };
    cascaded(pair, (find(&pair.small)?, find(&pair.large)?), terms)
}
