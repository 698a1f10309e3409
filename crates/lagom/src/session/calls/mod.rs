//! Candidates that are asked and not trained: exploring, confirming, and what comes of both.
//!
//! ```text
//! Called -> Caller -> Question -> ask -> store -> Judge -> Entry -> screen -> look -> advance -> ask … -> Analysis
//! ```
//!
//! Which rows are asked of whom is a function of the answers alone, so a rerun asks nothing twice and decides the same.

mod ask;
mod caller;
mod conclude;
mod entry;
mod explore;
mod judge;
mod plan;
mod put;
mod sample;

pub use plan::CallPlan;

use rand::seq::SliceRandom;

use crate::data::seed;
use crate::study::{Backend, Called};

/// Puts rows in a random order that the seed fixes.
fn shuffle(rows: &mut [u32], study_seed: u64, purpose: &str) {
    rows.sort_unstable();
    rows.shuffle(&mut seed::generator(study_seed, purpose, 0));
}

/// The model of a candidate and where it is, in a few words.
fn describe(called: &Called) -> String {
    match &called.backend {
        Backend::Endpoint { url, model, .. } => format!("{model} at {url}"),
        Backend::Gguf { path } => path.display().to_string(),
        Backend::Command { words } => words.join(" "),
        Backend::Answers { path, .. } => format!("answers in {}", path.display()),
    }
}
