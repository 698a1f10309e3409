use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Trainer;
use crate::candidate::Candidate;
use crate::run::conclude::Concluder;
use crate::run::error::RunError;
use crate::run::progress::{Stage, Tracker};
use crate::run::test_scenes::{Trained as Scene, Worker, equal, ladder, stored};
use crate::run::workspace::{Outcome, Workspace};
use crate::trial::{Failure, Mock, Pretend};
use crate::verdict::Verdict;

/// What is trained of the sweep as things are, by name, in order.
fn train(workspace: &Workspace, pretend: &Pretend<'_>) -> Vec<String> {
    let worker = Worker::new(pretend);
    Trainer::new(workspace, &worker).train(&mut |_| {}).expect("trained");
    worker.mock.trained.take()
}

/// What is trained on half of the rows: all of these candidates, or what failed before.
fn halves(workspace: &Workspace, names: Option<&[String]>, pretend: &Pretend<'_>) -> Vec<String> {
    let mock = Mock::new(pretend);
    let trainer = Trainer::new(workspace, &mock);
    let told = &mut |_: &_| {};
    let mut tracker = Tracker::new(Stage::Growth, told);
    match names {
        Some(names) => trainer.halves(names, &mut tracker),
        None => trainer.failed_halves(&mut tracker),
    }
    .expect("trained");
    mock.trained.take()
}

fn times(trained: &[String], name: &str) -> usize {
    trained.iter().filter(|one| *one == name).count()
}

#[test]
fn only_what_the_store_lacks_is_trained() {
    let scene = Scene::new();
    let small = Workspace::start(scene.up_to("1k"), &scene.out()).expect("started");
    let plan = small.prepared.plan.clone();
    assert_eq!(train(&small, &equal).len(), plan.trials.len(), "a sweep is all of it");
    assert!(train(&small, &equal).is_empty(), "nothing is trained twice");
    drop(small);
    // A taller ladder: its new sizes alone are trained.
    let workspace = scene.workspace();
    let known = |name: &String| plan.candidates.iter().any(|one| one.name == *name);
    let trained = train(&workspace, &equal);
    assert!(!trained.is_empty() && !trained.iter().any(known), "{trained:?}");
    let all = &workspace.prepared.plan.trials;
    let new = all.iter().filter(|spec| !known(&spec.candidate.name)).count();
    assert!(new < all.len() && trained.len() == new, "{} of {new}", trained.len());
}

#[test]
fn a_training_that_dies_is_tried_three_times_a_run_and_one_that_can_never_be_done_once() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    let of_linear = |failure: Failure| {
        move |one: &_, repeat: u32, data: &_, rows: &[u32]| match (&ladder(one, data, rows, 10, 10), one) {
            (_, one) if one.name == "linear" && repeat == 1 => Err(failure.clone()),
            (answers, _) => Ok(answers.clone()),
        }
    };
    let killed = Failure::Killed { signal: 9, message: String::new() };
    let all = workspace.prepared.plan.repeats as usize;
    // Four repeats once, one of them three times.
    assert_eq!(times(&train(&workspace, &of_linear(killed.clone())), "linear"), all - 1 + 3);
    assert_eq!(times(&train(&workspace, &of_linear(killed)), "linear"), 3, "the next run tries again");
    let diverged = Failure::Diverged { message: "the loss is not a number".to_owned() };
    assert_eq!(times(&train(&workspace, &of_linear(diverged.clone())), "linear"), 1);
    assert_eq!(train(&workspace, &of_linear(diverged)), Vec::<String>::new(), "it would only come again");
}

#[test]
fn a_look_that_dies_is_tried_three_times_a_run_and_one_that_can_never_be_done_once() {
    let scene = Scene::new();
    let ladder = "families = [\"baseline\", \"linear\"]\npolicy = \"sweep\"\n[probes]\nrobustness = true\n";
    let workspace = Workspace::start(scene.with(ladder), &scene.out()).expect("started");
    train(&workspace, &equal);
    let conclusion = Concluder::new(&workspace).conclude_again().expect("concluded");
    let look = |deaths| {
        let worker = Worker::refits(deaths);
        Trainer::new(&workspace, &worker).look(&conclusion, &mut |_| {}).expect("a failed look ends no run");
        worker.count.get()
    };
    let told = || Concluder::new(&workspace).findings(conclusion.clone(), None).expect("found").probes[0].said.clone();
    assert_eq!(told(), "linear was not looked at: no run has measured it yet; `lagom run` does.");
    assert_eq!(look(u32::MAX), 3);
    assert!(told().starts_with("linear was not looked at: ") && told().contains("killed"), "{}", told());
    // The mock can't look: that would only come again.
    assert_eq!((look(0), look(0)), (1, 0));
    assert!(told().contains("nothing is looked at that was not trained"), "{}", told());
    assert_eq!(stored(&scene.out(), "SELECT count(*) FROM probes"), 0.0);
}

#[test]
fn what_was_trained_until_an_interrupt_is_kept() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    let all = workspace.prepared.plan.trials.len();
    let stop = Arc::new(AtomicBool::new(false));
    let seen = RefCell::new(BTreeSet::new());
    // A model is asked about several parts of the rows, so trainings are told apart by their names and repeats.
    let pretend = |one: &Candidate, repeat, data: &_, rows: &[u32]| {
        seen.borrow_mut().insert((one.name.clone(), repeat));
        stop.store(seen.borrow().len() == 3, Ordering::SeqCst);
        equal(one, repeat, data, rows)
    };
    let mut worker = Worker::new(&pretend);
    worker.mock.this.stop = stop.clone();
    let ended = Trainer::new(&workspace, &worker).train(&mut |_| {});
    assert!(matches!(ended, Err(RunError::Stopped)), "{ended:?}");
    assert_eq!((worker.mock.trained.take().len(), stored(&scene.out(), "SELECT count(*) FROM trials")), (3, 3.0));
    assert_eq!(train(&workspace, &equal).len(), all - 3);
}

#[test]
fn of_trainings_on_half_of_the_rows_those_wanted_are_done_and_those_that_failed_again() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    let repeats = workspace.prepared.plan.repeats as usize;
    let third_dies = |one: &_, repeat: u32, data: &_, rows: &[u32]| match repeat {
        2 => Err(Failure::Killed { signal: 9, message: String::new() }),
        _ => equal(one, repeat, data, rows),
    };
    let linear = ["linear".to_owned()];
    assert_eq!(halves(&workspace, None, &equal), Vec::<String>::new(), "nothing has failed yet");
    assert_eq!(halves(&workspace, Some(&linear), &third_dies).len(), repeats - 1 + 3);
    assert_eq!(halves(&workspace, None, &equal), linear, "the one that failed");
    assert_eq!(halves(&workspace, Some(&linear), &equal), Vec::<String>::new());
    let done = |request: &_| matches!(workspace.outcome(request), Ok(Outcome::Finished(_)));
    assert!(workspace.half_requests("linear").iter().all(done));
}

#[test]
fn a_learning_curve_is_of_the_choice_at_three_shares_and_takes_what_is_there() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    let repeats = workspace.prepared.plan.repeats as usize;
    train(&workspace, &equal);
    let found = Concluder::new(&workspace).conclude_again().expect("concluded").verdict;
    let verdict = |choice: Option<&str>, unmeasured: &[&str]| Verdict {
        choice: choice.map(str::to_owned),
        reference: None,
        unmeasured: unmeasured.iter().map(|name| (*name).to_owned()).collect(),
        ..found.clone()
    };
    let curve = |verdict: &Verdict| {
        let mock = Mock::new(&equal);
        Trainer::new(&workspace, &mock).learning_curve(verdict, &mut |_| {}).expect("trained");
        mock.trained.take()
    };
    assert!(curve(&verdict(None, &[])).is_empty(), "there is nothing to hand over");
    assert!(curve(&verdict(Some("linear"), &["mlp"])).is_empty(), "a verdict that is kept back");
    halves(&workspace, Some(&["linear".to_owned()]), &equal);
    assert_eq!(curve(&verdict(Some("linear"), &[])), vec!["linear"; 2 * repeats], "an eighth and a quarter");
}

#[test]
fn what_can_not_be_timed_is_unknown_and_tried_again_by_the_next_run() {
    let scene = Scene::new();
    let workspace = scene.workspace();
    let candidates = workspace.prepared.plan.candidates.len() as u32;
    let timed = || stored(&scene.out(), "SELECT count(*) FROM deployments");
    // Every attempt at every candidate dies.
    let never = Worker::timings(u32::MAX);
    let trainer = Trainer::new(&workspace, &never);
    trainer.train(&mut |_| {}).expect("trained");
    trainer.time(&mut |_| {}).expect("a candidate that can't be timed is no error");
    assert_eq!((never.count.get(), timed()), (3 * candidates, 0.0));
    let key = workspace.prepared.plan.trials.iter().find(|spec| spec.split.repeat == 0).expect("planned").key();
    assert!(workspace.store.untimed(&key).expect("readable").is_some(), "why is kept");
    // In the next run two of the timings die, and are tried again.
    let twice = Worker::timings(2);
    let trainer = Trainer::new(&workspace, &twice);
    trainer.train(&mut |_| {}).expect("trained");
    trainer.time(&mut |_| {}).expect("timed");
    assert_eq!((twice.count.get(), timed()), (candidates + 2, f64::from(candidates)));
    trainer.time(&mut |_| {}).expect("timed");
    assert_eq!(twice.count.get(), candidates + 2, "nothing is timed twice");
}
