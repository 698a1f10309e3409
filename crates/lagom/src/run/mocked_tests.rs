//! Whole runs without a training: what candidates come to is said, so what the verdict must be is known.

use std::cell::Cell;

use super::test_scenes::{Trained as Scene, ladder};
use super::{Execution, Run};
use crate::trial::{Failure, Mock, Pretend};
use crate::verdict::{TestKind, VerdictKind};

/// A whole run, and the candidates that were trained in it, in order.
fn run(scene: &Scene, pretend: &Pretend<'_>) -> (Execution, Vec<String>) {
    let run = Run::start(scene.prepared(), &scene.out()).expect("started");
    let mock = Mock::new(pretend);
    let done = run.execute(&mock, &mut |_| {}).expect("a run");
    (done, mock.trained.take())
}

#[test]
fn equal_models_end_in_the_smallest_and_unequal_ones_in_the_larger() {
    let place = Scene::new();
    let (equal, trained) = run(&place, &|one, _, data, rows| Ok(ladder(one, data, rows, 10, 10)));
    let verdict = &equal.findings.verdict;
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("linear")));
    // 120 of 1,200 rows are wrong for all: the difference is 0, and its bound is that of two made-up flips of 1,204.
    let tests = &equal.findings.analysis.tests;
    let step = tests.iter().find(|test| test.kind == TestKind::NonInferiority).expect("tested");
    assert!(step.difference.point.abs() < 1e-12 && step.lower > -0.02, "{step:?}");
    assert!(trained.iter().any(|name| name == "majority") && place.out().join("report.html").is_file());

    let place = Scene::new();
    let (unequal, _) = run(&place, &|one, _, data, rows| Ok(ladder(one, data, rows, 4, 20)));
    // One in four against one in twenty: 0.2 apart, which no margin of 0.02 forgives.
    let verdict = &unequal.findings.verdict;
    assert_eq!(verdict.kind, VerdictKind::BiggerPays, "{verdict:?}");
    assert_ne!(verdict.choice.as_deref(), Some("linear"));
}

#[test]
fn a_killed_training_is_tried_again_and_changes_nothing() {
    let (left, calm) = (Cell::new(2), Scene::new());
    let (undisturbed, once) = run(&calm, &|one, _, data, rows| Ok(ladder(one, data, rows, 10, 10)));
    let place = Scene::new();
    let (found, trained) = run(&place, &|one, repeat, data, rows| {
        if one.name == "linear" && repeat == 1 && left.get() > 0 {
            left.set(left.get() - 1);
            return Err(Failure::Killed { signal: 9, message: String::new() });
        }
        Ok(ladder(one, data, rows, 10, 10))
    });
    assert_eq!(left.get(), 0, "it was trained a third time");
    assert_eq!(trained.len(), once.len() + 2, "two attempts more, nothing else");
    let (before, after) = (&undisturbed.findings, &found.findings);
    assert_eq!(before.verdict, after.verdict);
    assert_eq!(before.analysis.tests, after.analysis.tests);
}

#[test]
fn a_candidate_that_no_training_comes_back_from_leaves_the_verdict_open() {
    let place = Scene::new();
    let (found, trained) = run(&place, &|one, _, data, rows| match one.spec.family.name() {
        "linear" => Err(Failure::Killed { signal: 9, message: "no memory".to_owned() }),
        _ => Ok(ladder(one, data, rows, 10, 10)),
    });
    let verdict = &found.findings.verdict;
    assert_eq!(verdict.kind, VerdictKind::Undecided, "{verdict:?}");
    assert!(verdict.unmeasured.iter().any(|name| name == "linear"), "{verdict:?}");
    assert!(trained.iter().filter(|name| *name == "linear").count() >= 3, "three attempts each");
}
