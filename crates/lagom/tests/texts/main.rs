//! Text metrics against the reference implementations on real outputs: WMT17, XSum, NQ-open. The texts are read from
//! the folder that `LAGOM_TEST_DATA` names; what they must come to was written by
//! `expected.py` beside this file.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod pickle;
mod squad;
mod wmt17;
mod xsum;

use std::path::PathBuf;

/// A file of the test data.
fn data(path: &str) -> PathBuf {
    let folder = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    let path = PathBuf::from(folder).join(path);
    assert!(path.exists(), "{} is not there", path.display());
    path
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
