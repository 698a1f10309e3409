//! Quality of one candidate and paired differences between two, on whatever examples they share.

use std::borrow::Cow;
use std::collections::HashMap;

use super::gaps::{Filling, filled};
use super::types::{CandidateResults, Scored};
use crate::metric::{Metric, Mistake, Outcomes, mistake, score};
use crate::stats::{Clusters, CrossedMean, Estimate, Flip, ModeratedVariance, Repeat, Shares};

/// The repeats of an entry as scored validation examples.
#[must_use]
pub fn validation(entry: &CandidateResults) -> Vec<Scored<'_>> {
    let units = entry.row_units();
    entry.repeats.iter().map(|one| Scored { units, ..one.scored() }).collect()
}

/// Quality in the metric's own unit: the mean over repeats, with repeats and examples both as sources of variance.
///
/// None with no repeat at all, or where the metric is not defined on these outcomes. What is missing is bounded both ways.
#[must_use]
pub fn quality(metric: Metric, repeats: &[Scored<'_>]) -> Option<Estimate> {
    let plain = |repeats: &[Scored<'_>]| quality_in_parts(metric, repeats).map(|found| found.estimate());
    match (filled(repeats, Filling::Worst), filled(repeats, Filling::Best)) {
        (Some(worst), Some(best)) => Some(Estimate::between(&plain(&worst)?, &plain(&best)?)),
        _ => plain(repeats),
    }
}

/// As [`quality`], with the parts of the variance still apart.
pub(super) fn quality_in_parts(metric: Metric, repeats: &[Scored<'_>]) -> Option<CrossedMean> {
    let found: Vec<Values<'_>> = repeats.iter().map(|one| alone(metric, *one)).collect::<Option<_>>()?;
    let flip =
        found.iter().filter_map(|one| one.flip).reduce(larger).map(|flip| flip.turned(|score| metric.orient(score)));
    let turned = |values: &Values<'_>| values.values.iter().map(|value| metric.orient(*value)).collect();
    let values: Vec<Vec<f64>> = found.iter().map(turned).collect();
    crossed(repeats, &values, flip)
}

/// The one of two that takes more off.
pub(super) fn larger(a: Flip, b: Flip) -> Flip {
    if b.size() > a.size() { b } else { a }
}

/// How much better `candidate` is than `other`, paired by repeat and example; positive is better
/// whatever the metric's direction.
///
/// Only repeats that both have finished count, and in them only the examples that both have. None if nothing is shared.
/// What is missing is bounded both ways.
#[must_use]
pub fn difference(metric: Metric, candidate: &[Scored<'_>], other: &[Scored<'_>]) -> Option<Estimate> {
    let plain = |candidate: &[Scored<'_>], other: &[Scored<'_>]| {
        difference_in_parts(metric, candidate, other).map(|found| found.estimate())
    };
    if !has_gaps(candidate) && !has_gaps(other) {
        return plain(candidate, other);
    }
    let worst = plain(&with(candidate, Filling::Worst), &with(other, Filling::Best))?;
    let best = plain(&with(candidate, Filling::Best), &with(other, Filling::Worst))?;
    Some(Estimate::between(&worst, &best))
}

/// How much better each of several trained candidates is than the same other one, on validation rows; positive is better. Each
/// interval is moderated by the luck of all others' repeats. None for one that shares nothing with the other.
#[must_use]
pub fn differences(
    metric: Metric,
    candidates: &[&CandidateResults],
    other: &CandidateResults,
) -> Vec<Option<Estimate>> {
    let partner = validation(other);
    let found: Vec<Option<CrossedMean>> =
        candidates.iter().map(|entry| difference_in_parts(metric, &validation(entry), &partner)).collect();
    moderated(&found)
}

/// The repeats with what is missing filled in, if anything is.
fn with<'a>(repeats: &[Scored<'a>], filling: Filling) -> Vec<Scored<'a>> {
    filled(repeats, filling).unwrap_or_else(|| repeats.to_vec())
}

/// Whether anything is missing in any repeat.
pub(super) fn has_gaps(repeats: &[Scored<'_>]) -> bool {
    repeats.iter().any(|one| one.gaps.is_some())
}

/// As [`difference`], with the parts of the variance still apart.
pub(super) fn difference_in_parts(
    metric: Metric,
    candidate: &[Scored<'_>],
    other: &[Scored<'_>],
) -> Option<CrossedMean> {
    let found = Paired::of(metric, candidate, other)?;
    CrossedMean::clustered(&found.repeats(), found.flip, found.units).ok()
}

/// What each example adds to a difference; none where answers are missing, so that it is bounded both ways.
pub(super) fn shares(metric: Metric, candidate: &[Scored<'_>], other: &[Scored<'_>]) -> Option<Shares> {
    let found = (!has_gaps(candidate) && !has_gaps(other)).then(|| Paired::of(metric, candidate, other))??;
    Shares::of(&found.repeats(), found.units).ok()
}

/// The differences of two candidates in all repeats that both have.
struct Paired<'a> {
    values: Vec<Values<'a>>,
    flip: Option<Flip>,
    units: Option<Clusters<'a>>,
}

impl<'a> Paired<'a> {
    fn of(metric: Metric, candidate: &[Scored<'a>], other: &[Scored<'a>]) -> Option<Self> {
        let mut values = Vec::new();
        for one in candidate {
            let Some(partner) = other.iter().find(|partner| partner.repeat == one.repeat) else { continue };
            values.push(paired(metric, *one, *partner)?);
        }
        let flip = values.iter().filter_map(|found| found.flip).reduce(larger);
        Some(Self { values, flip, units: candidate.first().and_then(|one| one.units) })
    }

    fn repeats(&self) -> Vec<Repeat<'_>> {
        self.values.iter().map(|found| Repeat { examples: &found.examples, values: &found.values }).collect()
    }
}

/// The values of one repeat, example by example.
#[derive(Clone, Debug)]
pub(super) struct Values<'a> {
    pub(super) examples: Cow<'a, [u32]>,
    /// Oriented: more is better.
    pub(super) values: Vec<f64>,
    /// What one example that turns from right to wrong takes off, where that is known.
    pub(super) flip: Option<Flip>,
    /// Which examples count as one.
    pub(super) units: Option<Clusters<'a>>,
}

/// The differences of two candidates in one repeat, on the examples that both have.
pub(super) fn paired<'a>(metric: Metric, ours: Scored<'a>, theirs: Scored<'a>) -> Option<Values<'a>> {
    let shared = Shared::of(ours, theirs)?;
    let units = ours.units;
    let ours = score(metric, &shared.ours).ok()?;
    let theirs = values(metric, &shared.theirs)?;
    let mine = ours.influence.iter().map(|influence| ours.value + influence);
    let values = mine.zip(theirs).map(|(a, b)| metric.orient(a) - metric.orient(b)).collect();
    Some(Values { examples: shared.examples, values, flip: ours.floor.map(Flip::Difference), units })
}

/// The quality of a candidate in one repeat.
pub(super) fn alone<'a>(metric: Metric, ours: Scored<'a>) -> Option<Values<'a>> {
    let scored = score(metric, ours.outcomes).ok()?;
    let values = scored.influence.iter().map(|influence| metric.orient(scored.value + influence)).collect();
    let best = metric.oriented_range().1;
    let of_floor = |by| Flip::Score { right: best, wrong: best - by };
    let of_mistake =
        |mistake: Mistake| Flip::Score { right: metric.orient(mistake.right), wrong: metric.orient(mistake.wrong) };
    let flip = scored.floor.map(of_floor).or_else(|| mistake(metric, ours.outcomes).map(of_mistake));
    Some(Values { examples: Cow::Borrowed(ours.examples), values, flip, units: ours.units })
}

/// The examples that two repeats share, with the outcomes of both on them.
pub(super) struct Shared<'a> {
    pub(super) examples: Cow<'a, [u32]>,
    pub(super) ours: Cow<'a, Outcomes>,
    pub(super) theirs: Cow<'a, Outcomes>,
}

impl<'a> Shared<'a> {
    /// None if they share nothing, or outcomes and examples do not go together.
    pub(super) fn of(ours: Scored<'a>, theirs: Scored<'a>) -> Option<Self> {
        if ours.examples == theirs.examples {
            let (mine, yours) = (Cow::Borrowed(ours.outcomes), Cow::Borrowed(theirs.outcomes));
            return Some(Self { examples: Cow::Borrowed(ours.examples), ours: mine, theirs: yours });
        }
        let place: HashMap<u32, usize> =
            theirs.examples.iter().enumerate().map(|(at, &example)| (example, at)).collect();
        let pairs = ours.examples.iter().enumerate();
        let (mine, yours): (Vec<usize>, Vec<usize>) =
            pairs.filter_map(|(at, example)| Some((at, *place.get(example)?))).unzip();
        if mine.is_empty() {
            return None;
        }
        let examples: Vec<u32> = mine.iter().filter_map(|&at| ours.examples.get(at).copied()).collect();
        Some(Self {
            examples: Cow::Owned(examples),
            ours: Cow::Owned(ours.outcomes.select(&mine).ok()?),
            theirs: Cow::Owned(theirs.outcomes.select(&yours).ok()?),
        })
    }
}

/// Per-example values of which the mean is the metric: its value plus each example's influence.
fn values(metric: Metric, outcomes: &Outcomes) -> Option<Vec<f64>> {
    let scored = score(metric, outcomes).ok()?;
    Some(scored.influence.iter().map(|influence| scored.value + influence).collect())
}

/// The estimates of several candidates, each moderated by the luck of all others' repeats.
pub(super) fn moderated(found: &[Option<CrossedMean>]) -> Vec<Option<Estimate>> {
    let others =
        |at: usize| found.iter().enumerate().filter(move |(other, _)| *other != at).filter_map(|(_, one)| one.as_ref());
    let one = |(at, own): (usize, &Option<CrossedMean>)| {
        let own = own.as_ref()?;
        Some(ModeratedVariance::pooled(others(at)).map_or_else(|| own.estimate(), |luck| own.moderated(&luck)))
    };
    found.iter().enumerate().map(one).collect()
}

fn crossed(repeats: &[Scored<'_>], values: &[Vec<f64>], flip: Option<Flip>) -> Option<CrossedMean> {
    let units = repeats.first().and_then(|one| one.units);
    let repeats: Vec<Repeat<'_>> =
        repeats.iter().zip(values).map(|(one, values)| Repeat { examples: one.examples, values }).collect();
    CrossedMean::clustered(&repeats, flip, units).ok()
}

/// How far a quality is above a bar; positive is better whatever the metric's direction.
pub(super) fn over_bar(quality: &Estimate, metric: Metric, bar: f64) -> Estimate {
    Estimate { point: metric.orient(quality.point) - metric.orient(bar), ..quality.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::ClassOutcomes;
    use rand::{Rng, SeedableRng};

    #[test]
    fn a_bound_of_log_loss_or_brier_score_counts_the_mistakes_that_few_examples_missed() {
        // 3 % wrong at a probability of 0.99: 0.97 · 0.01005 + 0.03 · 4.60517 nats, 0.97 · 0.01² + 0.03 · 0.99².
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let rows: Vec<u32> = (0..100).collect();
        for (metric, truth) in [(Metric::LogLoss, 0.147_904), (Metric::Brier, 0.029_500)] {
            let mut broken = 0;
            for _ in 0..1_000 {
                let mut outcomes = ClassOutcomes::new(2);
                for _ in &rows {
                    let right = random.random::<f64>() >= 0.03;
                    outcomes.push(u32::from(right), &[0.01, 0.99]).expect("two probabilities");
                }
                let outcomes = Outcomes::Classes(outcomes);
                let one = Scored { repeat: 0, examples: &rows, outcomes: &outcomes, units: None, gaps: None };
                broken += usize::from(quality(metric, &[one]).expect("defined").upper(0.95) < truth);
            }
            // t alone claims less than the truth in 20 % (at most one wrong example of 100: 19.5 %). 5 % and three standard
            // errors: 70.
            assert!(broken <= 70, "{metric:?}: {broken} of 1,000");
        }
    }
}
