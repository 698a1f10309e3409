//! Rungs that may turn out to be the best by more than what matters: the reference is not fixed before they have all repeats.

use super::family::Measured;
use super::types::Goal;

/// The measured rungs, but for the best, of which the repeats so far do not show that they are better than the best by less
/// than the margin. None where a bar says what is enough.
pub(super) fn contenders(measured: &Measured<'_>) -> Vec<usize> {
    let (Goal::Margin(_), Some(best)) = (measured.terms.rule, measured.best) else { return Vec::new() };
    let open = |at: &usize| *at != best && measured.evidence.within_limits(*at);
    let matters = |at: &usize| !measured.is_below(*at, -measured.tolerance());
    measured.learners().into_iter().filter(open).filter(matters).collect()
}
