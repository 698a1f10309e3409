//! Text metrics against the reference implementations on real outputs: WMT17, XSum, NQ-open. The texts are read from
//! the folder that `LAGOM_TEST_DATA` names (else each test says so and passes); what they must come to was written by
//! `expected.py` beside this file.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod pickle;
mod squad;
mod wmt17;
mod xsum;

use std::path::PathBuf;

/// A file of the test data, or none with a word about it.
fn data(path: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("LAGOM_TEST_DATA") else {
        eprintln!("skipped: LAGOM_TEST_DATA names no folder of test data");
        return None;
    };
    let path = PathBuf::from(folder).join(path);
    assert!(path.exists(), "{} is not there", path.display());
    Some(path)
}

/// The lines of a table, each cut at its tabs, without the head.
fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

#[track_caller]
fn near(found: f64, expected: &str, what: &str) {
    let expected: f64 = expected.parse().unwrap();
    assert!((found - expected).abs() < 1e-9, "{what}: {found}, not {expected}");
}
