//! Confirmation: the one reading of the holdout, for the members of a fixed sequence.
//!
//! With cross-fitting the sealed rows are the folds of the repeats, and other repeats have validated on them. Two
//! things keep the tests honest. Choosing the reference as the best on those rows makes it look better than it
//! is, which only makes it harder to be shown as good as it. And since what looked good was not chosen on other
//! rows, all plausible candidates are tested with Holm's (1979) correction, in place of a
//! sequence fixed beforehand. `crossfit.rs` measures both.

use std::collections::BTreeMap;

use super::carried::{Found, Pair, Side};
use super::compare::{Scored, difference, difference_in_parts, quality};
use super::screen::validation;
use super::terms::Terms;
use super::types::{Against, Analysis, Entry, RepeatOutcomes, Row, Screening, Test, TestKind};
use crate::data::Look;
use crate::metric::{Metric, Outcomes};
use crate::stats::{CrossedMean, Estimate};
use crate::study::{Family, Rule};

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
    let tests = look.map_or_else(Vec::new, |(look, _)| tests(&screening, terms, entries, look));
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
    let covered = entries.iter().filter(|entry| look.covers(&entry.candidate.name));
    let open = |entry: &Entry| Holdout { repeats: opened(&entry.repeats, look, &entry.candidate.name) };
    covered.map(|entry| (entry.candidate.name.clone(), open(entry))).collect()
}

/// The sealed outcomes of a candidate's repeats, as far as the look covers it.
pub(super) fn opened(repeats: &[RepeatOutcomes], look: &Look, name: &str) -> Vec<(u32, Vec<u32>, Outcomes)> {
    let read = |one: &RepeatOutcomes| {
        let outcomes = one.sealed.open(look, name)?;
        let all = 0..u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
        Some((one.repeat, one.sealed.rows().unwrap_or_else(|| all.collect()), outcomes))
    };
    repeats.iter().filter_map(read).collect()
}

/// The candidates whose sealed outcomes are open, and what all candidates' validation rows tell of luck.
struct Opened<'a> {
    sides: BTreeMap<&'a str, Side<'a>>,
    entries: &'a [Entry],
}

impl<'a> Opened<'a> {
    fn new(entries: &'a [Entry], look: &Look) -> Self {
        let covered = entries.iter().filter(|entry| look.covers(&entry.candidate.name));
        let sides = covered.map(|entry| (entry.candidate.name.as_str(), Side::open(entry, look))).collect();
        Self { sides, entries }
    }

    /// What is known of a candidate's difference to another one, or of its quality where there is none.
    fn found(&self, metric: Metric, name: &str, against: Option<&str>) -> Option<Found> {
        let candidate = self.sides.get(name)?;
        let against = match against {
            None => None,
            Some(other) => Some(self.sides.get(other)?),
        };
        let others = against.map_or_else(Vec::new, |against| self.others(metric, (name, against.entry)));
        Pair { metric, candidate, against, others: &others }.found()
    }

    /// The differences of all further trained candidates to the same one, on validation rows.
    fn others(&self, metric: Metric, (name, against): (&str, &Entry)) -> Vec<CrossedMean> {
        let partner = validation(against);
        let trains = |entry: &&Entry| entry.calls.is_none() && entry.candidate.spec.family() != Family::Baseline;
        let others = self.entries.iter().filter(trains);
        let others = others.filter(|other| ![name, &against.candidate.name].contains(&other.candidate.name.as_str()));
        others.filter_map(|other| difference_in_parts(metric, &validation(other), &partner)).collect()
    }
}

/// A member of the sequence with what is known of it.
struct Member {
    kind: TestKind,
    candidate: String,
    against: Option<String>,
    found: Found,
    threshold: f64,
}

impl Member {
    fn test(&self, confidence: f64) -> Test {
        let names = (self.candidate.as_str(), self.against.as_ref());
        let mut test = test(self.kind, names, self.found.measured.clone(), (self.threshold, confidence));
        self.found.carry(&mut test, confidence);
        test
    }
}

fn tests(screening: &Screening, terms: &Terms, entries: &[Entry], look: &Look) -> Vec<Test> {
    let opened = Opened::new(entries, look);
    let mut tests = Vec::new();
    if let (Some(reference), Some(baseline)) = (&screening.reference, &screening.baseline) {
        let sides = (opened.sides.get(reference.as_str()), opened.sides.get(baseline.as_str()));
        let found = match sides {
            (Some(ours), Some(theirs)) => difference(terms.gate_metric(), &ours.full.scored(), &theirs.full.scored()),
            _ => None,
        };
        let confidence = gate_confidence(screening, terms);
        tests.extend(found.map(|found| test(TestKind::Learned, (reference, Some(baseline)), found, (0.0, confidence))));
    }
    let members: Vec<Member> =
        screening.sequence.iter().filter_map(|name| member(name, (screening, terms), &opened)).collect();
    tests.extend(match screening.cross_fitted {
        true => holm(members, terms.confidence),
        false => members.iter().map(|member| member.test(terms.confidence)).collect(),
    });
    let mut open = true;
    for test in &mut tests {
        test.confidence = test.confidence.filter(|confidence| *confidence > terms.confidence);
        test.counted = open;
        open &= test.passed;
    }
    tests
}

fn member(name: &str, (screening, terms): (&Screening, &Terms), opened: &Opened<'_>) -> Option<Member> {
    let candidate = name.to_owned();
    match (&screening.against, terms.rule) {
        (Against::Candidate(other), Rule::Margin(margin)) => Some(Member {
            kind: TestKind::NonInferiority,
            found: opened.found(terms.metric, name, Some(other))?,
            candidate,
            against: Some(other.clone()),
            threshold: -margin,
        }),
        (Against::Bar, Rule::Bar(bar)) => Some(Member {
            kind: TestKind::AboveBar,
            found: opened.found(terms.metric, name, None)?.above(terms.metric.orient(bar)),
            candidate,
            against: None,
            threshold: 0.0,
        }),
        _ => None,
    }
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
///
/// One whose growth is not measured takes its place by what is: its p-value could only be larger, so that it blocks none
/// that it would not block then.
fn holm(mut members: Vec<Member>, confidence: f64) -> Vec<Test> {
    let p_value = |member: &Member| member.found.p_value(member.threshold);
    members.sort_by(|a, b| p_value(a).total_cmp(&p_value(b)));
    let count = members.len();
    let level = |at: usize| 1.0 - (1.0 - confidence) / (count - at) as f64;
    members.iter().enumerate().map(|(at, member)| member.test(level(at))).collect()
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
        carried: None,
        passed: lower > threshold,
        counted: false,
    }
}
