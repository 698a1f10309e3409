//! Growth and luck with known answers.

use super::*;
use crate::candidate::{Candidate, Spec};
use crate::data::Sealed;
use crate::metric::ClassOutcomes;
use crate::trial::TrialStats;

const FOLD: u32 = 40;

/// Outcomes on rows of which the first so many are right.
fn outcomes(rows: u32, right: u32) -> crate::metric::Outcomes {
    let mut found = ClassOutcomes::new(2);
    for row in 0..rows {
        found.push(0, if row < right { &[0.9, 0.1] } else { &[0.1, 0.9] }).expect("two probabilities");
    }
    crate::metric::Outcomes::Classes(found)
}

/// Ten repeats of folds of 40 rows, trained on `rows`, right on as many of each as `right` says.
fn repeats(rows: u64, right: impl Fn(u32) -> u32) -> Vec<RepeatOutcomes> {
    let one = |repeat: u32| {
        let own: Vec<u32> = (repeat * FOLD..(repeat + 1) * FOLD).collect();
        RepeatOutcomes {
            gaps: None,
            repeat,
            facts: TrialStats { train_rows: rows, ..TrialStats::default() },
            rows: own.iter().map(|row| row + 1_000).collect(),
            train: outcomes(2, 1),
            validation: outcomes(FOLD, right(repeat)),
            sealed: Sealed::of_fold(&own, &outcomes(FOLD, right(repeat))).expect("whole"),
        }
    };
    (0..10).map(one).collect()
}

fn entry(name: &str, full: impl Fn(u32) -> u32, half: Option<u32>) -> CandidateResults {
    let halves = half.map_or_else(Vec::new, |right| repeats(160, |_| right));
    entry_of(name, repeats(320, full), halves)
}

fn entry_of(name: &str, repeats: Vec<RepeatOutcomes>, halves: Vec<RepeatOutcomes>) -> CandidateResults {
    let candidate = Candidate::new(name, Spec::of("mlp").with_each("hidden", &[8]), 8);
    CandidateResults { repeats, halves, handed_over_on: Some(400), ..CandidateResults::bare(candidate) }
}

fn found(candidate: &CandidateResults, against: &CandidateResults) -> Found {
    let look = HoldoutAccess::at(&[candidate.candidate.name.clone(), against.candidate.name.clone()]);
    let (ours, theirs) = (Arm::open(candidate, &look), Arm::open(against, &look));
    ComparedPair { metric: Metric::Accuracy, candidate: &ours, against: Some(&theirs), others: &[] }
        .found()
        .expect("shared rows")
}

fn bounds(found: &Found) -> Test {
    let names = ("small", None);
    let kind = crate::verdict::TestKind::NonInferiority;
    let mut test = super::super::members::test(kind, names, found.measured.clone(), (-0.2, 0.95));
    found.carry(&mut test, 0.95);
    test
}

#[test]
fn an_unfavourable_growth_is_carried_and_a_favourable_one_is_not() {
    // 36 of 40 against 38: −0.05. On half of the rows both had 36: the larger one gained 0.05 by the doubling, and
    // log2(400 / 320) = 0.3219 doublings are to come: −0.05 − 0.0161.
    let (small, large) = (entry("small", |_| 36, Some(36)), entry("large", |_| 38, Some(36)));
    let test = bounds(&found(&small, &large));
    let carried = test.carried.as_ref().expect("trained");
    let growth = carried.growth.as_ref().expect("measured");
    assert!((test.difference.point + 0.05).abs() < 1e-12, "{test:?}");
    assert!((growth.point + 0.05 * (400.0_f64 / 320.0).log2()).abs() < 1e-9, "{growth:?}");
    assert_eq!((carried.trained_on, carried.handed_over_on, carried.awaits_growth), (320, 400, false));
    assert!(test.lower < carried.measured_lower - 0.01 && test.passed, "{test:?}");
    // The other way round it was the small one that gained: the bound is no better than as measured.
    let (small, large) = (entry("small", |_| 36, Some(32)), entry("large", |_| 38, Some(38)));
    let test = bounds(&found(&small, &large));
    let carried = test.carried.as_ref().expect("trained");
    assert!(carried.growth.as_ref().is_some_and(|growth| growth.point > 0.0));
    assert!(test.lower <= carried.measured_lower, "{test:?}");
}

#[test]
fn what_has_no_trainings_on_half_of_the_rows_proves_nothing() {
    let (small, large) = (entry("small", |_| 36, None), entry("large", |_| 36, None));
    let test = bounds(&found(&small, &large));
    let carried = test.carried.expect("trained");
    assert!(!test.passed && carried.awaits_growth && carried.growth.is_none());
    assert!(carried.measured_lower > -0.2, "it would have passed as measured");
}

#[test]
fn the_luck_of_one_training_is_not_averaged_out() {
    // The small one is right on 20 or on 40 of 40 rows in turn: one training differs from the next by 0.25 about the mean.
    let turns = |repeat: u32| if repeat.is_multiple_of(2) { 20 } else { 40 };
    let erratic = entry_of("small", repeats(320, turns), repeats(160, turns));
    let steady = entry("large", |_| 32, Some(32));
    let test = bounds(&found(&erratic, &steady));
    let calm = bounds(&found(&entry("small", |_| 30, Some(30)), &steady));
    let luck = |test: &Test| test.carried.as_ref().map_or(f64::NAN, |carried| carried.luck);
    // Means of −0.3 and 0.2 in turn: a deviation of 0.264, of which the chance of 80 rows each is a fifth or less.
    assert!(calm.passed && luck(&calm) < 0.02, "{calm:?}");
    assert!((0.2..0.27).contains(&luck(&test)) && !test.passed, "{test:?}");
    // The mean over ten is known far better than the one training, which may be the bad one.
    assert!(test.lower < -0.4 && test.carried.is_some_and(|carried| carried.measured_lower > -0.25));
}

#[test]
fn a_model_that_is_asked_neither_grows_nor_has_luck() {
    let asked = |name: &str| CandidateResults { handed_over_on: None, ..entry(name, |_| 36, None) };
    let test = bounds(&found(&asked("small"), &asked("large")));
    assert!(test.carried.is_none() && test.passed);
}
