//! How much more one change brings than another.

use super::compare::{larger, paired, validation};
use super::types::{CandidateResults, Scored};
use crate::metric::Metric;
use crate::stats::{CrossedMean, Estimate, Repeat};

/// What one change brings: a candidate with it, and the same without.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// With the change.
    pub with: &'a CandidateResults,
    /// Without it.
    pub without: &'a CandidateResults,
}

/// How much more the first change brings than the second on validation rows: the difference of their differences, paired by repeat and
/// example; positive where the first brings more, whatever the metric's direction. None where the four share no repeat with the same
/// examples.
#[must_use]
pub fn contrast(metric: Metric, first: Change<'_>, second: Change<'_>) -> Option<Estimate> {
    let [a, b, c, d] = [first.with, first.without, second.with, second.without].map(validation);
    let of = |repeats: &[Scored<'_>], repeat: u32| repeats.iter().position(|one| one.repeat == repeat);
    let mut values = Vec::new();
    for one in &a {
        let (Some(b_at), Some(c_at), Some(d_at)) = (of(&b, one.repeat), of(&c, one.repeat), of(&d, one.repeat)) else {
            continue;
        };
        let (mut ours, theirs) = (paired(metric, *one, b[b_at])?, paired(metric, c[c_at], d[d_at])?);
        if ours.examples == theirs.examples {
            ours.values.iter_mut().zip(&theirs.values).for_each(|(ours, theirs)| *ours -= theirs);
            ours.flip = ours.flip.into_iter().chain(theirs.flip).reduce(larger);
            values.push(ours);
        }
    }
    let flip = values.iter().filter_map(|found| found.flip).reduce(larger);
    let repeats: Vec<Repeat<'_>> =
        values.iter().map(|found| Repeat { examples: &found.examples, values: &found.values }).collect();
    CrossedMean::clustered(&repeats, flip, a.first().and_then(|one| one.units)).ok().map(|found| found.estimate())
}
