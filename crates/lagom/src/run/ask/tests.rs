use std::cell::Cell;
use std::sync::atomic::Ordering;

use super::Asker;
use crate::call::mock::Scripted;
use crate::call::{BackendError, CallFailure};
use crate::run::error::RunError;
use crate::run::progress::{Progress, Stage, Tracker};
use crate::run::test_scenes::{Asked as Scene, IN_FLIGHT, alike, answer, failure};
use crate::run::workspace::Workspace;

/// Asks the model at this place these rows; why asking it was stopped, if it was.
fn ask(asker: &Asker<'_>, model: usize, rows: &[u32]) -> Result<Option<String>, RunError> {
    let told = &mut |_: &Progress| {};
    asker.ask(&asker.models()[model], rows, &mut Tracker::new(Stage::Ask, told))
}

/// The rows to explore: a fifth of the 200 that are not sealed.
fn rows(workspace: &Workspace) -> Vec<u32> {
    let rows = workspace.prepared.explored_rows();
    assert_eq!(rows.len(), 40);
    rows
}

#[test]
fn only_what_the_store_lacks_is_asked() {
    let scene = Scene::new("", "");
    let (workspace, executor) = (scene.workspace(alike), scene.executor());
    let rows = rows(&workspace);
    let asker = Asker::new(&workspace, &executor).expect("models");
    assert_eq!(ask(&asker, 0, &rows[..25]).expect("asked"), None);
    assert_eq!((scene.questions(), scene.answers()), (25, 25.0));
    assert_eq!(ask(&asker, 0, &rows).expect("asked"), None);
    assert_eq!(scene.questions(), 40, "the 15 others");
    let next = Asker::new(&workspace, &executor).expect("models");
    assert_eq!(ask(&next, 0, &rows).expect("asked"), None);
    assert_eq!((scene.questions(), scene.rows("large").len()), (40, 0), "and the next run none");
}

#[test]
fn what_is_paid_is_taken_in_after_an_interrupt() {
    let scene = Scene::new("", "");
    let (stop, left) = (scene.stop.clone(), Cell::new(21));
    let workspace = scene.workspace(move |name, row| {
        left.set(left.get() - 1);
        if left.get() == 0 {
            stop.store(true, Ordering::SeqCst);
        }
        alike(name, row)
    });
    let executor = scene.executor();
    let ended = ask(&Asker::new(&workspace, &executor).expect("models"), 0, &rows(&workspace));
    assert!(matches!(ended, Err(RunError::Stopped)), "{ended:?}");
    // Those that were under way are answered and kept, too: no more than can be at once.
    let questions = scene.questions();
    assert!((21..21 + IN_FLIGHT as u32).contains(&questions), "{questions}");
    assert_eq!(scene.answers(), f64::from(questions));
    let executor = scene.executor();
    assert_eq!(ask(&Asker::new(&workspace, &executor).expect("models"), 0, &rows(&workspace)).expect("asked"), None);
    assert_eq!((scene.questions(), scene.answers()), (40, 40.0), "none is asked twice");
}

#[test]
fn a_budget_that_is_spent_stops_the_asking_and_is_told() {
    let scene = Scene::new("money = \"30 USD\"", "price = { per-call = 1.0, currency = \"USD\" }");
    let (workspace, executor) = (scene.workspace(alike), scene.executor());
    let rows = rows(&workspace);
    let asker = Asker::new(&workspace, &executor).expect("models");
    let told = ask(&asker, 0, &rows).expect("no error of the run").expect("stopped");
    assert!(told.contains("the budget (money = \"30 USD\") leaves too little"), "{told}");
    assert_eq!((scene.questions(), scene.stored("SELECT total(money) FROM spending")), (30, 30.0));
    // Asked again it says the same, and so does the other model, which has nothing left either.
    assert_eq!(ask(&asker, 0, &rows).expect("no error"), Some(told));
    assert!(ask(&asker, 1, &rows).expect("no error").is_some());
    assert_eq!(scene.questions(), 30);
    assert_eq!(asker.notes().len(), 2, "{:?}", asker.notes());
}

#[test]
fn a_fault_of_all_asking_is_that_of_one_model() {
    let scene = Scene::new("", "");
    let workspace = scene.workspace(|name, row| match name {
        "small" => Scripted::Fault(BackendError::Machinery { message: "the cable is out".to_owned() }),
        _ => answer(row, true),
    });
    let executor = scene.executor();
    let rows = rows(&workspace);
    let asker = Asker::new(&workspace, &executor).expect("models");
    let told = ask(&asker, 0, &rows).expect("no error of the run").expect("stopped");
    assert!(told.contains("the cable is out"), "{told}");
    assert_eq!(ask(&asker, 1, &rows).expect("asked"), None);
    assert_eq!((scene.rows("large").len(), scene.answers()), (40, 40.0));
}

#[test]
fn a_question_that_fails_is_put_twice_in_a_run_and_again_in_the_next() {
    let scene = Scene::new("", "");
    let workspace = scene.workspace(|_, row| if row % 2 == 0 { failure() } else { answer(row, true) });
    let executor = scene.executor();
    let rows = rows(&workspace);
    let failing = rows.iter().filter(|row| *row % 2 == 0).count() as u32;
    for run in 1..=2 {
        let asker = Asker::new(&workspace, &executor).expect("models");
        for _ in 0..2 {
            assert_eq!(ask(&asker, 0, &rows).expect("asked"), None);
            assert_eq!(scene.questions(), 40 - failing + 2 * run * failing, "run {run}");
        }
    }
}

#[test]
fn the_preflight_puts_one_question_to_every_model_and_tells_all_faults_at_once() {
    let scene = Scene::new("", "");
    let (workspace, executor) = (scene.workspace(alike), scene.executor());
    Asker::new(&workspace, &executor).expect("models").preflight(&mut |_| {}).expect("both are there");
    assert_eq!(
        (scene.rows("small"), scene.rows("large")),
        (rows(&workspace)[..1].to_vec(), rows(&workspace)[..1].to_vec())
    );

    let scene = Scene::new("", "");
    let fault = |name: &str| BackendError::Machinery { message: format!("{name} has no cable") };
    let workspace = scene.workspace(move |name, _| Scripted::Fault(fault(name)));
    let executor = scene.executor();
    let ended = Asker::new(&workspace, &executor).expect("models").preflight(&mut |_| {});
    let told = ended.expect_err("nobody is there").to_string();
    assert!(told.contains("small has no cable") && told.contains("large has no cable"), "{told}");

    // A model that refuses its first questions, four of them, is asked nothing more; the other goes on.
    let scene = Scene::new("", "");
    let workspace = scene.workspace(|name, row| match name {
        "small" => Scripted::Failure(CallFailure::Rejected { message: "not this".to_owned() }),
        _ => answer(row, true),
    });
    let executor = scene.executor();
    let asker = Asker::new(&workspace, &executor).expect("models");
    asker.preflight(&mut |_| {}).expect("no fault of the study");
    assert_eq!((scene.rows("small").len(), scene.rows("large").len()), (4, 1));
    let told = ask(&asker, 0, &rows(&workspace)).expect("no error").expect("stopped");
    assert!(told.contains("its first questions were all") && told.contains("not this"), "{told}");
    assert_eq!(scene.rows("small").len(), 4);
}
