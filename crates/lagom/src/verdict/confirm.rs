//! Confirmation: the one reading of the holdout, for the members of a fixed sequence.
//!
//! With cross-fitting the sealed rows are the folds of the repeats, and other repeats have validated on them. Two
//! things keep the tests honest. Choosing the reference as the best on those rows makes it look better than it
//! is, which only makes it harder to be shown as good as it. And since what looked good was not chosen on other
//! rows, all plausible candidates are tested with Holm's (1979) correction, in place of a
//! sequence fixed beforehand. `crossfit.rs` measures both.

use std::collections::BTreeMap;

use super::compare::{Scored, difference, quality};
use super::screen::over_bar;
use super::staircase::{confidence_of_tests, promote, staircase};
use super::tangible;
use super::terms::Terms;
use super::types::{Against, Analysis, Entry, Row, Screening, Test, TestKind};
use crate::data::Look;
use crate::metric::{Metric, Outcomes};
use crate::stats::Estimate;
use crate::study::{Family, Rule};

/// The look that a screening asks for: its sequence, what that is compared with, the baseline, and all that was trained
/// often enough to have a quality, so that the table shows the same rows as the verdict.
///
/// None if nothing is to be tested. Write it to the store before [`confirm`] reads anything.
#[must_use]
pub fn look(screening: &Screening) -> Option<(Look, Vec<String>)> {
    if screening.withheld || (screening.sequence.is_empty() && !screening.learned) {
        return None;
    }
    let mut names: Vec<String> = screening.sequence.clone();
    names.extend(screening.reference.clone());
    names.extend(screening.baseline.clone());
    names.extend(screening.gated().cloned());
    if let Against::Candidate(name) = &screening.against {
        names.push(name.clone());
    }
    let trained = screening.rows.iter().filter(|row| row.quality.is_some() && row.calls.is_none());
    names.extend(trained.map(|row| row.name.clone()));
    names.sort();
    names.dedup();
    Some((Look::at(&names), names))
}

/// Reads the holdout outcomes that `look` covers and runs the tests of the sequence on them.
///
/// `number` is the count of this look, `sizes` the number of validation examples of a repeat and of
/// holdout examples.
#[must_use]
pub fn confirm(
    entries: &[Entry],
    mut screening: Screening,
    terms: &Terms,
    look: Option<(&Look, u32)>,
    sizes: (u64, u64),
) -> Analysis {
    let opened = look.map_or_else(BTreeMap::new, |(look, _)| open(entries, look));
    let found = |name: &str| opened.get(name).map(Holdout::scored);
    show(&mut screening, terms.metric, found);
    let mut tests = tests(&screening, terms, &opened);
    let bound = |name: &str, confidence: f64| member((&screening, terms), &opened, (name, confidence));
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

/// A candidate's outcomes on the holdout or on its folds, read: number of the repeat, rows, outcomes.
pub(super) struct Holdout {
    pub(super) repeats: Vec<(u32, Vec<u32>, Outcomes)>,
}

impl Holdout {
    pub(super) fn scored(&self) -> Vec<Scored<'_>> {
        let repeats = self.repeats.iter();
        repeats.map(|(repeat, examples, outcomes)| Scored { repeat: *repeat, examples, outcomes }).collect()
    }
}

pub(super) fn open(entries: &[Entry], look: &Look) -> BTreeMap<String, Holdout> {
    let mut opened = BTreeMap::new();
    for entry in entries.iter().filter(|entry| look.covers(&entry.candidate.name)) {
        let read = |one: &super::types::RepeatOutcomes| {
            let outcomes = one.sealed.open(look, &entry.candidate.name)?;
            let all = 0..u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
            Some((one.repeat, one.sealed.rows().unwrap_or_else(|| all.collect()), outcomes))
        };
        let repeats = entry.repeats.iter().filter_map(read).collect();
        opened.insert(entry.candidate.name.clone(), Holdout { repeats });
    }
    opened
}

/// The paired difference of two candidates on the sealed rows.
fn paired(opened: &BTreeMap<String, Holdout>, metric: Metric, (name, other): (&str, &str)) -> Option<Estimate> {
    difference(metric, &opened.get(name)?.scored(), &opened.get(other)?.scored())
}

/// The test of a member of the sequence, or of a step of the staircase, at a one-sided confidence: what bounds come from, in
/// both.
fn member(
    (screening, terms): (&Screening, &Terms),
    opened: &BTreeMap<String, Holdout>,
    (name, confidence): (&str, f64),
) -> Option<Test> {
    match (&screening.against, terms.rule) {
        (Against::Candidate(other), Rule::Margin(margin)) => {
            let found = paired(opened, terms.metric, (name, other))?;
            Some(test(TestKind::NonInferiority, (name, Some(other)), found, (-margin, confidence)))
        }
        (Against::Bar, Rule::Bar(bar)) => {
            let found = over_bar(&quality(terms.metric, &opened.get(name)?.scored())?, terms.metric, bar);
            Some(test(TestKind::AboveBar, (name, None), found, (0.0, confidence)))
        }
        _ => None,
    }
}

fn tests(screening: &Screening, terms: &Terms, opened: &BTreeMap<String, Holdout>) -> Vec<Test> {
    let mut tests = Vec::new();
    if let (Some(gated), Some(baseline)) = (screening.gated(), &screening.baseline) {
        let found = paired(opened, terms.gate_metric(), (gated, baseline));
        let confidence = gate_confidence(screening, terms);
        tests.extend(found.map(|found| test(TestKind::Learned, (gated, Some(baseline)), found, (0.0, confidence))));
    }
    let confidence = confidence_of_tests(screening, terms);
    let sequence = screening.sequence.iter();
    let members: Vec<Test> =
        sequence.filter_map(|name| member((screening, terms), opened, (name, confidence))).collect();
    tests.extend(if screening.cross_fitted { holm(members, confidence) } else { members });
    let mut open = true;
    for test in &mut tests {
        test.confidence = test.confidence.filter(|confidence| *confidence > terms.confidence);
        test.counted = open;
        open &= test.passed;
    }
    tests
}

/// The confidence of the second gate: with cross-fitting the reference was picked on these rows, so it is shared
/// among the candidates it was picked from, as on validation.
fn gate_confidence(screening: &Screening, terms: &Terms) -> f64 {
    let tried = |row: &&Row| row.quality.is_some() && row.excess.is_empty() && row.family != Family::Baseline;
    let candidates = if screening.cross_fitted { screening.rows.iter().filter(tried).count() } else { 1 };
    1.0 - (1.0 - terms.confidence) / candidates.max(1) as f64
}

/// Holm's (1979) step-down tests: the strongest first, at the confidence of a test among as many as are left;
/// the first failure ends them. All together they hold at `confidence`, however they depend on each other.
fn holm(mut members: Vec<Test>, confidence: f64) -> Vec<Test> {
    let p_value = |test: &Test| test.difference.p_value(test.threshold);
    members.sort_by(|a, b| p_value(a).total_cmp(&p_value(b)));
    let count = members.len();
    let step = |(at, test): (usize, Test)| {
        let level = 1.0 - (1.0 - confidence) / (count - at) as f64;
        self::test(test.kind, (&test.candidate, test.against.as_ref()), test.difference, (test.threshold, level))
    };
    members.into_iter().enumerate().map(step).collect()
}

pub(super) fn test(
    kind: TestKind,
    (candidate, against): (&str, Option<&String>),
    difference: Estimate,
    (threshold, confidence): (f64, f64),
) -> Test {
    let (lower, upper) = (difference.lower(confidence), difference.upper(confidence));
    Test {
        kind,
        candidate: candidate.to_owned(),
        against: against.cloned(),
        difference,
        threshold,
        lower,
        upper,
        confidence: Some(confidence),
        sequential: None,
        passed: lower > threshold,
        counted: false,
    }
}
