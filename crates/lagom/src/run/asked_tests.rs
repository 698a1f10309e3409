//! Whole studies of models that are asked, through a mock backend: what every question gets is said, so what the verdict must be is known.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::test_scenes::{Asked as Scene, IN_FLIGHT, alike, answer, failure};
use super::{Execution, Run, RunError};
use crate::call::mock::{Mock, Scripted};
use crate::call::{Answer, BackendError, Usage};
use crate::study::Overrides;
use crate::verdict::{CallFacts, Verdict, VerdictKind};

fn calls(found: &Execution, name: &str) -> CallFacts {
    let row = found.findings.analysis.screening.rows.iter().find(|row| row.name == name).expect("screened");
    row.calls.clone().expect("asked")
}

fn told(verdict: &Verdict) -> (VerdictKind, Option<&str>) {
    (verdict.kind, verdict.choice.as_deref())
}

#[test]
fn equal_models_end_in_the_smaller_one_and_unequal_ones_in_the_larger() {
    let scene = Scene::new("", "");
    let equal = scene.run(alike).expect("a run");
    assert_eq!(told(&equal.findings.verdict), (VerdictKind::SmallerIsEnough, Some("small")));
    // The same rows are wrong for both: the difference is 0 on every row.
    let test = equal.findings.analysis.tests.iter().find(|test| test.against.is_some()).expect("tested");
    assert!(test.difference.point.abs() < 1e-12 && test.passed && test.lower >= -0.05, "{test:?}");
    let small = calls(&equal, "small");
    assert_eq!((small.missing, small.asked, small.answered), (0, small.asked, small.asked));
    assert_eq!(small.answered, scene.rows("small").len() as u64);
    // No more than the 60 rows to explore and the 200 sealed ones, each once.
    assert!(small.asked <= 260 && scene.asked.borrow().values().all(|times| *times == 1), "{small:?}");

    // One in four against one in twenty, of the same rows: 0.2 apart, which no margin of 0.05 forgives.
    let scene = Scene::new("", "");
    let worse = |name: &str, row: u32| answer(row, !row.is_multiple_of(if name == "small" { 4 } else { 20 }));
    let unequal = scene.run(worse).expect("a run");
    assert_eq!(told(&unequal.findings.verdict), (VerdictKind::BiggerPays, Some("large")));
}

#[test]
fn answers_that_fail_are_missing_and_never_wrong() {
    // One row in three gets no answer, on the others both are right: were a failure wrong, the larger would pay.
    let scene = Scene::new("", "");
    let third = |name: &str, row: u32| if name == "small" && row % 3 == 1 { failure() } else { answer(row, true) };
    let found = scene.run(third).expect("a run");
    let verdict = &found.findings.verdict;
    assert_eq!((verdict.kind, verdict.unmeasured.as_slice()), (VerdictKind::Undecided, &["small".to_owned()][..]));
    let small = calls(&found, "small");
    let failed = scene.rows("small").iter().filter(|row| *row % 3 == 1).count() as u64;
    assert_eq!((small.missing, small.problems.failed, small.problems.unparsable), (failed, failed, 0));
    // What failed is put a second time at once, and no more often.
    let times = |row: &u32| scene.asked.borrow()[&("small".to_owned(), *row)];
    assert!(scene.rows("small").iter().all(|row| times(row) == if row % 3 == 1 { 2 } else { 1 }));

    // One row in a hundred, with 5 % allowed: judged on what there is, with bounds both ways.
    let scene = Scene::new("missing = 0.05", "");
    let few = |name: &str, row: u32| if name == "small" && row % 100 == 51 { failure() } else { alike(name, row) };
    let found = scene.run(few).expect("a run");
    assert_eq!(told(&found.findings.verdict), (VerdictKind::SmallerIsEnough, Some("small")));
    let small = calls(&found, "small");
    let failed = scene.rows("small").iter().filter(|row| *row % 100 == 51).count() as u64;
    assert!(failed > 0 && (small.missing, small.answered) == (failed, small.asked - failed), "{small:?}");
}

#[test]
fn a_fault_of_all_asking_ends_that_of_one_candidate_alone() {
    let scene = Scene::new("", "");
    let asked = RefCell::new(0);
    let broken = move |name: &str, row: u32| {
        *asked.borrow_mut() += u32::from(name == "small");
        // The first question is answered: this happens in mid-run.
        match *asked.borrow() > 20 && name == "small" {
            true => Scripted::Fault(BackendError::Machinery { message: "the cable is out".to_owned() }),
            false => answer(row, true),
        }
    };
    let found = scene.run(broken).expect("a run");
    let verdict = &found.findings.verdict;
    assert_eq!((verdict.kind, verdict.unmeasured.as_slice()), (VerdictKind::Undecided, &["small".to_owned()][..]));
    assert_eq!(calls(&found, "small").answered, 20);
    // The other goes on: both had one question of greeting, then the first stage is of 32.
    let large = calls(&found, "large");
    assert!(
        large.answered > 20 && (large.missing, large.answered) == (0, scene.rows("large").len() as u64),
        "{large:?}"
    );
    let small =
        &found.findings.analysis.screening.rows.iter().find(|row| row.name == "small").expect("there").unmeasured;
    assert!(small.as_ref().expect("why").cause.contains("the cable is out"), "{small:?}");
    // The next run tries again, and only what has no answer.
    let found = scene.run(alike).expect("a run");
    assert_eq!(found.findings.verdict.unmeasured, Vec::<String>::new());
    let twice = scene.asked.borrow().iter().filter(|(_, times)| **times > 1).count();
    assert_eq!(twice, IN_FLIGHT, "those that were under way when the fault came, the 21st to the 28th");
}

#[test]
fn a_budget_that_ends_in_mid_run_is_never_exceeded() {
    // Each call costs 1, so 50 of them are what 50 suffices for, whatever is in flight.
    let (price, budget) = ("price = { per-call = 1.0, currency = \"USD\" }", "money = \"50 USD\"");
    let scene = Scene::new(budget, price);
    let found = scene.run(alike).expect("a verdict on what there is");
    assert_eq!(found.findings.verdict.kind, VerdictKind::Undecided);
    assert_eq!(
        (scene.questions(), scene.answers(), scene.stored("SELECT total(money) FROM spending")),
        (50, 50.0, 50.0)
    );
    scene.run(alike).expect("nothing is left");
    assert_eq!(scene.questions(), 50);
    // Raised, it goes on where it ended.
    scene.write("money = \"5000 USD\"", price);
    let found = scene.run(alike).expect("a run");
    assert_eq!(told(&found.findings.verdict), (VerdictKind::SmallerIsEnough, Some("small")));
    assert!(scene.asked.borrow().values().all(|times| *times == 1), "none is paid for twice");
    assert_eq!(scene.stored("SELECT total(money) FROM spending"), f64::from(scene.questions()));
}

#[test]
fn what_is_in_flight_counts_at_the_most_that_it_may_cost() {
    // A token written costs 1, an answer is of 16 at most and in truth of 1 to 16: eight in flight may cost 128, of 100.
    let price = "price = { input = 0, output = 1000000.0, currency = \"USD\" }";
    let scene = Scene::new("money = \"100 USD\"", price);
    let paid = Rc::new(RefCell::new(0.0));
    let counted = paid.clone();
    let says = move |name: &str, row: u32| {
        let Scripted::Answer(answer) = alike(name, row) else { return failure() };
        let written = u64::from(1 + row % 16);
        *counted.borrow_mut() += written as f64;
        assert!(*counted.borrow() <= 100.0, "{} of 100 are paid", counted.borrow());
        let usage = Usage { prompt: Some(20), cached: None, completion: Some(written) };
        Scripted::Answer(Answer { usage, ..answer })
    };
    scene.run(says).expect("a verdict on what there is");
    // It ends where less is left than an answer may cost.
    assert!(*paid.borrow() > 84.0, "{}", paid.borrow());
    assert!((scene.stored("SELECT total(money) FROM spending") - *paid.borrow()).abs() < 1e-6);
}

#[test]
fn a_cancel_keeps_everything_in_flight_and_a_resume_asks_nothing_twice() {
    let calm = Scene::new("", "");
    let undisturbed = calm.run(alike).expect("a run").findings.verdict;
    let scene = Scene::new("", "");
    for after in [1, 7, 40, 100, 150] {
        let (stop, left) = (scene.stop.clone(), RefCell::new(after));
        let ended = scene.run(move |name, row| {
            *left.borrow_mut() -= 1;
            if *left.borrow() == 0 {
                stop.store(true, Ordering::SeqCst);
            }
            alike(name, row)
        });
        assert!(
            matches!(ended, Err(RunError::Stopped)),
            "after {after}: {:?}",
            ended.map(|found| found.findings.verdict)
        );
        // Whatever was answered is kept, that in flight when the cancel came among it.
        assert_eq!(scene.answers(), f64::from(scene.questions()), "after {after}");
    }
    let resumed = scene.run(alike).expect("a run").findings.verdict;
    assert_eq!(resumed, undisturbed);
    assert!(scene.asked.borrow().values().all(|times| *times == 1), "asked twice");
    assert_eq!(*scene.asked.borrow(), *calm.asked.borrow(), "the same questions as without any cancel");
}

#[test]
fn a_study_is_opened_again_without_the_backends_that_were_brought() {
    let scene = Scene::new("", "");
    let found = scene.run(alike).expect("a run");
    let again = Run::reopen(&scene.out(), &Overrides::default()).expect("opened");
    assert_eq!(again.findings().expect("answered").verdict, found.findings.verdict);
    let told = again.prepared().look_for_models().expect_err("nobody is here").to_string();
    assert!(told.contains("candidate `small`: small-mock was brought by the program"), "{told}");
    let mut prepared = again.prepared().clone();
    let told = prepared.bring("medium", Box::new(Mock::new("m", |_| failure()))).expect_err("no candidate").to_string();
    assert!(told.contains("no candidate `medium`"), "{told}");
}
