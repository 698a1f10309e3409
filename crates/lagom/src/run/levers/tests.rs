//! The stage in whole runs, without a training: what candidates come to under levers is said.

use std::sync::atomic::Ordering;

use crate::candidate::Candidate;
use crate::data::Dataset;
use crate::levers::{Ledger, Standing};
use crate::run::error::RunError;
use crate::run::test_scenes::{Trained as Scene, Worker, answers, stored};
use crate::run::{LeverOptions, Run};
use crate::study::{LeverBudget, LeverValue, Overrides};
use crate::trial::{Executor, Failure, Mock, Pretend};
use crate::verdict::VerdictKind;

/// One row in so many is wrong by the size of a network: 1 in 4, 5, 6 …
fn every(one: &Candidate) -> u32 {
    3 + one.planned_parameters.max(2).ilog2() / 2
}

fn dropout(one: &Candidate) -> Option<f64> {
    one.levers.iter().find(|setting| setting.lever == "dropout").and_then(|setting| match setting.value {
        LeverValue::Number(share) => Some(share),
        _ => None,
    })
}

/// Networks are the better the larger they are; with a dropout of 0.4 all are wrong on one row in fifty.
fn truth(one: &Candidate, _: u32, data: &Dataset, rows: &[u32]) -> Result<Vec<f64>, Failure> {
    Ok(match (one.spec.family.name(), dropout(one)) {
        ("baseline", _) => vec![0.5; rows.len() * 2],
        (_, Some(0.4)) => answers(data, rows, &[50]),
        _ => answers(data, rows, &[every(one)]),
    })
}

/// Levers change nothing, whatever they are set to.
fn idle(one: &Candidate, _: u32, data: &Dataset, rows: &[u32]) -> Result<Vec<f64>, Failure> {
    truth(&Candidate { levers: Vec::new(), ..one.clone() }, 0, data, rows)
}

const STUDY: &str = "families = [\"baseline\", \"mlp\"]\npolicy = \"sweep\"\nlargest = \"1k\"\n";

fn dropouts() -> LeverOptions {
    LeverOptions { tried: Some(vec!["dropout".to_owned()]), budget: None }
}

fn generous() -> LeverOptions {
    LeverOptions { budget: Some(LeverBudget::Operations(1e12)), ..dropouts() }
}

/// A study that was run, and its folder.
fn ran(scene: &Scene, pretend: &Pretend<'_>) -> VerdictKind {
    let run = Run::start(scene.with(STUDY), &scene.out()).expect("started");
    run.execute(&Mock::new(pretend), &mut |_| {}).expect("a run").findings.verdict.kind
}

/// The stage on a study that was run: its ledger, and the candidates that were trained for it, in order.
fn stage(scene: &Scene, pretend: &Pretend<'_>, options: &LeverOptions) -> Result<(Ledger, Vec<String>), RunError> {
    let run = Run::reopen(&scene.out(), &Overrides::default()).expect("opened");
    let mock = Mock::new(pretend);
    let findings = run.levers(options, &mock, &mut |_| {})?.findings;
    Ok((findings.levers.expect("a ledger"), mock.trained.take()))
}

/// Of which candidate the model in the folder is.
fn origin(scene: &Scene) -> Option<String> {
    crate::bundle::Bundle::read(&scene.out().join("model.lagom")).ok().map(|bundle| bundle.origin.candidate)
}

fn refused(scene: &Scene, options: &LeverOptions) -> (String, String) {
    let error = stage(scene, &truth, options).expect_err("refused");
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn the_lever_that_helps_is_found_confirmed_and_lets_the_smaller_size_pass_and_a_rerun_trains_nothing() {
    let scene = Scene::new();
    let before = ran(&scene, &truth);
    let looks = || stored(&scene.out(), "SELECT count(*) FROM looks");
    assert_eq!(looks(), 1.0);
    let (ledger, trained) = stage(&scene, &truth, &generous()).expect("a stage");
    // Three settings at two sizes; those that change no answer are given up, the best gets all ten repeats, then ten on half of the rows.
    let of = |setting: &str| trained.iter().filter(|name| name.ends_with(setting)).count();
    assert_eq!((of("dropout = 0.2"), of("dropout = 0")), (4, 4), "{trained:?}");
    assert_eq!(of("dropout = 0.4"), 2 * (10 + 10));
    let first = &ledger.rows[0];
    assert_eq!((first.standing, first.settings[0].to_string()), (Standing::Helps, "dropout = 0.4".to_owned()));
    assert!(ledger.rows.iter().all(|row| row.standing == Standing::Helps && row.others.len() == 2), "{ledger:?}");
    assert!(ledger.smaller.is_some() && ledger.confirmations.len() >= 2, "{:?}", ledger.confirmations);
    assert!(ledger.confirmations.iter().all(|one| one.test.passed && one.look == 2), "{:?}", ledger.confirmations);
    assert!(ledger.confirmations.iter().any(|one| one.smaller && one.good_enough));
    // The smaller size passes with it: the choice moves down, and that model is the one that is handed over.
    let moved = ledger.moved.clone().expect("a smaller choice");
    assert_eq!(
        (Some(&moved.size), moved.settings[0].to_string()),
        (ledger.smaller.as_ref(), "dropout = 0.4".to_owned())
    );
    assert!(moved.costs.iter().any(|one| one.cost.about().name == "parameters" && one.with < one.plain));
    assert_eq!(origin(&scene), Some(moved.candidate.name.clone()));
    assert_eq!(looks(), 2.0, "a look more, and it is counted");
    // Whatever asks again finds all of it in the store.
    let (again, trained) = stage(&scene, &truth, &generous()).expect("a stage");
    assert_eq!((again, trained), (ledger.clone(), Vec::new()));
    let found = Run::reopen(&scene.out(), &Overrides::default()).and_then(|run| run.findings()).expect("findings");
    assert_eq!(found.bundle.as_ref().map(|bundle| &bundle.candidate), Some(&moved.candidate.name));
    assert_eq!((found.levers, found.verdict.kind), (Some(ledger), before));
    assert_eq!((looks(), stored(&scene.out(), "SELECT count(*) FROM stages")), (2.0, 1.0));
    let report = std::fs::read_to_string(scene.out().join("report.html")).expect("a report");
    assert!(report.contains("Levers: what helps beside size") && report.contains("dropout = 0.4"));
}

#[test]
fn other_terms_ask_nothing_new_of_the_sealed_rows() {
    let scene = Scene::new();
    ran(&scene, &truth);
    stage(&scene, &truth, &generous()).expect("a stage");
    let terms = Overrides { margin: Some(0.05), ..Overrides::default() };
    let found = Run::reopen(&scene.out(), &terms).and_then(|run| run.findings()).expect("findings");
    let ledger = found.levers.expect("a ledger");
    assert!(ledger.confirmations.is_empty() && !ledger.rows.is_empty());
    assert!(ledger.moved.is_none() && found.bundle.is_none(), "the model that is there is not for these terms");
}

#[test]
fn where_no_lever_helps_nothing_is_read_and_nothing_is_said_above_the_verdict() {
    let scene = Scene::new();
    ran(&scene, &idle);
    let (ledger, trained) = stage(&scene, &idle, &generous()).expect("a stage");
    assert!(ledger.rows.iter().all(|row| row.standing == Standing::NoEffect && row.idle), "{ledger:?}");
    assert!(ledger.confirmations.is_empty());
    assert!(!trained.is_empty());
    assert_eq!(stored(&scene.out(), "SELECT count(*) FROM looks"), 1.0);
    let report = std::fs::read_to_string(scene.out().join("report.md")).expect("a report");
    assert!(!report.contains("Before a larger model") && !report.contains("good enough, too"), "{report}");
}

#[test]
fn what_was_trained_before_a_stop_is_not_trained_again() {
    let scene = Scene::new();
    ran(&scene, &truth);
    let run = Run::reopen(&scene.out(), &Overrides::default()).expect("opened");
    let mock = Mock::new(&truth);
    let stopped = run.levers(&generous(), &mock, &mut |_| {
        if mock.trained.borrow().len() == 7 {
            mock.this().stop.store(true, Ordering::SeqCst);
        }
    });
    assert!(matches!(stopped, Err(RunError::Stopped)), "{stopped:?}");
    drop(run);
    let half = Run::reopen(&scene.out(), &Overrides::default()).and_then(|run| run.findings()).expect("findings");
    assert!(half.levers.is_none(), "a stage that is not over has no ledger");
    let (ledger, rest) = stage(&scene, &truth, &generous()).expect("a stage");
    let whole = Scene::new();
    ran(&whole, &truth);
    let (undisturbed, all) = stage(&whole, &truth, &generous()).expect("a stage");
    assert_eq!((ledger.rows, mock.trained.borrow().len() + rest.len()), (undisturbed.rows, all.len()));
}

#[test]
fn a_lever_that_diverges_is_recorded_and_the_others_go_on() {
    let scene = Scene::new();
    let diverging = |one: &Candidate, repeat: u32, data: &Dataset, rows: &[u32]| match dropout(one) {
        Some(0.2) => Err(Failure::Diverged { message: "the loss is not a number any more".to_owned() }),
        _ => truth(one, repeat, data, rows),
    };
    ran(&scene, &diverging);
    let (ledger, trained) = stage(&scene, &diverging, &generous()).expect("a stage");
    let others: Vec<_> = ledger.rows.iter().flat_map(|row| &row.others).collect();
    assert!(others.iter().any(|one| one.setting.to_string() == "dropout = 0.2" && one.gain.is_none()), "{others:?}");
    assert_eq!(ledger.rows[0].standing, Standing::Helps);
    // Divergence would only come again.
    assert_eq!(trained.iter().filter(|name| name.ends_with("dropout = 0.2")).count(), 4);
}

#[test]
fn what_can_not_be_tried_is_refused_with_what_can() {
    let scene = Scene::new();
    ran(&scene, &truth);
    let tried = |name: &str| LeverOptions { tried: Some(vec![name.to_owned()]), budget: None };
    let (message, hint) = refused(&scene, &tried("nonsense"));
    assert!(message == "`nonsense` is no lever" && hint.contains("dropout"), "{message}; {hint}");
    let (message, hint) = refused(&scene, &LeverOptions { budget: Some(LeverBudget::Operations(10.0)), ..dropouts() });
    assert!(message.starts_with("the budget of 1e1 operations is too small for one pair"), "{message}");
    let least: f64 = hint.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("the smallest");
    let budget = |operations| LeverOptions { budget: Some(LeverBudget::Operations(operations)), ..dropouts() };
    let (ledger, trained) = stage(&scene, &truth, &budget(least)).expect("the smallest works");
    assert!(ledger.flops <= least && trained.iter().filter(|name| name.contains(" with ")).count() == 2, "{trained:?}");
    assert!(!ledger.not_tried.is_empty());
    let money = LeverBudget::parse("1 EUR").expect("money");
    let (message, hint) = refused(&scene, &LeverOptions { budget: Some(money), ..dropouts() });
    assert!(message.contains("1 EUR") && hint.contains("cpu-hour"), "{message}; {hint}");

    let linear = Scene::new();
    let equal = |one: &Candidate, _: u32, data: &Dataset, rows: &[u32]| match one.spec.family.name() {
        "baseline" => Ok(vec![0.5; rows.len() * 2]),
        _ => Ok(answers(data, rows, &[10])),
    };
    let run = Run::start(linear.prepared(), &linear.out()).expect("started");
    run.execute(&Mock::new(&equal), &mut |_| {}).expect("a run");
    drop(run);
    let (message, _) = refused(&linear, &dropouts());
    assert_eq!(message, "`dropout` changes nothing in `linear`");
}

#[test]
fn a_study_may_ask_for_the_stage_and_names_only_levers_that_apply() {
    let scene = Scene::new();
    let on = format!("{STUDY}[levers]\nrun = true\ntry = \"dropout\"\nbudget = 1e12\n");
    let run = Run::start(scene.with(&on), &scene.out()).expect("started");
    let mock = Mock::new(&truth);
    let found = run.execute(&mock, &mut |_| {}).expect("a run").findings;
    assert!(found.levers.is_some_and(|ledger| ledger.rows[0].standing == Standing::Helps));
    assert!(mock.trained.borrow().iter().any(|name| name.contains("dropout = 0.4")));
    // A lever of networks where none is trained.
    let linear = "families = [\"baseline\", \"linear\"]\n[levers]\ntry = [\"dropout\"]\n";
    let error = scene.try_with(linear).expect_err("refused");
    assert_eq!(error.to_string(), "[levers]: `dropout` changes nothing that this study trains");
}

#[test]
fn what_the_ledger_shows_is_timed_and_no_model_is_left_behind() {
    let scene = Scene::new();
    ran(&scene, &truth);
    let run = Run::reopen(&scene.out(), &Overrides::default()).expect("opened");
    let worker = Worker { can_time: true, ..Worker::new(&truth) };
    let found = run.levers(&generous(), &worker, &mut |_| {}).expect("a stage").findings;
    let ledger = found.levers.expect("a ledger");
    let names = |row: &crate::levers::LedgerRow| row.costs.iter().map(|one| one.cost.about().name).collect::<Vec<_>>();
    assert!(ledger.rows.iter().all(|row| names(row).contains(&"latency")), "{:?}", ledger.rows);
    let models = std::fs::read_dir(scene.out().join("models")).expect("a folder");
    let left: Vec<_> = models.flatten().map(|file| file.path()).collect();
    assert!(left.is_empty(), "{left:?}");
}
