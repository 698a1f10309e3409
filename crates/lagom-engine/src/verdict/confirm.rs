//! Confirmation: the one reading of the holdout. The tests are those of the members of a fixed sequence, with what the staircase
//! adds; the figures of all that was trained are read with them, so that table and verdict are of the same rows.
//!
//! With cross-fitting the sealed rows are the folds of the repeats, and other repeats have validated on them. Two
//! things keep the tests honest. Choosing the reference as the best on those rows makes it look better than it
//! is, which only makes it harder to be shown as good as it. And since what looked good was not chosen on other
//! rows, all plausible candidates are tested with Holm's (1979) correction, in place of a
//! sequence fixed beforehand. `crossfit.rs` measures both.

use super::compare::{difference, quality};
use super::learned::{gain, gates, widened};
use super::members::{Opened, holm, member, test};
use super::staircase::{confidence_of_tests, promote, staircase};
use super::tangible;
use super::terms::Terms;
use super::types::{Against, Analysis, CandidateResults, Row, Scored, Screening, Test, TestKind};
use crate::data::HoldoutAccess;
use crate::metric::Metric;
use crate::stats::Estimate;

/// The look that a screening asks for: its sequence, what that is compared with, what may stand in or shows that anything was
/// learned, the baseline, and all that was trained often enough to have a quality, so that the table shows the same rows as the
/// verdict.
///
/// None if nothing is to be tested. Write it to the store before [`confirm`] reads anything.
#[must_use]
pub fn look(screening: &Screening) -> Option<(HoldoutAccess, Vec<String>)> {
    if screening.withheld || (screening.sequence.is_empty() && !screening.learned) {
        return None;
    }
    let mut names: Vec<String> = screening.sequence.clone();
    names.extend(screening.reference.clone());
    names.extend(screening.baseline.clone());
    names.extend(screening.stand_in.clone());
    names.extend(screening.learning.surest.clone());
    if let Against::Candidate(name) = &screening.against {
        names.push(name.clone());
    }
    // A cascade is read through its members, of which an asked one has to answer.
    let cascades = screening.rows.iter().filter(|row| names.contains(&row.name)).filter_map(|row| row.cascade.as_ref());
    let members: Vec<String> = cascades.flat_map(|one| [one.pair.small.clone(), one.pair.large.clone()]).collect();
    names.extend(members);
    let asked = |row: &Row| row.calls.is_some() || row.cascade.as_ref().is_some_and(|cascade| cascade.asked);
    let trained = screening.rows.iter().filter(|row| row.quality.is_some() && !asked(row));
    names.extend(trained.map(|row| row.name.clone()));
    names.sort();
    names.dedup();
    Some((HoldoutAccess::at(&names), names))
}

/// Reads the holdout outcomes that `look` covers and runs the tests of the sequence on them.
///
/// `number` is the count of this look, `sizes` the number of validation examples of a repeat and of
/// holdout examples.
#[must_use]
pub fn confirm(
    entries: &[CandidateResults],
    mut screening: Screening,
    terms: &Terms,
    look: Option<(&HoldoutAccess, u32)>,
    sizes: (u64, u64),
) -> Analysis {
    let opened = Opened::new(entries, look.map(|(look, _)| look));
    let found = |name: &str| opened.sides.get(name).map(|side| side.full.scored());
    show(&mut screening, terms.metric, found);
    let mut tests = tests(&screening, terms, &opened);
    let bound = |name: &str, confidence: f64| Some(member(name, (&screening, terms), &opened)?.test(confidence));
    let staircase = staircase(&screening, terms, &tests, bound);
    promote(&mut tests, (&staircase, terms), bound);
    let tangible = tangible::of_tests(&tests, terms.metric, |metric, test| {
        compared(metric, &found(&test.candidate)?, &found(test.against.as_deref()?)?)
    });
    let limits_cost = limits_cost(&screening);
    let look = look.map_or(0, |(_, number)| number);
    let (validation_examples, holdout_examples) = sizes;
    Analysis { screening, tests, validation_examples, holdout_examples, look, limits_cost, staircase, tangible }
}

/// Writes what each candidate comes to on the sealed rows that were read, and how far it is from the reference there.
pub(super) fn show<'a>(screening: &mut Screening, metric: Metric, found: impl Fn(&str) -> Option<Vec<Scored<'a>>>) {
    let reference = screening.reference.clone();
    let partner = reference.as_deref().and_then(&found);
    for row in &mut screening.rows {
        let Some(own) = found(&row.name) else { continue };
        if let Some(cascade) = &mut row.cascade {
            cascade.to_large = found(&cascade.pair.large).and_then(|large| difference(metric, &own, &large));
        }
        row.holdout_quality = quality(metric, &own);
        let other = partner.as_ref().filter(|_| reference.as_deref() != Some(row.name.as_str()));
        row.holdout_difference = other.and_then(|other| difference(metric, &own, other));
    }
}

/// What the limits cost: the reference against the best overall, on the sealed rows where both were read.
pub(super) fn limits_cost(screening: &Screening) -> Option<Estimate> {
    let best = screening.best.as_deref().filter(|best| Some(*best) != screening.reference.as_deref());
    let best = best.filter(|_| !screening.incumbent).and_then(|best| screening.row(best))?;
    let found = best.holdout_difference.clone().or_else(|| best.difference.clone())?;
    Some(Estimate { point: -found.point, ..found })
}

/// A paired difference, and what both come to by themselves.
pub(super) fn compared(metric: Metric, own: &[Scored<'_>], other: &[Scored<'_>]) -> Option<(Estimate, f64, f64)> {
    let found = difference(metric, own, other)?;
    Some((found, quality(metric, own)?.point, quality(metric, other)?.point))
}

fn tests(screening: &Screening, terms: &Terms, opened: &Opened<'_>) -> Vec<Test> {
    let mut tests = Vec::new();
    for gate in gates(screening, terms) {
        let sides = opened.sides.get(gate.candidate.as_str()).zip(opened.sides.get(gate.baseline.as_str()));
        let found = sides.and_then(|(own, guess)| gain(gate.score, &own.full.scored(), &guess.full.scored()));
        let found = found.map(|found| widened(found, screening.cross_fitted));
        let against = (gate.candidate.as_str(), Some(gate.baseline));
        let score = Some(gate.score).filter(|score| *score != terms.metric);
        let ended = found.map(|found| test(TestKind::Learned, against, found, (0.0, gate.confidence)));
        tests.extend(ended.map(|ended| Test { score, ..ended }));
    }
    let confidence = confidence_of_tests(screening, terms);
    let members = screening.sequence.iter().map(|name| member(name, (screening, terms), opened));
    tests.extend(match screening.cross_fitted {
        true => holm(members.flatten().collect(), screening.sequence.len(), confidence),
        // Nothing may follow in a fixed sequence from what comes after a member that has no test.
        false => members.map_while(|member| Some(member?.test(confidence))).collect::<Vec<Test>>(),
    });
    let mut open = true;
    for test in &mut tests {
        test.confidence = test.confidence.filter(|confidence| *confidence > terms.confidence);
        test.counted = open;
        open &= test.passed;
    }
    tests
}
