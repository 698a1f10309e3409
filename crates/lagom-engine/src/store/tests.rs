//! The store: append-only, whole, and refusing what it does not know.

use rusqlite::Connection;

use super::*;
use crate::candidate::{Candidate, Spec, TunedParams};
use crate::data::{Sealed, SplitSpec};
use crate::metric::{Metric, Outcomes, ValueOutcomes};
use crate::stats::Stop;
use crate::trial::{Failure, Measurement, Request, Stopped, TrialSpec, TrialStats};

pub(super) fn spec(repeat: u32) -> TrialSpec {
    let candidate = Candidate::new("linear", Spec::of("linear"), 3);
    let split = SplitSpec { seed: 1, repeat, windows: 0, validation: 0.2, fraction: 1.0, folds: 0, explored: None };
    TrialSpec { candidate, split, data: "digest".to_owned() }
}

pub(super) fn measurement() -> Measurement {
    let outcomes = Outcomes::Values(ValueOutcomes { truth: vec![1.0, 0.1 + 0.2], predicted: vec![0.5, 1e-300] });
    let facts = TrialStats {
        parameters: 3,
        bytes: 100,
        train_rows: 80,
        settled: TunedParams { l2: 0.1, ..TunedParams::default() },
        history: Vec::new(),
        watched: None,
        flops: 1e9,
        search_share: 0.25,
        wall_seconds: 0.125,
        cpu_seconds: 0.1,
        peak_memory: Some(1 << 20),
        changes: Vec::new(),
        ..TrialStats::default()
    };
    let sealed = Sealed::from_bytes(vec![1, 2, 3]);
    Measurement { facts, rows: vec![4, 7], validation: outcomes.clone(), train: outcomes, sealed }
}

#[test]
fn a_trial_comes_back_to_the_bit_and_stays_as_it_was_first_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    let (spec, found) = (spec(0), measurement());
    assert!(!store.has_trial(&spec.key()).expect("readable"));
    store.add_trial(&spec, &found).expect("written");
    let mut other = found.clone();
    other.facts.parameters = 99;
    store.add_trial(&spec, &other).expect("ignored");
    assert_eq!(store.trial(&spec.key()).expect("readable"), Some(found));
}

#[test]
fn a_stopped_training_comes_back_for_its_own_request_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    let request = |target| Request { spec: spec(0), metric: Metric::R2, target };
    let stop = Stop { step: 200, horizon: 400, quality: 0.1 + 0.2, ceiling: 0.35 };
    let found = Stopped { target: 0.4, stop, facts: measurement().facts };
    store.add_stopped(&request(Some(0.4)), &found).expect("written");
    assert_eq!(store.stopped(&request(Some(0.4))).expect("readable"), Some(found.clone()));
    assert_eq!(store.stopped(&request(Some(0.41))).expect("readable"), None);
    assert_eq!(store.stopped(&request(None)).expect("readable"), None);
    assert!(!store.has_trial(&spec(0).key()).expect("readable"), "it is no measurement");
    assert!(store.connection.execute("DELETE FROM stopped", []).is_err());
}

#[test]
fn a_store_from_before_trainings_were_ended_early_is_read_and_written_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    store.add_trial(&spec(0), &measurement()).expect("written");
    store.connection.execute_batch("DROP TABLE stopped").expect("made older");
    drop(store);
    let store = Store::open(folder.path()).expect("an older store is read");
    assert!(store.trial(&spec(0).key()).expect("readable").is_some());
    let request = Request { spec: spec(1), metric: Metric::R2, target: Some(0.4) };
    assert_eq!(store.stopped(&request).expect("readable"), None);
    let stop = Stop { step: 200, horizon: 400, quality: 0.3, ceiling: 0.35 };
    let found = Stopped { target: 0.4, stop, facts: measurement().facts };
    store.add_stopped(&request, &found).expect("written");
    assert_eq!(store.stopped(&request).expect("readable"), Some(found));
}

#[test]
fn evidence_can_be_neither_changed_nor_deleted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    store.add_trial(&spec(0), &measurement()).expect("written");
    store.add_failure(&spec(1), &Failure::Killed { signal: 9, message: String::new() }).expect("written");
    for statement in ["UPDATE trials SET facts = ''", "DELETE FROM trials", "DELETE FROM failures"] {
        let refused = store.connection.execute(statement, []).expect_err("the store only grows");
        assert!(refused.to_string().contains("only grows"), "{refused}");
    }
}

#[test]
fn looks_are_counted_by_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    let names = ["a".to_owned()];
    let numbers: Vec<u32> =
        ["first", "second", "first"].map(|rule| store.add_look("data", rule, &names).expect("written")).to_vec();
    assert_eq!(numbers, [1, 2, 1]);
    assert_eq!(store.looks("data").expect("readable").len(), 2);
    assert_eq!(store.add_look("other data", "third", &names).expect("written"), 1);
}

#[test]
fn one_run_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = Store::create(folder.path()).expect("a store");
    assert!(matches!(Store::create(folder.path()), Err(StoreError::Busy { .. })));
}

#[test]
fn a_newer_format_and_other_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Store::create(folder.path()).expect("a store"));
    let path = folder.path().join("store.sqlite");
    let connection = Connection::open(&path).expect("a store");
    connection.execute("UPDATE meta SET value = '999' WHERE key = 'format'", []).expect("changed");
    drop(connection);
    let refused = Store::open(folder.path()).expect_err("newer");
    assert!(matches!(refused, StoreError::Newer { found: 999, .. }), "{refused}");
    for (content, kind) in [(&b"some,csv\n1,2\n"[..], "other"), (&b"SQLite format 3\0"[..], "short")] {
        std::fs::write(&path, content).expect("written");
        let refused = Store::create(folder.path()).expect_err(kind);
        assert!(matches!(refused, StoreError::NotSqlite { .. } | StoreError::Damaged { .. }), "{refused}");
        assert_eq!(std::fs::read(&path).expect("still there"), content);
    }
}
