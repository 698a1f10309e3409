//! What untried rungs could gain, whether or not the climb would leave them.

use super::explore::further;
use super::family::Measured;
use super::types::{Evidence, Rung, SearchTerms, Untried, Why};

/// The bounds of what each untried rung could gain over the best so far, at any state of a climb.
///
/// For terms under which nothing more is to be measured: a rung that the climb would still measure is
/// marked [`Why::Open`], its gain bounded by its family's curve where that bounds anything, else by
/// what is left to the end of the metric's range.
#[must_use]
pub fn untried(rungs: &[Rung], asked: &[u32], evidence: &dyn Evidence, terms: &SearchTerms) -> Vec<Untried> {
    let asked: Vec<u32> = (0..rungs.len()).map(|at| asked.get(at).copied().unwrap_or(0)).collect();
    let measured = Measured::of(rungs, &asked, evidence, terms);
    let (_, mut untried) = further(&measured);
    let best = measured.best.and_then(|best| evidence.quality(best));
    let room = best.map_or(f64::INFINITY, |found| (terms.range.1 - found.lower(terms.confidence)).max(0.0));
    let open = |at: &usize| asked[*at] == 0 && !untried.iter().any(|one| one.rung == *at);
    let bound = |rung: usize| {
        let curve = measured.curve(rungs[rung].family, 0);
        let gain = measured.gain(&curve, rung).map_or(room, |gain| gain.upper.max(0.0));
        Untried { rung, gain: gain.min(room), why: Why::Open }
    };
    let rest: Vec<Untried> = (0..rungs.len()).filter(open).map(bound).collect();
    untried.extend(rest);
    untried.sort_by_key(|one| one.rung);
    untried
}
