//! From the tests that have ended to the analysis: figures on the rows that were seen, staircase, plain differences.

use std::collections::{BTreeMap, HashSet};

use super::{Arm, ComparedPair, pairs};
use crate::verdict::confirm::{compared, limits_cost, show};
use crate::verdict::holdout::Holdout;
use crate::verdict::staircase::{promote, staircase};
use crate::verdict::tangible;
use crate::verdict::terms::Terms;
use crate::verdict::types::{Analysis, Screening, Test, TestKind};

/// Writes down the confidence of a test of the sequence that names none of its own.
pub(super) fn at(test: &mut Test, (kind, confidence): (TestKind, f64)) {
    if kind != TestKind::Learned {
        test.confidence.get_or_insert(confidence);
    }
}

pub(super) fn analysis(
    (screening, terms): (&Screening, &Terms),
    (sides, order): (&BTreeMap<String, Arm>, &[u32]),
    (mut tests, look): (Vec<Test>, u32),
    (validation_examples, holdout_examples): (u64, u64),
) -> Analysis {
    let mut screening = screening.clone();
    let bound = |name: &str, confidence: f64| bound((&screening, terms), (sides, order), (name, confidence));
    let staircase = staircase(&screening, terms, &tests, bound);
    promote(&mut tests, (&staircase, terms), bound);
    let tangible = tangible::of_tests(&tests, terms.metric, |metric, test| {
        let (own, other) = (sides.get(&test.candidate)?, sides.get(test.against.as_deref()?)?);
        let rows = seen(Some(test), order);
        compared(metric, &own.on(&rows)?.scored(), &other.on(&rows)?.scored())
    });
    // The figures of all are of the rows that the test has seen which the verdict rests on.
    let carrying = tests.iter().rev().find(|test| test.passed && test.kind != TestKind::Learned).or(tests.last());
    let rows = seen(carrying, order);
    let parts: BTreeMap<&str, Holdout> =
        sides.iter().filter_map(|(name, side)| Some((name.as_str(), side.on(&rows)?))).collect();
    show(&mut screening, terms.metric, |name| {
        parts.get(name).map(Holdout::scored).filter(|found| found.iter().all(|one| !one.examples.is_empty()))
    });
    let limits_cost = limits_cost(&screening);
    Analysis { screening, tests, validation_examples, holdout_examples, look, limits_cost, staircase, tangible }
}

/// The rows that a test has seen: all of them where it read them at once.
fn seen(test: Option<&Test>, order: &[u32]) -> HashSet<u32> {
    let count = test.and_then(|test| test.sequential).map_or(order.len(), |found| found.examples as usize);
    order.iter().take(count).copied().collect()
}

/// The test of a step of the staircase, by the interval for all sealed rows: only of a candidate that has answered all of them,
/// as has what it is compared with.
fn bound(
    (screening, terms): (&Screening, &Terms),
    (sides, order): (&BTreeMap<String, Arm>, &[u32]),
    (name, confidence): (&str, f64),
) -> Option<Test> {
    let member = Screening { sequence: vec![name.to_owned()], rows: Vec::new(), ..screening.clone() };
    let pairs: Vec<ComparedPair<'_>> = pairs(&member, terms);
    let pair = pairs.iter().find(|pair| pair.kind != TestKind::Learned)?;
    let names = std::iter::once(pair.candidate).chain(pair.against.map(String::as_str));
    let whole = |name: &str| sides.get(name).is_some_and(|side| order.iter().all(|row| side.by_row.contains_key(row)));
    names.into_iter().all(whole).then(|| pair.fixed(sides, order, (terms, confidence))).flatten()
}
