//! Two candidates in a row as one more candidate: nothing is trained for it, its outcomes follow from those of the two.
//!
//! The small one answers where it is sure (`metric::certainty`), the large one answers the rest. From which certainty on is
//! chosen on validation rows: the smallest share of rows, in hundredths, from which on the two in a row lose no more than half the margin
//! against the large one alone. The other half is left to what the interval on the sealed rows takes. With a bar it is the smallest share at
//! which they are at least half way from the bar to the large one.
//!
//! Where one holdout is sealed the share is chosen on the validation rows of all repeats together, and each repeat's threshold is what
//! hands on that share of its own. With cross-fitting the other repeats have validated on the rows that one seals, so there each repeat
//! chooses on its own validation rows alone. Either way no sealed row takes part, and what was chosen is confirmed on sealed rows by the
//! same test as every other candidate. A cascade is never what others are compared with: it has to hold against the best single model
//! within the limits, and against whatever is cheaper than it.

use std::sync::Arc;

use super::compare::Shared;
use super::types::{
    Answered, CandidateResults, Cascade, CascadeFacts, Gaps, RepeatOutcomes, RepeatThreshold, Responses, Scored,
    Uncascadable,
};
use super::{costs, terms::Terms};
use crate::candidate::{Candidate, Spec};
use crate::data::{HoldoutAccess, Sealed};
use crate::measure::Deployment;
use crate::metric::{Metric, Outcomes, cascade, handed_on, score};
use crate::stats::{mean, median};
use crate::study::{CascadeSpec, FamilyId, Rule};
use crate::trial::TrialStats;

/// The shares that are tried: so many parts of the rows.
const STEPS: usize = 100;
/// Above every certainty: all rows are handed on.
const ALL: f64 = 2.0;
/// The part of the margin that the choice of the threshold may use up.
const SPENT: f64 = 0.5;
/// Fewest finished repeats of a member that is trained.
const FEWEST: usize = 2;

/// A cascade as a candidate.
///
/// # Errors
/// One of the two was not measured, or the small one has no confidence.
pub fn cascaded(
    pair: &CascadeSpec,
    (small, large): (&CandidateResults, &CandidateResults),
    terms: &Terms,
) -> Result<CandidateResults, Uncascadable> {
    for (one, fewest) in [(small, FEWEST), (large, if large.calls.is_some() { 1 } else { FEWEST })] {
        if one.unmeasured.is_some() || one.repeats.len() < fewest {
            return Err(Uncascadable::Unmeasured(one.candidate.name.clone()));
        }
    }
    let folds = small.is_cross_fitted();
    let whole = repeats((&small.repeats, &large.repeats), (terms, folds)).ok_or(Uncascadable::NoConfidence)?;
    if whole.len() < FEWEST {
        return Err(Uncascadable::Unmeasured(large.candidate.name.clone()));
    }
    let halves = repeats((&small.halves, &large.halves), (terms, folds)).unwrap_or_default();
    let thresholds: Vec<RepeatThreshold> = whole.iter().map(|one| one.threshold).collect();
    let share = mean(&whole.iter().map(|one| one.share).collect::<Vec<f64>>());
    let sealed: Vec<f64> = whole.iter().filter_map(|one| one.sealed_share).collect();
    let sealed_share = (sealed.len() == whole.len()).then(|| mean(&sealed));
    // The threshold was chosen on the validation rows, so that their share is on the low side; what is handed on needs no label of the others.
    let paid = sealed_share.unwrap_or(share);
    let both = |one: Option<u64>, other: Option<u64>| one?.checked_add(other?);
    let seconds = |one: &CandidateResults| one.deployment.as_ref().map(Deployment::mean_seconds);
    let money = large.calls.as_ref().map_or(Some(0.0), |calls| calls.money_per_thousand);
    let facts = CascadeFacts {
        pair: pair.clone(),
        threshold: median(&thresholds.iter().map(|one| one.threshold).collect::<Vec<f64>>()),
        share,
        sealed_share,
        parameters: both(costs::parameters(small), costs::parameters(large)),
        bytes: both(costs::bytes(small), costs::bytes(large)),
        asked: large.calls.is_some(),
        money_per_thousand: money.map(|money| money * paid),
        large_money: money,
        seconds: seconds(small).zip(seconds(large)).map(|(small, large)| small + paid * large),
        large_seconds: seconds(large),
        to_large: None,
    };
    let candidate = Candidate::new(pair.name(), Spec::called(FamilyId::CASCADE), facts.parameters.unwrap_or(0));
    Ok(CandidateResults {
        deployment: small
            .deployment
            .as_ref()
            .zip(large.deployment.as_ref())
            .map(|(one, other)| one.before(other, paid)),
        handed_over_on: small.handed_over_on,
        units: small.units.clone(),
        repeats: whole.into_iter().map(|one| one.outcomes).collect(),
        halves: halves.into_iter().map(|one| one.outcomes).collect(),
        cascade: Some(Arc::new(Cascade { facts, thresholds })),
        ..CandidateResults::bare(candidate)
    })
}

/// What a cascade comes to on sealed rows where its large one is asked: of the rows that this one was asked so far. The small one's scores
/// are read under the cascade's own name, which the look has to cover.
#[must_use]
pub fn answered(
    (entry, small): (&CandidateResults, &CandidateResults),
    large: &Answered,
    (look, sealed): (&HoldoutAccess, &[u32]),
) -> Answered {
    let Some(own) = &entry.cascade else { return Vec::new() };
    let mut rows = sealed.to_vec();
    rows.sort_unstable();
    let one = |theirs: &Responses| {
        let threshold = own.thresholds.iter().find(|one| one.repeat == theirs.repeat)?.threshold;
        let ours = small.repeats.iter().find(|one| one.repeat == theirs.repeat)?;
        let ours = ours.sealed.open(look, &entry.candidate.name)?;
        let small = Scored { repeat: theirs.repeat, examples: &rows, outcomes: &ours, units: None, gaps: None };
        let found = joined(small, &theirs.scored(), threshold)?;
        Some(Responses {
            repeat: theirs.repeat,
            rows: found.rows,
            outcomes: found.outcomes,
            gaps: found.gaps,
            left_out: theirs.left_out.clone(),
        })
    };
    large.iter().filter_map(one).collect()
}

/// One repeat of a cascade.
struct OneRepeat {
    outcomes: RepeatOutcomes,
    threshold: RepeatThreshold,
    /// Share of the validation rows that is handed on.
    share: f64,
    sealed_share: Option<f64>,
}

/// The repeats that both have; none where the small one has no certainty.
fn repeats(
    (small, large): (&[RepeatOutcomes], &[RepeatOutcomes]),
    (terms, folds): (&Terms, bool),
) -> Option<Vec<OneRepeat>> {
    let pairs: Vec<(&RepeatOutcomes, &RepeatOutcomes)> =
        small.iter().filter_map(|one| Some((one, large.iter().find(|other| other.repeat == one.repeat)?))).collect();
    let curves: Vec<Curve> =
        pairs.iter().map(|(small, large)| Curve::of(terms.metric, small, large)).collect::<Option<_>>()?;
    let together = chosen(&curves, terms);
    let alone = |curve: &Curve| chosen(std::slice::from_ref(curve), terms);
    let one = |((small, large), curve): (&(&RepeatOutcomes, &RepeatOutcomes), &Curve)| {
        let step = if folds { alone(curve) } else { together };
        one_repeat((small, large), *curve.thresholds.get(step)?)
    };
    pairs.iter().zip(&curves).map(one).collect()
}

fn one_repeat((small, large): (&RepeatOutcomes, &RepeatOutcomes), threshold: f64) -> Option<OneRepeat> {
    let found = joined(small.scored(), &large.scored(), threshold)?;
    let handed = handed_on(&small.validation, threshold)?;
    let sealed = small.sealed.cascade(&large.sealed, threshold);
    let (sealed, sealed_share) = match sealed {
        Some((sealed, share)) => (sealed, Some(share)),
        None => (Sealed::from_bytes(Vec::new()), None),
    };
    let train = cascade(&small.train, &large.train, threshold).map(|found| found.outcomes);
    Some(OneRepeat {
        outcomes: RepeatOutcomes {
            repeat: small.repeat,
            facts: facts(&small.facts, &large.facts),
            rows: found.rows,
            validation: found.outcomes,
            gaps: found.gaps,
            // They were measured on samples of training rows, which need not be the same.
            train: train.or_else(|_| small.train.select(&[])).ok()?,
            sealed,
        },
        threshold: RepeatThreshold { repeat: small.repeat, threshold },
        share: handed.iter().filter(|one| **one).count() as f64 / handed.len().max(1) as f64,
        sealed_share,
    })
}

/// The figures of both trainings together.
fn facts(small: &TrialStats, large: &TrialStats) -> TrialStats {
    let flops = small.flops + large.flops;
    let searched = small.flops * small.search_share + large.flops * large.search_share;
    TrialStats {
        parameters: small.parameters.saturating_add(large.parameters),
        bytes: small.bytes.saturating_add(large.bytes),
        bytes_beside: small.bytes_beside.saturating_add(large.bytes_beside),
        train_rows: small.train_rows,
        settled: small.settled,
        watched: None,
        history: Vec::new(),
        flops,
        search_share: if flops > 0.0 { searched / flops } else { 0.0 },
        wall_seconds: small.wall_seconds + large.wall_seconds,
        cpu_seconds: small.cpu_seconds + large.cpu_seconds,
        shared: small.shared + large.shared,
        peak_memory: small.peak_memory.max(large.peak_memory),
        changes: Vec::new(),
        calibration: None,
        computed_on: small.computed_on.clone().or_else(|| large.computed_on.clone()),
    }
}

/// The outcomes of a cascade on the rows that both have.
struct Joined {
    rows: Vec<u32>,
    outcomes: Outcomes,
    gaps: Option<Gaps>,
}

/// Where an answer of the large one is missing, that of the cascade is missing only if the row is handed on.
fn joined(small: Scored<'_>, large: &Scored<'_>, threshold: f64) -> Option<Joined> {
    let on = |rows: &[u32], outcomes: &Outcomes| {
        let shared = Shared::of(small, Scored { examples: rows, outcomes, gaps: None, ..*large })?;
        let found = cascade(&shared.ours, &shared.theirs, threshold).ok()?;
        Some((shared.examples.into_owned(), found))
    };
    let Some(gaps) = large.gaps else {
        let (rows, found) = on(large.examples, large.outcomes).or_else(|| nothing(small))?;
        return Some(Joined { rows, outcomes: found.outcomes, gaps: None });
    };
    let ((rows, worst), (_, best)) = (on(&gaps.rows, &gaps.worst)?, on(&gaps.rows, &gaps.best)?);
    let answered: std::collections::HashSet<u32> = large.examples.iter().copied().collect();
    let known: Vec<usize> =
        (0..rows.len()).filter(|&at| answered.contains(&rows[at]) || !worst.handed_on[at]).collect();
    let outcomes = worst.outcomes.select(&known).ok()?;
    let whole = known.len() == rows.len();
    let known = known.iter().map(|&at| rows[at]).collect();
    let gaps = (!whole).then_some(Gaps { rows, worst: worst.outcomes, best: best.outcomes });
    Some(Joined { rows: known, outcomes, gaps })
}

/// No rows: before anything was answered.
fn nothing(small: Scored<'_>) -> Option<(Vec<u32>, crate::metric::Cascaded)> {
    let outcomes = small.outcomes.select(&[]).ok()?;
    Some((Vec::new(), crate::metric::Cascaded { outcomes, handed_on: Vec::new() }))
}

/// The quality of two models in a row over the share that is handed on, on the validation rows of one repeat.
struct Curve {
    /// At each step the threshold that hands on so many hundredths of the rows.
    thresholds: Vec<f64>,
    /// The oriented quality there, higher is better.
    qualities: Vec<f64>,
}

impl Curve {
    /// None where the small one has no certainty, the two share no rows, or the metric is not defined on them.
    fn of(metric: Metric, small: &RepeatOutcomes, large: &RepeatOutcomes) -> Option<Self> {
        let shared = Shared::of(small.scored(), large.scored())?;
        let Outcomes::Classes(first) = shared.ours.as_ref() else { return None };
        let mut sure: Vec<f64> = first.certainties().into_iter().flatten().collect();
        sure.sort_by(f64::total_cmp);
        // Those below it are handed on: of rows that are equally sure none, so that a share may come out smaller.
        let threshold = |step: usize| match step {
            0 => 0.0,
            STEPS => ALL,
            step => sure.get(sure.len() * step / STEPS).copied().unwrap_or(ALL),
        };
        let thresholds: Vec<f64> = (0..=STEPS).map(threshold).collect();
        let quality = |threshold: &f64| {
            let found = cascade(&shared.ours, &shared.theirs, *threshold).ok()?;
            Some(metric.orient(score(metric, &found.outcomes).ok()?.value))
        };
        let qualities = thresholds.iter().map(quality).collect::<Option<_>>()?;
        Some(Self { thresholds, qualities })
    }
}

/// The smallest step from which on the mean over these curves is good enough; the last, at which the large one answers all, always is. Not the
/// first that is good enough: with few rows a share may be so by luck, and the next one not.
fn chosen(curves: &[Curve], terms: &Terms) -> usize {
    let at =
        |step: usize| mean(&curves.iter().filter_map(|curve| curve.qualities.get(step).copied()).collect::<Vec<f64>>());
    let large = at(STEPS);
    let wanted = match terms.rule {
        Rule::Margin(margin) => large - SPENT * margin,
        Rule::Bar(bar) => {
            let bar = terms.metric.orient(bar);
            if large > bar { bar + SPENT * (large - bar) } else { large }
        }
    };
    (0..=STEPS).rev().take_while(|&step| at(step) >= wanted).last().unwrap_or(STEPS)
}

#[cfg(test)]
#[path = "cascade_tests.rs"]
mod tests;
