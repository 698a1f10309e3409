//! What must stay open: verdicts that a finished study gives, and that the same study doesn't with less known.

use super::tests::{judge, ladder, terms};
use super::*;
use crate::stats::Estimate;
use crate::study::Rule;

const ENOUGH: [(&str, u64, f64); 3] = [("majority", 1, 0.5), ("small", 1_000, 0.9), ("large", 100_000, 0.9)];

fn awaiting() -> Option<Carried> {
    let unknown = Carried {
        trained_on: 800,
        handed_over_on: 1_000,
        measured_lower: -0.02,
        measured_upper: -0.01,
        luck: 0.001,
        growth: None,
        awaits_growth: true,
    };
    Some(unknown)
}

#[track_caller]
fn is_open(analysis: &mut Analysis, terms: &Terms) -> Verdict {
    let verdict = decide(analysis, terms);
    assert_eq!(verdict.kind, VerdictKind::Undecided, "{verdict:?}");
    verdict
}

#[test]
fn below_a_bar_by_models_whose_growth_is_not_known() {
    let bar = terms(Rule::Bar(0.999));
    let (mut analysis, verdict, _) = judge(&ladder(&ENOUGH), &bar);
    assert_eq!(verdict.kind, VerdictKind::NothingQualifies);
    analysis.tests.iter_mut().filter(|test| test.kind == TestKind::AboveBar).for_each(|test| test.carried = awaiting());
    is_open(&mut analysis, &bar);
}

#[test]
fn the_only_one_above_a_bar_beside_one_whose_growth_is_not_known() {
    let bar = terms(Rule::Bar(0.75));
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.6), ("large", 100_000, 0.95)]);
    let (mut analysis, verdict, _) = judge(&entries, &bar);
    assert_eq!(verdict.kind, VerdictKind::BiggerPays);
    let last = analysis.tests.last().expect("a test").clone();
    let below = Test { candidate: "small".to_owned(), lower: -0.02, upper: -0.01, passed: false, ..last };
    analysis.tests.push(below);
    assert_eq!(decide(&mut analysis, &bar).kind, VerdictKind::BiggerPays);
    analysis.tests.last_mut().expect("a test").carried = awaiting();
    is_open(&mut analysis, &bar);
}

#[test]
fn without_the_test_of_whether_anything_was_learned() {
    let margin = terms(Rule::Margin(0.03));
    let (mut analysis, verdict, _) = judge(&ladder(&ENOUGH), &margin);
    assert_eq!(verdict.kind, VerdictKind::SmallerIsEnough);
    analysis.tests.retain(|test| test.kind != TestKind::Learned);
    assert_eq!(is_open(&mut analysis, &margin).choice, verdict.reference);
}

#[test]
fn nothing_seems_learned_and_answers_are_missing() {
    let margin = terms(Rule::Margin(0.02));
    let (mut analysis, ..) = judge(&ladder(&ENOUGH), &margin);
    let gate = analysis.tests.iter_mut().find(|test| test.kind == TestKind::Learned).expect("a gate");
    // A gain of 0 ± 0.01 is no sign of learning; with 2 points missing either way it may be one of 2 standard errors (p = 0.02).
    gate.difference = Estimate { point: 0.0, standard_error: 0.01, ..gate.difference.clone() };
    gate.passed = false;
    let mut missing = analysis.clone();
    assert_eq!(decide(&mut analysis, &margin).kind, VerdictKind::NothingLearned);
    missing.tests.iter_mut().filter(|test| test.kind == TestKind::Learned).for_each(|test| test.difference.gap = 0.02);
    is_open(&mut missing, &margin);

    let nothing = ladder(&[("majority", 1, 0.6), ("small", 1_000, 0.6), ("large", 100_000, 0.605)]);
    let (mut analysis, verdict, _) = judge(&nothing, &margin);
    assert_eq!(verdict.kind, VerdictKind::NothingLearned);
    analysis.screening.learning.gains[0].gain.gap = 0.3;
    is_open(&mut analysis, &margin);
}

#[test]
fn nothing_is_a_step_of_what_was_not_measured() {
    let margin = terms(Rule::Margin(0.004));
    let (mut analysis, verdict, _) = judge(&ladder(&ENOUGH), &margin);
    assert!(verdict.unmeasured.is_empty() && !analysis.staircase.is_empty());
    let row = analysis.screening.rows.iter_mut().find(|row| row.name == "small").expect("a row");
    row.unmeasured = Some(Unmeasured { kind: UnmeasuredKind::Unscored, cause: "the metric is not defined".to_owned() });
    let verdict = is_open(&mut analysis, &margin);
    assert!(verdict.unmeasured == ["small"] && analysis.staircase.is_empty(), "{verdict:?}");
}

#[test]
fn what_a_member_without_a_test_leaves() {
    // Of a fixed sequence nothing behind it is tested; Holm shares the error rate with it all the same.
    let entries =
        ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.88), ("middle", 10_000, 0.9), ("large", 100_000, 0.9)]);
    let margin = terms(Rule::Margin(0.03));
    let sizes = (400, 2_000);
    let mut screening = screen(&entries, &margin, sizes);
    screening.sequence = vec!["not read".to_owned(), "middle".to_owned()];
    screening.staircase.clear();
    let (look, _) = look(&screening).expect("a look");
    let tested = |screening: &Screening| {
        let analysis = confirm(&entries, screening.clone(), &margin, Some((&look, 1)), sizes);
        analysis.tests.into_iter().find(|test| test.candidate == "middle")
    };
    assert!(tested(&screening).is_none());
    let folds = Screening { cross_fitted: true, ..screening };
    // One of two: half of the error rate of 5 %.
    assert_eq!(tested(&folds).expect("a test").confidence, Some(0.975));
}
