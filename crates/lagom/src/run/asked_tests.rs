//! Whole studies of models that are asked, through a mock backend: what every question gets is said, so what the verdict must be is known.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::test_scenes::{Asked as Scene, IN_FLIGHT, alike, answer, failure};
use super::{Execution, Prepared, Run, RunError};
use crate::call::mock::{Mock, Scripted};
use crate::call::{Answer, BackendError, Query, Usage};
use crate::probe::Cell;
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
        let usage = Usage { prompt: Some(20), cached: None, completion: Some(written), cut: None };
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

/// Both models are right wherever the riddle stands as it is in the data, and wrong where a letter of it is another.
fn literal(scene: &Scene) -> Prepared {
    let mut prepared = scene.prepared(alike);
    for name in ["small", "large"] {
        let asked = scene.asked.clone();
        let script = move |query: &Query| {
            *asked.borrow_mut().entry((name.to_owned(), query.row.number)).or_default() += 1;
            let own = format!("riddle {}.", query.row.number);
            answer(query.row.number, query.row.cells.get("text").and_then(|text| text.as_str()) == Some(&own))
        };
        let mut mock = Mock::new(&format!("{name}-mock"), script);
        mock.in_flight = IN_FLIGHT;
        prepared.bring(name, Box::new(mock)).expect("a candidate of the study");
    }
    prepared
}

#[test]
fn finalists_answer_corrupted_rows_once_each_and_what_is_surely_lost_is_told() {
    let scene = Scene::new("corrupted = 40", "");
    let varied = literal(&scene).call_plans().expect("planned")[0].varied;
    assert!(varied > 0 && varied.is_multiple_of(40), "{varied}");
    let run = |scene: &Scene| {
        Run::start(literal(scene), &scene.out()).and_then(|run| run.execute(&scene.executor(), &mut |_| {}))
    };
    let found = run(&scene).expect("a run");
    let asked = |name: &str| found.findings.probes.iter().find(|probe| probe.candidate == name).cloned().expect("told");
    // Both are right on every row as it is, so that the smaller one is the choice and what the other is compared with.
    let names: Vec<&str> = found.findings.probes.iter().map(|probe| probe.candidate.as_str()).collect();
    assert!(names.contains(&"small"), "{names:?}");
    for name in names {
        let told = asked(name);
        assert!(told.said.starts_with(&format!("{name} is surely worse under ")), "{}", told.said);
        assert_eq!(told.lines.len() as u64, varied / 40, "{told:?}");
    }
    // Rows that a form leaves as they are share the answer of the row itself: fewer questions than forms and rows.
    let plain: u64 = calls(&found, "small").asked;
    let questions = u64::from(
        scene.asked.borrow().iter().filter(|((of, _), _)| of == "small").map(|(_, times)| times).sum::<u32>(),
    );
    assert!(questions > plain && questions <= plain + varied, "{plain} + {varied}: {questions}");
    // All is kept: nothing is asked again, and the verdict tells the same from the store.
    let before = scene.questions();
    let again = run(&scene).expect("a run");
    assert_eq!((scene.questions(), &again.findings.probes), (before, &found.findings.probes));

    // Nobody is asked unpaid.
    let scene = Scene::new("", "");
    assert_eq!(literal(&scene).call_plans().expect("planned")[0].varied, 0);
    assert!(run(&scene).expect("a run").findings.probes.is_empty());
}

#[test]
fn a_spent_budget_leaves_corrupted_rows_missing_and_the_verdict_as_it_is() {
    let whole = Scene::new("corrupted = 40", "");
    let run = |scene: &Scene| {
        Run::start(literal(scene), &scene.out()).and_then(|run| run.execute(&scene.executor(), &mut |_| {}))
    };
    let all = run(&whole).expect("a run");
    let plain = calls(&all, "small").asked + calls(&all, "large").asked;
    let scene = Scene::new(&format!("corrupted = 40\ncalls = {}", plain + 10), "");
    let cut = run(&scene).expect("a run");
    assert_eq!(told(&cut.findings.verdict), told(&all.findings.verdict));
    assert!(u64::from(scene.questions()) <= plain + 10, "{}", scene.questions());
    let rows: u64 = cut
        .findings
        .probes
        .iter()
        .flat_map(|probe| &probe.lines)
        .map(|line| if let Cell::Count(rows) = line[1] { rows } else { 0 })
        .sum();
    let most: u64 = all.findings.probes.iter().map(|probe| 40 * probe.lines.len() as u64).sum();
    assert!(rows < most, "{rows} of {most}");
}
