//! Whole runs without a training: what candidates come to is said, so what the verdict must be is known.

use std::cell::Cell;
use std::path::Path;

use super::{Execution, Run, prepare};
use crate::candidate::Candidate;
use crate::data::{Dataset, Target};
use crate::probe::registries;
use crate::study::Study;
use crate::trial::{Failure, Mock, Pretend};
use crate::verdict::{TestKind, VerdictKind};

const ROWS: usize = 1_200;

/// A study of two classes in a folder of its own; the numbers say nothing of them, which no pretended model minds.
fn run(folder: &Path, pretend: &Pretend<'_>) -> (Execution, Vec<String>) {
    let rows = (0..ROWS).map(|row| format!("{},{},{}\n", row * 7 % 1_201, row, ["no", "yes"][row % 2]));
    std::fs::write(folder.join("d.csv"), format!("a,b,y\n{}", rows.collect::<String>())).expect("written");
    let text = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetric = \"accuracy\"\n[good-enough]\nmargin = 0.02\n\
                [ladder]\nfamilies = [\"baseline\", \"linear\", \"mlp\"]\npolicy = \"sweep\"\nlargest = \"10k\"\n";
    let study = Study::parse(text, folder.join("s.toml"), &registries()).expect("a study");
    let prepared = prepare(study, text.to_owned()).expect("prepared");
    let session = Run::start(prepared, &folder.join("out")).expect("started");
    let mock = Mock::new(pretend);
    let done = session.execute(&mock, &mut |_| {}).expect("a run");
    (done, mock.trained.take())
}

/// Class probabilities of a model that is wrong on every row whose number a divisor in `wrong` divides, and sure of every answer.
fn answers(data: &Dataset, rows: &[u32], wrong: &[u32]) -> Vec<f64> {
    let Target::Classes { labels, .. } = &data.target else { return Vec::new() };
    let one = |row: &u32| {
        let label = labels[*row as usize];
        let said = if wrong.iter().any(|every| row.is_multiple_of(*every)) { 1 - label } else { label };
        [f64::from(u8::from(said == 0)), f64::from(u8::from(said == 1))]
    };
    rows.iter().flat_map(one).collect()
}

/// The baseline guesses; the smallest model is wrong on one row in ten, the others on one in ten as well, or on fewer.
fn ladder(candidate: &Candidate, data: &Dataset, rows: &[u32], small: &[u32], large: &[u32]) -> Vec<f64> {
    match candidate.spec.family.name() {
        "baseline" => vec![0.5; rows.len() * 2],
        "linear" => answers(data, rows, small),
        _ => answers(data, rows, large),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn equal_models_end_in_the_smallest_and_unequal_ones_in_the_larger() {
    let place = folder();
    let (equal, trained) = run(place.path(), &|one, _, data, rows| Ok(ladder(one, data, rows, &[10], &[10])));
    let verdict = &equal.findings.verdict;
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("linear")));
    // 120 of 1,200 rows are wrong for all: the difference is 0, and its bound is that of two made-up flips of 1,204.
    let tests = &equal.findings.analysis.tests;
    let step = tests.iter().find(|test| test.kind == TestKind::NonInferiority).expect("tested");
    assert!(step.difference.point.abs() < 1e-12 && step.lower > -0.02, "{step:?}");
    assert!(trained.iter().any(|name| name == "majority") && place.path().join("out/report.html").is_file());

    let place = folder();
    let (unequal, _) = run(place.path(), &|one, _, data, rows| Ok(ladder(one, data, rows, &[4], &[20])));
    // One in four against one in twenty: 0.2 apart, which no margin of 0.02 forgives.
    let verdict = &unequal.findings.verdict;
    assert_eq!(verdict.kind, VerdictKind::BiggerPays, "{verdict:?}");
    assert_ne!(verdict.choice.as_deref(), Some("linear"));
}

#[test]
fn a_killed_training_is_tried_again_and_changes_nothing() {
    let (left, calm) = (Cell::new(2), folder());
    let (undisturbed, once) = run(calm.path(), &|one, _, data, rows| Ok(ladder(one, data, rows, &[10], &[10])));
    let place = folder();
    let (found, trained) = run(place.path(), &|one, repeat, data, rows| {
        if one.name == "linear" && repeat == 1 && left.get() > 0 {
            left.set(left.get() - 1);
            return Err(Failure::Killed { signal: 9, message: String::new() });
        }
        Ok(ladder(one, data, rows, &[10], &[10]))
    });
    assert_eq!(left.get(), 0, "it was trained a third time");
    assert_eq!(trained.len(), once.len() + 2, "two attempts more, nothing else");
    let (before, after) = (&undisturbed.findings, &found.findings);
    assert_eq!(before.verdict, after.verdict);
    assert_eq!(before.analysis.tests, after.analysis.tests);
}

#[test]
fn a_candidate_that_no_training_comes_back_from_leaves_the_verdict_open() {
    let place = folder();
    let (found, trained) = run(place.path(), &|one, _, data, rows| match one.spec.family.name() {
        "linear" => Err(Failure::Killed { signal: 9, message: "no memory".to_owned() }),
        _ => Ok(ladder(one, data, rows, &[10], &[10])),
    });
    let verdict = &found.findings.verdict;
    assert_eq!(verdict.kind, VerdictKind::Undecided, "{verdict:?}");
    assert!(verdict.unmeasured.iter().any(|name| name == "linear"), "{verdict:?}");
    assert!(trained.iter().filter(|name| *name == "linear").count() >= 3, "three attempts each");
}
