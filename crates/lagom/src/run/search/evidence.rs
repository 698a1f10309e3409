//! What has been measured of the rungs that the climb asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::candidate::{Candidate, about};
use crate::metric::score;
use crate::search;
use crate::stats::{self, Estimate};
use crate::study::costs::{Cost, Parameters};
use crate::verdict::{self, CandidateResults, RepeatOutcomes, Scored, Terms, UnmeasuredKind};

/// A rung, or a rung against another.
type Asked = (usize, Option<usize>);

/// The measurements of the rungs asked for, one entry a candidate of the plan; no other trial that the
/// store may hold is seen, so the climb decides the same whatever was measured before it.
pub(super) struct Evidence<'a> {
    terms: &'a Terms,
    /// Finished and failed repeats of each candidate, in the plan's order.
    pub(super) entries: Vec<CandidateResults>,
    /// Estimates that were asked for since the last change: of a rung, or of a rung against another.
    known: RefCell<BTreeMap<Asked, Option<Estimate>>>,
}

impl<'a> Evidence<'a> {
    /// Nothing is measured yet.
    pub(super) fn new(candidates: &[Candidate], terms: &'a Terms) -> Self {
        let bare = |candidate: &Candidate| CandidateResults::bare(candidate.clone());
        Self { terms, entries: candidates.iter().map(bare).collect(), known: RefCell::default() }
    }

    /// Puts what is measured of one candidate in place of what was known.
    pub(super) fn set(&mut self, rung: usize, entry: CandidateResults) {
        if let Some(place) = self.entries.get_mut(rung) {
            *place = entry;
        }
        self.known.borrow_mut().retain(|&(one, other), _| one != rung && other != Some(rung));
    }

    fn scored(&self, rung: usize) -> Vec<Scored<'_>> {
        self.entries.get(rung).map(verdict::validation).unwrap_or_default()
    }

    fn remember(&self, key: Asked, find: impl FnOnce() -> Option<Estimate>) -> Option<Estimate> {
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found = find();
        self.known.borrow_mut().insert(key, found.clone());
        found
    }
}

impl search::Evidence for Evidence<'_> {
    fn finished(&self, rung: usize) -> u32 {
        self.entries.get(rung).map_or(0, |entry| entry.repeats.len() as u32)
    }

    fn failed(&self, rung: usize) -> u32 {
        self.entries.get(rung).map_or(0, |entry| entry.failures.len() as u32)
    }

    fn is_out_of_memory(&self, rung: usize) -> bool {
        let kind = self.entries.get(rung).and_then(|entry| entry.unmeasured.as_ref()).map(|found| found.kind);
        matches!(kind, Some(UnmeasuredKind::Trials { memory: true, .. }))
    }

    fn quality(&self, rung: usize) -> Option<Estimate> {
        let metric = self.terms.metric;
        self.remember((rung, None), || {
            let found = verdict::quality(metric, &self.scored(rung))?;
            Some(Estimate { point: metric.orient(found.point), ..found })
        })
    }

    fn difference(&self, rung: usize, other: usize) -> Option<Estimate> {
        self.remember((rung, Some(other)), || {
            verdict::difference(self.terms.metric, &self.scored(rung), &self.scored(other))
        })
    }

    fn within_limits(&self, rung: usize) -> bool {
        // A cost that could not be measured says nothing of the larger ones.
        let known = |entry: &CandidateResults| verdict::excess(entry, self.terms).iter().all(|one| one.found.is_none());
        self.entries.get(rung).is_none_or(known)
    }

    fn train_gain(&self, rung: usize, other: usize) -> Option<f64> {
        let metric = self.terms.metric;
        let value = |one: &RepeatOutcomes| Some(metric.orient(score(metric, &one.train).ok()?.value));
        let (repeats, others) = (&self.entries.get(rung)?.repeats, &self.entries.get(other)?.repeats);
        let gain = |one: &RepeatOutcomes| {
            let other = others.iter().find(|other| other.repeat == one.repeat)?;
            Some(value(one)? - value(other)?)
        };
        let gains: Vec<f64> = repeats.iter().filter_map(gain).collect();
        (!gains.is_empty()).then(|| stats::mean(&gains))
    }

    fn of_repeat(&self, rung: usize, repeat: u32) -> Option<f64> {
        let metric = self.terms.metric;
        let found = self.entries.get(rung)?.repeats.iter().find(|one| one.repeat == repeat)?;
        score(metric, &found.validation).ok().map(|found| metric.orient(found.value))
    }

    fn is_dearer(&self, rung: usize, than: usize) -> bool {
        let (Some(entry), Some(other)) = (self.entries.get(rung), self.entries.get(than)) else { return false };
        let by = self.terms.smallest_by;
        let compare = |by: &dyn Cost| Some((verdict::cost(entry, by)?, verdict::cost(other, by)?));
        // Of what costs nothing, as answers do that are not paid for, parameters decide.
        let by_size = compare(by).is_some_and(|costs| costs == (0.0, 0.0));
        if let Some((cost, other)) = if by_size { compare(&Parameters) } else { compare(by) } {
            return cost > other;
        }
        // Never trained: bytes, latency and memory are unknown. Parameters are planned; a forest's turn out fewer, a
        // network's do not.
        let found = verdict::cost(other, &Parameters).unwrap_or(f64::INFINITY);
        by.is(&Parameters)
            && about(entry.candidate.spec.family).is_some_and(|about| about.exact_size)
            && entry.candidate.planned_parameters as f64 > found.max(other.candidate.planned_parameters as f64)
    }
}
