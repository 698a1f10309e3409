//! The orders that costs come in, and candidates by what they cost.

use std::cmp::Ordering;

use super::COSTS;
use super::cost::Cost;

/// The keys that stand in every record of limits, `null` where there is no limit, and in this order: the rule of a look at the
/// holdout is the digest of such a record, so that its bytes must not change. Others stand after them, where there is a limit.
pub(super) const WRITTEN_FIRST: [&str; 4] = ["parameters", "bytes", "memory", "latency-p95"];

/// Every cost in the order in which limits are written: that of the first stores, then as in [`COSTS`].
pub fn limited() -> impl Iterator<Item = &'static dyn Cost> {
    let place = |cost: &&dyn Cost| {
        let key = cost.about().key;
        WRITTEN_FIRST.iter().position(|first| *first == key).unwrap_or(WRITTEN_FIRST.len())
    };
    let mut costs = COSTS.to_vec();
    costs.sort_by_key(place);
    costs.into_iter()
}

/// The costs that results of other tools may tell, those first that no clock is behind.
#[must_use]
pub fn imported() -> Vec<&'static dyn Cost> {
    untimed_first(COSTS.iter().copied().filter(|cost| cost.about().imported.is_some()))
}

/// Costs with those first that are known without timing a model; else in the order given.
#[must_use]
pub fn untimed_first(costs: impl Iterator<Item = &'static dyn Cost>) -> Vec<&'static dyn Cost> {
    let (timed, untimed): (Vec<_>, Vec<_>) = costs.partition(|cost| cost.about().timed);
    untimed.into_iter().chain(timed).collect()
}

/// The order of two candidates by what they cost: the cheaper first, one of unknown cost last.
#[must_use]
pub fn cheaper_first(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
