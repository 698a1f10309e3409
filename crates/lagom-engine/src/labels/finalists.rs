//! Who stands for each adaptation.

use super::types::Way;
use crate::candidate::{Candidate, adaptation_of};
use crate::metric::Metric;
use crate::study::{Adaptation, FamilyId};
use crate::verdict::{CandidateResults, quality, validation};

impl Way {
    /// The ways in the order in which they are told: what is asked last.
    pub(super) const ALL: [Way; 9] = [
        Way::Rows,
        Way::Adapted(Adaptation::Frozen),
        Way::Adapted(Adaptation::Static),
        Way::Adapted(Adaptation::Lora),
        Way::Adapted(Adaptation::Full),
        Way::Adapted(Adaptation::Scratch),
        Way::Adapted(Adaptation::ZeroShot),
        Way::Adapted(Adaptation::FewShot),
        Way::Asked,
    ];

    /// How a candidate comes to what it knows; none of a baseline, which learns nothing, and of one that is put together of two.
    #[must_use]
    pub fn of(entry: &CandidateResults) -> Option<Way> {
        if entry.calls.is_some() {
            return Some(Way::Asked);
        }
        let own = entry.candidate.spec.family != FamilyId::BASELINE && entry.cascade.is_none();
        own.then(|| Way::of_candidate(&entry.candidate))
    }

    /// How a candidate that is trained and learns something comes to what it knows.
    #[must_use]
    pub fn of_candidate(candidate: &Candidate) -> Way {
        adaptation_of(candidate).map_or(Way::Rows, Way::Adapted)
    }
}

/// The places of the candidates that stand for their adaptations, in the order in which these are told: of those within the limits the best on
/// validation rows with all labels, else the best. Every one that is asked stands for itself. `within` says which are within the limits.
///
/// One that was measured in fewer than two repeats, or of whose trainings any failed, stands for nothing.
#[must_use]
pub fn finalists(
    metric: Metric,
    entries: &[CandidateResults],
    within: &dyn Fn(&CandidateResults) -> bool,
) -> Vec<(Way, usize)> {
    let mut found = Vec::new();
    for way in Way::ALL {
        let least = if way == Way::Asked { 1 } else { 2 };
        let sound = |entry: &CandidateResults| {
            entry.repeats.len() >= least && entry.failures.is_empty() && entry.unmeasured.is_none()
        };
        let own = entries.iter().enumerate().filter(|(_, entry)| Way::of(entry) == Some(way) && sound(entry));
        let known = own.filter_map(|(at, entry)| {
            let quality = metric.orient(quality(metric, &validation(entry))?.point);
            quality.is_finite().then_some((at, within(entry), quality))
        });
        if way == Way::Asked {
            found.extend(known.map(|(at, ..)| (way, at)));
            continue;
        }
        // The first of equals is the cheapest.
        let best = known.reduce(|best, one| if (one.1, one.2) > (best.1, best.2) { one } else { best });
        found.extend(best.map(|(at, ..)| (way, at)));
    }
    found
}
