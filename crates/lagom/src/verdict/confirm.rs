//! Confirmation: the one reading of the holdout, for the members of a fixed sequence.
//!
//! With cross-fitting the sealed rows are the folds of the repeats, and other repeats have validated on them. Two
//! things keep the tests honest. Choosing the reference as the best on those rows makes it look better than it
//! is, which only makes it harder to be shown as good as it. And since what looked good was not chosen on other
//! rows, all plausible candidates are tested with Holm's (1979) correction, in place of a
//! sequence fixed beforehand. `crossfit.rs` measures both.

use std::collections::BTreeMap;

use super::compare::{Scored, difference, quality};
use super::gaps::Responses;
use super::screen::over_bar;
use super::terms::Terms;
use super::types::{Against, Analysis, Entry, Row, Screening, Test, TestKind};
use crate::data::Look;
use crate::stats::Estimate;
use crate::study::{Family, Rule};

/// The look that a screening asks for: its sequence, what that is compared with, and the baseline.
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
    if let Against::Candidate(name) = &screening.against {
        names.push(name.clone());
    }
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
    for row in &mut screening.rows {
        row.holdout_quality = opened.get(&row.name).and_then(|holdout| quality(terms.metric, &holdout.scored()));
    }
    let tests = tests(&screening, terms, &opened);
    let row = |name: &Option<String>| name.as_deref().and_then(|name| screening.row(name));
    let limits_cost = row(&screening.best)
        .filter(|best| Some(&best.name) != screening.reference.as_ref())
        .and_then(|best| best.difference.clone())
        .map(|found| Estimate { point: -found.point, ..found });
    let number = look.map_or(0, |(_, number)| number);
    Analysis { screening, tests, validation_examples: sizes.0, holdout_examples: sizes.1, look: number, limits_cost }
}

/// A candidate's outcomes on the holdout or on its folds, read.
pub(super) struct Holdout {
    pub(super) repeats: Vec<Responses>,
}

impl Holdout {
    pub(super) fn scored(&self) -> Vec<Scored<'_>> {
        self.repeats.iter().map(Responses::scored).collect()
    }
}

pub(super) fn open(entries: &[Entry], look: &Look) -> BTreeMap<String, Holdout> {
    let mut opened = BTreeMap::new();
    for entry in entries.iter().filter(|entry| look.covers(&entry.candidate.name)) {
        let read = |one: &super::types::RepeatOutcomes| {
            let outcomes = one.sealed.open(look, &entry.candidate.name)?;
            let all = 0..u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
            Some(Responses::whole(one.repeat, one.sealed.rows().unwrap_or_else(|| all.collect()), outcomes))
        };
        let repeats = entry.repeats.iter().filter_map(read).collect();
        opened.insert(entry.candidate.name.clone(), Holdout { repeats });
    }
    opened
}

fn tests(screening: &Screening, terms: &Terms, opened: &BTreeMap<String, Holdout>) -> Vec<Test> {
    let paired = |metric, name: &str, other: &str| {
        let (candidate, other) = (opened.get(name)?, opened.get(other)?);
        difference(metric, &candidate.scored(), &other.scored())
    };
    let mut tests = Vec::new();
    if let (Some(reference), Some(baseline)) = (&screening.reference, &screening.baseline) {
        let found = paired(terms.gate_metric(), reference, baseline);
        let confidence = gate_confidence(screening, terms);
        tests.extend(found.map(|found| test(TestKind::Learned, (reference, Some(baseline)), found, (0.0, confidence))));
    }
    let mut members = Vec::new();
    for name in &screening.sequence {
        let found = match (&screening.against, terms.rule) {
            (Against::Candidate(other), Rule::Margin(margin)) => paired(terms.metric, name, other)
                .map(|found| test(TestKind::NonInferiority, (name, Some(other)), found, (-margin, terms.confidence))),
            (Against::Bar, Rule::Bar(bar)) => opened
                .get(name)
                .and_then(|holdout| quality(terms.metric, &holdout.scored()))
                .map(|found| over_bar(&found, terms.metric, bar))
                .map(|found| test(TestKind::AboveBar, (name, None), found, (0.0, terms.confidence))),
            _ => None,
        };
        members.extend(found);
    }
    tests.extend(if screening.cross_fitted { holm(members, terms.confidence) } else { members });
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
