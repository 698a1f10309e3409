//! A staircase, and a difference in the target's own terms, for the sample.

use super::sample::estimate;
use crate::metric::Metric;
use crate::verdict::{Basis, Stair, Staircase, Tangible, Untested};

/// Steps of the smaller candidates: four bounds, one by its test, and one that was trained too few times.
pub(super) fn staircase(reference: &str) -> Staircase {
    let step = |(name, holds, basis): (&str, Option<f64>, Basis)| Stair {
        candidate: name.to_owned(),
        against: Some(reference.to_owned()),
        holds,
        basis,
        difference: None,
        confidence: None,
    };
    let steps = [
        ("linear", None, Basis::Untested(Untested::FewRepeats)),
        ("mlp-3k", Some(0.0231), Basis::Bound),
        ("mlp-12k", Some(0.01), Basis::Test),
        ("trees-40k", Some(0.0173), Basis::Bound),
        ("mlp-50k", Some(0.0062), Basis::Bound),
        ("mlp-200k", Some(0.0041), Basis::Bound),
    ];
    Staircase { steps: steps.map(step).to_vec() }
}

/// The difference of a test as errors.
pub(super) fn tangible(candidate: &str, against: &str) -> Vec<Tangible> {
    let (candidate, against) = (candidate.to_owned(), against.to_owned());
    let difference = estimate(-0.0021, 0.0022);
    vec![Tangible { candidate, against, metric: Metric::Accuracy, own: 0.9722, other: 0.9743, difference }]
}
