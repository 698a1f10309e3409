//! The climb: which trials are worth their cost, decided from what has been measured so far.
//!
//! ```text
//! next(rungs, asked, evidence, terms) -> Measure(wave) -> all its trials end -> next(…) -> … -> Done(Ascent)
//! ```
//!
//! The costs of rungs grow geometrically, so the top rungs are nearly all of a sweep's cost. [`next`] starts
//! with what costs next to nothing and goes up, family by family:
//!
//! 1. *Explore.* Each family has its own curve of quality over the logarithm of size. A rung is left untried
//!    only where a curve that saturates bounds its gain over the best so far below the margin
//!    ([`crate::stats::saturating_gain`]). A curve that dips, jumps or accelerates bounds nothing, and a
//!    plateau is believed only if the training rows show that capacity is not what is missing (a plateau
//!    before a rise looks the same on validation rows). There it measures the next rung.
//!    Where the last rung surely gains too little to matter the next one is sent ahead with one repeat; if that surely does,
//!    too, it is all that is asked for. If next to nothing lies beyond, its training may end as soon as its own curve
//!    says so ([`targets`]).
//! 2. *Confirm.* The best, and the cheaper ones that the verdict may test against it, get all repeats, in
//!    stages; hopeless rungs keep their one or two, and a dear one that a smaller one equals its three.
//!
//! A wave holds all trials that the evidence asks for by now, however many workers there are. [`next`] is a pure
//! function and looks at no clock, so a rerun decides the same.
//!
//! What can fool it: a rise beyond the untried rungs, after a curve that has saturated over several rungs
//! while the training quality went on; and a best that two repeats made look better than it is. After a jump
//! from chance level the curve begins at the jump, so that it does not seem to have faded.
//! `cargo bench --bench verdicts -- simulated` measures all three. `certify = "measure"` asks for one rung more in every
//! such family.

mod contenders;
mod explore;
mod family;
mod open;
mod repeats;
mod targets;
mod types;

#[cfg(test)]
mod ahead_tests;
#[cfg(test)]
mod tests;

pub use open::untried;
pub use targets::targets;
pub use types::{Decision, Evidence, Goal, Rung, SearchResult, SearchTerms, Target, TrialRequest, Untried, Why};

use family::Measured;

/// The next wave of trials, or the end of the climb.
///
/// `asked` holds the repeats asked for of each rung so far, 0 for a rung that is untried; all trials of
/// earlier waves must have finished or failed for good. Called with the wave added to `asked` until it is
/// done, it ends after finitely many waves: each asks for more than before.
#[must_use]
pub fn next(rungs: &[Rung], asked: &[u32], evidence: &dyn Evidence, terms: &SearchTerms) -> Decision {
    let asked: Vec<u32> = (0..rungs.len()).map(|at| asked.get(at).copied().unwrap_or(0)).collect();
    let wave = explore::first(rungs, &asked, terms);
    if !wave.is_empty() {
        return Decision::Measure(wave);
    }
    let measured = Measured::of(rungs, &asked, evidence, terms);
    let (wave, untried) = explore::further(&measured);
    if !wave.is_empty() {
        return Decision::Measure(wave);
    }
    let wave = repeats::missing(&measured);
    if !wave.is_empty() {
        return Decision::Measure(wave);
    }
    Decision::Done(SearchResult { repeats: asked, stopped: Vec::new(), untried })
}
