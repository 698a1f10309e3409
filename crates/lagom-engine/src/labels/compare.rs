//! From what was measured to what it says.
//!
//! Two candidates are compared at each number of labels, and only what is sure for all numbers together is said. The error rate is halved:
//!
//! - *Who is ahead with all labels, and from where on*: all labels first, then half of them, and so on downwards, until one is not sure. An
//!   order that is fixed beforehand needs no correction (Maurer, Hothorn & Lehmacher 1995).
//! - *Where it was the other way round before*: the numbers that are left, all together (Bonferroni).

use super::types::{
    Contest, LabelCurve, LabelCurves, LabelDifference, LabelPoint, Outcome, Side, SizeContest, Subject, Trained, Way,
};
use crate::metric::Metric;
use crate::stats::curve::{Observation, outlook};
use crate::stats::{self, Estimate};
use crate::study::Adaptation;
use crate::verdict::{CandidateResults, difference, differences, quality, validation};

/// A learning curve bounds what is needed up to so many times the labels there are: further on it is a guess.
const FARTHEST: u64 = 10;
/// Weights are larger where they have so many times the numbers.
const LARGER: f64 = 1.5;

/// The curves of these candidates, and what they come to. `all` are the candidates with all labels, of which small weights are compared with
/// large ones.
#[must_use]
pub fn label_curves(
    subject: Subject,
    repeats: u32,
    trained: &[Trained<'_>],
    all: &[CandidateResults],
) -> Option<LabelCurves> {
    let curves: Vec<LabelCurve> = trained.iter().filter_map(|one| curve(subject.metric, one)).collect();
    let measured = curves.iter().any(|curve| curve.points.len() > 1);
    (measured && curves.len() > 1).then(|| LabelCurves {
        confidence: subject.confidence,
        repeats,
        contests: contests(subject, trained, &curves),
        sizes: sizes(subject, all),
        curves,
    })
}

/// Whether an entry may stand for what it was trained on: what is left after a failure is no fair sample of the repeats.
fn is_whole(entry: &CandidateResults) -> bool {
    !entry.repeats.is_empty() && entry.failures.is_empty() && entry.unmeasured.is_none()
}

/// Rows that it was trained on.
fn labels(entry: &CandidateResults) -> u64 {
    entry.repeats.first().map_or(0, |one| one.facts.train_rows)
}

fn curve(metric: Metric, one: &Trained<'_>) -> Option<LabelCurve> {
    let point = |entry: &CandidateResults| {
        let seconds: Vec<f64> = entry.repeats.iter().map(|one| one.facts.cpu_seconds).collect();
        let quality = quality(metric, &validation(entry)).filter(|found| found.point.is_finite())?;
        let labels = if one.is_level() { 0 } else { labels(entry) };
        Some(LabelPoint { labels, quality, cpu_seconds: stats::mean(&seconds) })
    };
    let parts = one.parts.iter().flatten().filter(|_| !one.is_level());
    let mut failures: Vec<String> = parts.clone().flat_map(|entry| entry.failures.clone()).collect();
    failures.sort();
    failures.dedup();
    let points: Vec<LabelPoint> = parts.chain([one.whole]).filter(|entry| is_whole(entry)).filter_map(point).collect();
    (!points.is_empty()).then(|| LabelCurve {
        candidate: one.whole.candidate.name.clone(),
        way: one.way,
        // Static embeddings are no longer the weights that they came from.
        weights: one
            .whole
            .candidate
            .weights
            .as_ref()
            .filter(|_| one.way != Way::Adapted(Adaptation::Static))
            .map(|weights| weights.parameters),
        points,
        failures,
    })
}

/// What is compared: every other adaptation with frozen weights, or with the first one that there is; whatever is asked with the best of
/// what is trained. First the one that has the most to say of fine-tuning.
fn contests(subject: Subject, trained: &[Trained<'_>], curves: &[LabelCurve]) -> Vec<Contest> {
    let learners: Vec<&Trained<'_>> = trained.iter().filter(|one| !one.is_level()).collect();
    let frozen = |one: &&&Trained<'_>| one.way == Way::Adapted(Adaptation::Frozen);
    let anchor = learners.iter().find(frozen).or(learners.first()).copied();
    let better = |one: &Trained<'_>| {
        let found = quality(subject.metric, &validation(one.whole));
        found.map_or(f64::NEG_INFINITY, |found| subject.metric.orient(found.point))
    };
    let mut found = Vec::new();
    if let Some(anchor) = anchor {
        let mut others: Vec<&Trained<'_>> = learners.iter().filter(|one| one.way != anchor.way).copied().collect();
        let rank = |one: &Trained<'_>| match one.way {
            Way::Adapted(Adaptation::Full | Adaptation::Lora | Adaptation::Frozen) => 0,
            Way::Adapted(Adaptation::Scratch) => 1,
            _ => 2,
        };
        others.sort_by(|a, b| rank(a).cmp(&rank(b)).then(better(b).total_cmp(&better(a))));
        found.extend(against(subject, &others, anchor, curves));
    }
    let best = learners.into_iter().reduce(|best, one| if better(one) > better(best) { one } else { best });
    let asked = trained.iter().filter(|one| one.is_level());
    found.extend(best.into_iter().flat_map(|best| {
        asked.clone().filter_map(move |asked| {
            let at = |place| match (best.at(place), asked.at(place)) {
                (Some(ours), Some(theirs)) if is_whole(ours) && is_whole(theirs) => {
                    difference(subject.metric, &validation(ours), &validation(theirs))
                }
                _ => None,
            };
            contest(subject, (best, asked), &at, curves)
        })
    }));
    found
}

/// Several candidates against the same other one. At each number of labels all intervals are moderated by the luck of the others' repeats.
fn against(subject: Subject, ones: &[&Trained<'_>], other: &Trained<'_>, curves: &[LabelCurve]) -> Vec<Contest> {
    let places = other.parts.len() + 1;
    let mut by_place: Vec<Vec<Option<Estimate>>> = vec![vec![None; ones.len()]; places];
    for (place, found) in by_place.iter_mut().enumerate() {
        let Some(partner) = other.at(place).filter(|entry| is_whole(entry)) else { continue };
        let own = |at: &usize| ones[*at].at(place).is_some_and(is_whole);
        let known: Vec<usize> = (0..ones.len()).filter(own).collect();
        let entries: Vec<&CandidateResults> = known.iter().filter_map(|at| ones[*at].at(place)).collect();
        for (at, estimate) in known.into_iter().zip(differences(subject.metric, &entries, partner)) {
            found[at] = estimate;
        }
    }
    let one = |(at, one): (usize, &&Trained<'_>)| {
        contest(subject, (one, other), &|place| by_place[place][at].clone(), curves)
    };
    ones.iter().enumerate().filter_map(one).collect()
}

/// Two candidates by their differences at each place; none without one with all labels.
fn contest(
    subject: Subject,
    (one, other): (&Trained<'_>, &Trained<'_>),
    at: &dyn Fn(usize) -> Option<Estimate>,
    curves: &[LabelCurve],
) -> Option<Contest> {
    let mut found = Vec::new();
    for place in 0..=one.parts.len() {
        let estimate = at(place).filter(|found| found.point.is_finite());
        let entry = one.at(place).filter(|_| estimate.is_some());
        found.extend(
            estimate.zip(entry).map(|(difference, entry)| LabelDifference { labels: labels(entry), difference }),
        );
    }
    // Only what stands with all labels is a verdict on them.
    at(one.parts.len())?;
    let outcome = match outcome(&found, subject.confidence) {
        Outcome::Apart { ahead: Side::Other, from, before: None, .. } => {
            let needs = needs(subject, (one, other), curves);
            Outcome::Apart { ahead: Side::Other, from, before: None, needs }
        }
        found => found,
    };
    let name = |one: &Trained<'_>| one.whole.candidate.name.clone();
    Some(Contest { one: name(one), other: name(other), differences: found, outcome })
}

/// Which of the two is surely ahead where: see the head of this file. `found` from the fewest labels to all.
pub(super) fn outcome(found: &[LabelDifference], confidence: f64) -> Outcome {
    let halved = (1.0 - confidence) / 2.0;
    let sure = |one: &LabelDifference, error: f64| {
        let (low, high) = one.difference.interval(1.0 - error);
        match (low > 0.0, high < 0.0) {
            (true, _) => Some(Side::One),
            (_, true) => Some(Side::Other),
            _ => None,
        }
    };
    // The last of `left` at which this one is surely ahead.
    let last = |left: &[LabelDifference], side: Side| {
        let error = halved / left.len().max(1) as f64;
        left.iter().rev().find(|one| sure(one, error) == Some(side)).map(|one| one.labels)
    };
    let Some((all, fewer)) = found.split_last() else { return Outcome::Open { one: None, other: None } };
    let Some(ahead) = sure(all, halved) else {
        return Outcome::Open { one: last(fewer, Side::One), other: last(fewer, Side::Other) };
    };
    let steps = fewer.iter().rev().take_while(|one| sure(one, halved) == Some(ahead)).count();
    let left = &fewer[..fewer.len() - steps];
    let other = if ahead == Side::One { Side::Other } else { Side::One };
    let from = fewer[left.len()..].first().unwrap_or(all).labels;
    Outcome::Apart { ahead, from, before: last(left, other), needs: None }
}

/// More labels than these are needed until the one that is behind does as well as the other with all labels: those that there are, or more where
/// the learning curve of its errors is sound and bounds it. Both the other's quality and the curve are taken at the ends that claim less.
fn needs(subject: Subject, (one, other): (&Trained<'_>, &Trained<'_>), curves: &[LabelCurve]) -> Option<u64> {
    let of = |one: &Trained<'_>| curves.iter().find(|curve| curve.candidate == one.whole.candidate.name);
    let (own, level) = (of(one)?, of(other)?.points.last()?);
    let there = own.points.last()?.labels;
    Some(bounded(subject, own, &level.quality).map_or(there, |bound| bound.clamp(there, FARTHEST * there)))
}

/// The fewest labels at which the curve might reach a quality, at the study's confidence; none where it is not sound.
fn bounded(subject: Subject, curve: &LabelCurve, level: &Estimate) -> Option<u64> {
    let best = subject.metric.oriented_range().1;
    let error = |quality: f64| best - subject.metric.orient(quality);
    let point = |point: &LabelPoint| Observation {
        size: 1.0,
        data: point.labels as f64,
        loss: error(point.quality.point),
        standard_error: Some(point.quality.standard_error).filter(|found| found.is_finite() && *found > 0.0),
    };
    let points: Vec<Observation> = curve.points.iter().map(point).collect();
    let found = outlook(&points).ok().filter(|found| !found.shape.is_ill())?;
    let (low, high) = level.interval(subject.confidence);
    // What is easiest to reach.
    let bar = error(low).max(error(high));
    Some(found.least_for(bar, subject.confidence).floor() as u64)
}

/// The best of the smallest weights that are trained against the best of larger ones that stay as they are.
fn sizes(subject: Subject, all: &[CandidateResults]) -> Option<SizeContest> {
    let own = |entry: &&CandidateResults, tuned: bool| {
        let way = Way::of(entry);
        let is_tuned = matches!(way, Some(Way::Adapted(Adaptation::Full | Adaptation::Lora)));
        let is_frozen = way == Some(Way::Adapted(Adaptation::Frozen));
        is_whole(entry) && entry.repeats.len() > 1 && if tuned { is_tuned } else { is_frozen }
    };
    let weights = |entry: &CandidateResults| entry.candidate.weights.as_ref().map_or(0, |weights| weights.parameters);
    let smallest = all.iter().filter(|entry| own(entry, true)).map(weights).min()?;
    let small = best(subject.metric, all.iter().filter(|entry| own(entry, true) && weights(entry) == smallest))?;
    let larger = |entry: &&CandidateResults| weights(entry) as f64 >= LARGER * smallest as f64;
    let large = best(subject.metric, all.iter().filter(|entry| own(entry, false) && larger(entry)))?;
    let difference = difference(subject.metric, &validation(small), &validation(large))?;
    Some(SizeContest {
        small: small.candidate.name.clone(),
        small_weights: smallest,
        large: large.candidate.name.clone(),
        large_weights: weights(large),
        within_margin: subject.margin.map(|margin| difference.lower(subject.confidence) > -margin),
        difference,
    })
}

/// The best on validation rows; the first of equals.
fn best<'a>(metric: Metric, entries: impl Iterator<Item = &'a CandidateResults>) -> Option<&'a CandidateResults> {
    let known = entries.filter_map(|entry| {
        let quality = metric.orient(quality(metric, &validation(entry))?.point);
        quality.is_finite().then_some((entry, quality))
    });
    known.reduce(|best, one| if one.1 > best.1 { one } else { best }).map(|(entry, _)| entry)
}
