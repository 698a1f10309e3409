//! The staircase: for each smaller candidate the smallest margin at which it is good enough.
//!
//! ```text
//! Screening -> members (whatever the margin) -> look -> bound of each, all at once -> Staircase -> promoted tests
//! ```
//!
//! A reader takes any margin afterwards and finds its verdict, so all bounds have to hold at once. The error rate is shared
//! between the tests at the study's margin and the staircase (see [`shares`]), and the staircase's part is shared evenly among its
//! members (Bonferroni), whose number depends on no margin. So three things agree whatever the margin:
//!
//! - a test that passed at the study's margin is a step no higher than that margin;
//! - a candidate whose bound alone is within the margin is good enough, also where the sequence of tests ended before it
//!   ([`promote`]);
//! - under a margin just above a step, `lagom verdict` gives that candidate or a smaller one.
//!
//! The reference is the incumbent, or the best on validation rows. With a holdout these are other rows than those of the bounds;
//! with cross-fitting they are the same, and the best there looks better than it is, which only raises the steps.
//! `crossfit/stairs.rs` measures how often all steps of a study hold.

use super::learned::gates;
use super::outdone::outdone;
use super::sequence::cheaper_than;
use super::terms::Terms;
use super::types::{Against, Basis, Row, Screening, Stair, Staircase, Test, TestKind, Untested};
use crate::study::{FamilyId, Rule};

/// The staircase's part of the error rate, where the reference is chosen on other rows than those of the verdict or is
/// given. The tests at the study's margin keep the rest.
const SHARE: f64 = 0.2;
/// Its part with cross-fitting, beside tests that keep all of the error rate: there the reference was picked as the best on the
/// very rows of the tests, which leaves these at most 1.4 % instead of 5 % wrong against it (`crossfit.rs`).
const SHARE_CROSS_FITTED: f64 = 0.4;
/// A candidate with fewer finished repeats than this, or than half of what the others have, gets no step: its luck is not known well
/// enough for so small an error rate.
const FEWEST: usize = 3;

/// The error rates of the tests at the study's margin and of the staircase, between 0 and 1.
pub(super) fn shares(screening: &Screening, terms: &Terms) -> (f64, f64) {
    let all = 1.0 - terms.confidence;
    if screening.cross_fitted && !screening.incumbent {
        (all, all * SHARE_CROSS_FITTED)
    } else {
        (all * (1.0 - SHARE), all * SHARE)
    }
}

/// The confidence of the tests at the study's margin, all of them together.
pub(super) fn confidence_of_tests(screening: &Screening, terms: &Terms) -> f64 {
    1.0 - shares(screening, terms).0
}

/// The candidates that get a bound: learners within the limits that are cheaper than the reference and trained often
/// enough. Neither margin nor validation quality takes part in the choice.
pub(super) fn members(screening: &Screening, terms: &Terms) -> Vec<String> {
    smaller(screening, terms).into_iter().filter(|row| is_bounded(row, screening)).map(|row| row.name.clone()).collect()
}

/// The candidates that a staircase tells of, from the cheapest to the dearest.
fn smaller<'a>(screening: &'a Screening, terms: &Terms) -> Vec<&'a Row> {
    let Some(reference) = screening.reference.as_deref().filter(|_| screening.learned) else { return Vec::new() };
    let learner = |row: &&Row| row.family != FamilyId::BASELINE;
    match &screening.against {
        Against::Nothing => Vec::new(),
        Against::Candidate(other) if other == reference => {
            cheaper_than(screening, reference, terms).into_iter().filter(learner).collect()
        }
        // The reference is itself the smallest: how far it may be short of the best dearer one.
        Against::Candidate(_) => screening.row(reference).into_iter().collect(),
        Against::Bar => {
            let cheaper = cheaper_than(screening, reference, terms).into_iter().filter(learner);
            cheaper.chain(screening.row(reference)).collect()
        }
    }
}

fn is_bounded(row: &Row, screening: &Screening) -> bool {
    let most = screening.rows.iter().map(|row| row.trials.len()).max().unwrap_or(0);
    row.calls.is_some() || row.trials.len() >= FEWEST.min(most).max(most.div_ceil(2))
}

/// The steps, from the tests that were made and from `bound`, which makes the test of a candidate at a one-sided confidence; none
/// where it was not asked all rows.
pub(super) fn staircase(
    screening: &Screening,
    terms: &Terms,
    tests: &[Test],
    bound: impl Fn(&str, f64) -> Option<Test>,
) -> Staircase {
    let learned = tests.iter().filter(|test| test.kind == TestKind::Learned && test.passed).count();
    if learned < gates(screening, terms).len() {
        return Staircase::default();
    }
    let rate = shares(screening, terms).1 / screening.staircase.len().max(1) as f64;
    let bound = |row: &Row| {
        let member = screening.staircase.contains(&row.name);
        member.then(|| bound(&row.name, 1.0 - rate)).flatten()
    };
    let untested = |row: &Row| {
        if screening.staircase.contains(&row.name) { Untested::NotAsked } else { Untested::FewRepeats }
    };
    // No step is below what another candidate is better by on the rows of the verdict.
    let least = |row: &Row| outdone(screening, &row.name).map_or(0.0, |found| found.difference);
    let margin = terms.margin().is_some();
    let step = |row: &Row| {
        let step = stair(row, (bound(row), passed(tests, &row.name), untested(row)), terms);
        Stair { holds: step.holds.map(|holds| if margin { holds.max(least(row)) } else { holds }), ..step }
    };
    Staircase { steps: smaller(screening, terms).into_iter().map(step).collect() }
}

fn passed<'a>(tests: &'a [Test], name: &str) -> Option<&'a Test> {
    tests.iter().find(|test| test.kind != TestKind::Learned && test.candidate == name && test.passed && test.counted)
}

fn stair(row: &Row, (bound, passed, untested): (Option<Test>, Option<&Test>, Untested), terms: &Terms) -> Stair {
    // What is shown by a lower bound of the difference: a margin, or a bar.
    let shown = |lower: f64| match terms.rule {
        Rule::Margin(_) => (-lower).max(0.0),
        Rule::Bar(bar) => terms.metric.orient(terms.metric.orient(bar) + lower),
    };
    // What is measured is of models on a part of the rows: without its growth it says nothing of those handed over.
    let grown = bound.as_ref().is_some_and(|test| test.carried.as_ref().is_none_or(|carried| carried.growth.is_some()));
    let own = bound.as_ref().map(|test| test.lower).filter(|lower| grown && lower.is_finite());
    let tested = passed.map(|test| test.threshold);
    let (holds, basis) = match (own, tested) {
        (Some(own), Some(tested)) if tested > own => (Some(shown(tested)), Basis::Test),
        (Some(own), _) => (Some(shown(own)), Basis::Bound),
        (None, Some(tested)) => (Some(shown(tested)), Basis::Test),
        (None, None) if bound.is_none() => (None, Basis::Untested(untested)),
        (None, None) if !grown => (None, Basis::Untested(Untested::Growth)),
        (None, None) => (None, Basis::Bound),
    };
    let test = bound.as_ref().or(passed);
    Stair {
        candidate: row.name.clone(),
        against: test.and_then(|test| test.against.clone()),
        holds,
        basis,
        difference: test.map(|test| test.difference.clone()),
        confidence: bound.as_ref().and_then(|test| test.confidence),
    }
}

/// Adds the tests that the staircase passes at the study's margin and the sequence did not: its bounds hold whatever the order of
/// the tests.
pub(super) fn promote(
    tests: &mut Vec<Test>,
    (staircase, terms): (&Staircase, &Terms),
    bound: impl Fn(&str, f64) -> Option<Test>,
) {
    for step in &staircase.steps {
        let Some(confidence) = step.confidence.filter(|_| passed(tests, &step.candidate).is_none()) else { continue };
        let Some(mut test) = bound(&step.candidate, confidence).filter(|test| test.passed) else { continue };
        test.counted = true;
        test.confidence = test.confidence.filter(|confidence| *confidence > terms.confidence);
        match tests.iter_mut().find(|other| other.kind == test.kind && other.candidate == test.candidate) {
            Some(place) => *place = test,
            None => tests.push(test),
        }
    }
}
