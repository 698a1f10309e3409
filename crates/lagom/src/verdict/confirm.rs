//! Confirmation: the one reading of the holdout, for the members of a fixed sequence.

use std::collections::BTreeMap;

use super::compare::{Scored, difference, quality};
use super::screen::over_bar;
use super::terms::Terms;
use super::types::{Against, Analysis, Entry, Screening, Test, TestKind};
use crate::data::Look;
use crate::metric::Outcomes;
use crate::stats::Estimate;
use crate::study::Rule;

/// The look that a screening asks for: its sequence, what that is compared with, and the baseline.
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

/// A candidate's outcomes on the holdout, read.
struct Holdout {
    examples: Vec<u32>,
    repeats: Vec<(u32, Outcomes)>,
}

impl Holdout {
    fn scored(&self) -> Vec<Scored<'_>> {
        let repeats = self.repeats.iter();
        repeats.map(|(repeat, outcomes)| Scored { repeat: *repeat, examples: &self.examples, outcomes }).collect()
    }
}

fn open(entries: &[Entry], look: &Look) -> BTreeMap<String, Holdout> {
    let mut opened = BTreeMap::new();
    for entry in entries.iter().filter(|entry| look.covers(&entry.candidate.name)) {
        let read = |one: &super::types::RepeatOutcomes| {
            one.sealed.open(look, &entry.candidate.name).map(|outcomes| (one.repeat, outcomes))
        };
        let repeats: Vec<(u32, Outcomes)> = entry.repeats.iter().filter_map(read).collect();
        let count = repeats.first().map_or(0, |(_, outcomes)| outcomes.len());
        let examples = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        opened.insert(entry.candidate.name.clone(), Holdout { examples, repeats });
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
        tests.extend(found.map(|found| test(TestKind::Learned, (reference, Some(baseline)), found, (0.0, terms))));
    }
    for name in &screening.sequence {
        let found = match (&screening.against, terms.rule) {
            (Against::Candidate(other), Rule::Margin(margin)) => paired(terms.metric, name, other)
                .map(|found| test(TestKind::NonInferiority, (name, Some(other)), found, (-margin, terms))),
            (Against::Bar, Rule::Bar(bar)) => opened
                .get(name)
                .and_then(|holdout| quality(terms.metric, &holdout.scored()))
                .map(|found| over_bar(&found, terms.metric, bar))
                .map(|found| test(TestKind::AboveBar, (name, None), found, (0.0, terms))),
            _ => None,
        };
        tests.extend(found);
    }
    let mut open = true;
    for test in &mut tests {
        test.counted = open;
        open &= test.passed;
    }
    tests
}

fn test(
    kind: TestKind,
    (candidate, against): (&str, Option<&String>),
    difference: Estimate,
    (threshold, terms): (f64, &Terms),
) -> Test {
    let (lower, upper) = (difference.lower(terms.confidence), difference.upper(terms.confidence));
    Test {
        kind,
        candidate: candidate.to_owned(),
        against: against.cloned(),
        difference,
        threshold,
        lower,
        upper,
        passed: lower > threshold,
        counted: false,
    }
}
