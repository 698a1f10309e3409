use std::sync::atomic::Ordering;

use super::Concluder;
use crate::candidate::Candidate;
use crate::data::HoldoutAccess;
use crate::run::error::RunError;
use crate::run::progress::{Stage, Tracker};
use crate::run::search::search_again;
use crate::run::test_scenes::{Asked, Trained as Scene, alike, answer, equal, ladder, stored};
use crate::run::train::Trainer;
use crate::run::workspace::Workspace;
use crate::study::Overrides;
use crate::trial::{Failure, Mock, Pretend};
use crate::verdict::{Untested, VerdictKind};

fn train(workspace: &Workspace, pretend: &Pretend<'_>) {
    let mock = Mock::new(pretend);
    Trainer::new(workspace, &mock).train(&mut |_| {}).expect("trained");
}

fn halves(workspace: &Workspace, names: &[String]) {
    let mock = Mock::new(&equal);
    let told = &mut |_: &_| {};
    Trainer::new(workspace, &mock).halves(names, &mut Tracker::new(Stage::Growth, told)).expect("trained");
}

#[test]
fn there_is_no_verdict_while_trials_are_missing() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    let all = workspace.prepared.plan.trials.len();
    let unfinished = || match Concluder::new(&workspace).conclude_again() {
        Err(RunError::Unfinished { found, wanted, .. }) => Some((found, wanted)),
        _ => None,
    };
    assert_eq!(unfinished(), Some((0, all)));
    // A run that is stopped in its first training.
    let mut mock = Mock::new(&equal);
    let stop = mock.this.stop.clone();
    let pretend = |one: &Candidate, repeat, data: &_, rows: &[u32]| {
        stop.store(true, Ordering::SeqCst);
        equal(one, repeat, data, rows)
    };
    mock.pretend = &pretend;
    assert!(matches!(Trainer::new(&workspace, &mock).train(&mut |_| {}), Err(RunError::Stopped)));
    let looks = || stored(&scene.out(), "SELECT count(*) FROM looks");
    assert_eq!((unfinished(), looks()), (Some((1, all)), 0.0), "and no look is taken for the asking");
    train(&workspace, &equal);
    assert_eq!((unfinished(), looks()), (None, 1.0));
}

#[test]
fn a_verdict_waits_for_the_two_of_its_test_on_half_of_the_rows() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    train(&workspace, &equal);
    let concluder = Concluder::new(&workspace);
    let found = search_again(&workspace).expect("complete");
    let open = concluder.conclude(&found).expect("concluded");
    assert_ne!(open.verdict.kind, VerdictKind::SmallerIsEnough, "{:?}", open.verdict);
    let awaited = concluder.awaits_growth(&open);
    assert!(awaited.contains(&"linear".to_owned()) && awaited.len() >= 2, "{awaited:?}");
    // One of the two does not do.
    halves(&workspace, &["linear".to_owned()]);
    assert_eq!(concluder.conclude(&found).expect("concluded").verdict.kind, open.verdict.kind);
    halves(&workspace, &awaited);
    let closed = concluder.conclude(&found).expect("concluded");
    assert_eq!((closed.verdict.kind, closed.verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("linear")));
    assert!(concluder.awaits_growth(&closed).is_empty());
    // Whatever else is trained on half of the rows later changes nothing.
    let others: Vec<String> = workspace.prepared.plan.candidates.iter().map(|one| one.name.clone()).collect();
    halves(&workspace, &others);
    assert_eq!(concluder.conclude(&found).expect("concluded"), closed);
}

#[test]
fn the_same_terms_are_one_look_and_others_are_another() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    train(&workspace, &equal);
    let looks = || stored(&scene.out(), "SELECT count(*) FROM looks");
    for _ in 0..3 {
        Concluder::new(&workspace).conclude_again().expect("concluded");
        assert_eq!(looks(), 1.0);
    }
    // One program at a time has the store.
    drop(workspace);
    let wider = Overrides { margin: Some(0.05), ..Overrides::default() };
    let reopened = Workspace::reopen(&scene.out(), &wider).expect("opened");
    Concluder::new(&reopened).conclude_again().expect("concluded");
    assert_eq!(looks(), 2.0);
}

#[test]
fn a_candidate_that_can_not_be_trained_is_unmeasured_and_keeps_the_verdict_back() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    train(&workspace, &|one, _, data, rows| match one.spec.family.name() {
        "linear" => Err(Failure::Diverged { message: "the loss is not a number".to_owned() }),
        _ => Ok(ladder(one, data, rows, 10, 10)),
    });
    let verdict = Concluder::new(&workspace).conclude_again().expect("concluded").verdict;
    assert_eq!((verdict.kind, verdict.unmeasured.as_slice()), (VerdictKind::Undecided, &["linear".to_owned()][..]));
    assert_eq!(verdict.choice, None);
}

#[test]
fn where_nobody_was_asked_the_answers_that_are_missing_are_counted() {
    let scene = Asked::new("", "");
    let workspace = scene.workspace(alike);
    let told = Concluder::new(&workspace).conclude_again();
    // The first stage is of 32 rows; the 8 others that are explored are less than half a stage, and are taken along.
    assert!(matches!(&told, Err(RunError::Unanswered { candidate, missing: 40 }) if candidate == "small"), "{told:?}");
    assert_eq!(scene.questions(), 0, "a verdict from the store asks nobody");
}

#[test]
fn whoever_answers_is_asked_no_more_sealed_rows_than_the_tests_take() {
    // The smaller one is wrong on every second row, the larger never: a fraction of the 200 sealed rows shows that.
    let scene = Asked::new("", "");
    let found = scene.run(|name, row| answer(row, name == "large" || row % 2 == 0)).expect("a run");
    assert_eq!(found.findings.verdict.kind, VerdictKind::BiggerPays);
    let workspace = Workspace::reopen(&scene.out(), &Overrides::default()).expect("opened");
    let names = ["small".to_owned(), "large".to_owned()];
    let sealed = workspace.prepared.sealed_order(&HoldoutAccess::at(&names));
    let asked = scene.rows("large").into_iter().filter(|row| sealed.contains(row)).count();
    assert!(asked > 0 && asked < sealed.len(), "{asked} of {}", sealed.len());
    // They are the first ones of the random order, and the verdict from the store is the same.
    assert!(sealed[..asked].iter().all(|row| scene.rows("large").contains(row)));
    assert_eq!(Concluder::new(&workspace).conclude_again().expect("answered").verdict, found.findings.verdict);
}

#[test]
fn a_step_of_the_staircase_without_its_trainings_says_so() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    train(&workspace, &equal);
    let open = Concluder::new(&workspace).conclude_again().expect("concluded");
    let waiting = |basis: &_| matches!(basis, crate::verdict::Basis::Untested(Untested::Growth));
    assert!(open.analysis.staircase.steps.iter().any(|step| waiting(&step.basis)), "{:?}", open.analysis.staircase);
}
