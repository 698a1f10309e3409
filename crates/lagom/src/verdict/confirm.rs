//! Confirmation: the one reading of the holdout, for the members of a fixed sequence.
//!
//! With cross-fitting the sealed rows are the folds of the repeats, and other repeats have validated on them. Two
//! things keep the tests honest. Choosing the reference as the best on those rows makes it look better than it
//! is, which only makes it harder to be shown as good as it. And since what looked good was not chosen on other
//! rows, all plausible candidates are tested with Holm's (1979) correction, in place of a
//! sequence fixed beforehand. `crossfit.rs` measures both.

use std::collections::BTreeMap;

use super::compare::{Scored, difference, quality};
use super::learned::{gain, gates, widened};
use super::screen::over_bar;
use super::terms::Terms;
use super::types::{Against, Analysis, Entry, Screening, Test, TestKind};
use crate::data::Look;
use crate::metric::Outcomes;
use crate::stats::Estimate;
use crate::study::Rule;

/// The look that a screening asks for: its sequence, what that is compared with, what may stand in or shows that anything was
/// learned, and the baseline.
///
/// None if nothing is to be tested. Write it to the store before [`confirm`] reads anything.
#[must_use]
pub fn look(screening: &Screening) -> Option<(Look, Vec<String>)> {
    if screening.sequence.is_empty() && !screening.learned {
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

fn tests(screening: &Screening, terms: &Terms, opened: &BTreeMap<String, Holdout>) -> Vec<Test> {
    let paired = |metric, name: &str, other: &str| {
        let (candidate, other) = (opened.get(name)?, opened.get(other)?);
        difference(metric, &candidate.scored(), &other.scored())
    };
    let mut tests = Vec::new();
    for gate in gates(screening, terms) {
        let sides = opened.get(gate.candidate).zip(opened.get(gate.baseline));
        let found = sides.and_then(|(own, guess)| gain(gate.score, &own.scored(), &guess.scored()));
        let found = found.map(|found| widened(found, screening.cross_fitted));
        let against = (gate.candidate.as_str(), Some(gate.baseline));
        let score = Some(gate.score).filter(|score| *score != terms.metric);
        let ended = found.map(|found| test(TestKind::Learned, against, found, (0.0, gate.confidence)));
        tests.extend(ended.map(|ended| Test { score, ..ended }));
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
        score: None,
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
