//! Tests of the room.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod called;
mod faults_called;
mod faults_rest;
mod faults_task;
mod overrides;
mod settings;
mod template;
mod training_cost;
mod units;

use super::*;

/// The least a study needs.
const LEAST: &str = "[task]\ndata = \"a.csv\"\ntarget = \"y\"\n";

/// The faults of a text, as they are shown.
fn shown(text: &str) -> String {
    match Study::parse(text, "s.toml") {
        Ok(study) => panic!("no fault in {study:?}"),
        Err(faults) => faults.to_string(),
    }
}

/// The study that begins with [`LEAST`].
fn study(rest: &str) -> Study {
    Study::parse(&format!("{LEAST}{rest}"), "dir/s.toml").unwrap_or_else(|faults| panic!("{faults}"))
}
