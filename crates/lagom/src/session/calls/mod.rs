//! Candidates that are asked and not trained: exploring, confirming, and what comes of both.
//!
//! ```text
//! Called -> Caller -> Question -> ask -> store -> Judge -> Entry -> screen -> look -> advance -> ask … -> Analysis
//! ```
//!
//! Which rows are asked of whom is a function of the answers alone, so a rerun asks nothing twice and decides the same.

mod ask;
mod backends;
mod budget;
mod caller;
mod conclude;
mod entry;
mod explore;
mod hear;
mod judge;
mod look;
#[cfg(test)]
mod paid;
mod plan;
mod put;
mod sample;
#[cfg(test)]
mod servers;
mod tally;

pub use look::Sight;
pub use plan::CallPlan;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;

use crate::call::Backend;
use crate::call::endpoint::Conduct;
use crate::data::seed;

/// What a run remembers while it asks; nothing that it decides follows from it.
#[derive(Default)]
pub(super) struct Memory {
    /// Questions that were asked without getting an answer: the next run may try them again.
    in_vain: RefCell<BTreeSet<String>>,
    /// How many questions of each candidate the progress has counted.
    counted: RefCell<BTreeMap<String, usize>>,
    /// How servers are treated where the study says nothing.
    conduct: Conduct,
    /// Who has been asked, with what it holds: a program that runs, what is known of a server.
    backends: RefCell<BTreeMap<String, Box<dyn Backend>>>,
    /// Whom asking was stopped, and why: a fault that every further question would have met.
    faults: RefCell<BTreeMap<String, String>>,
    /// What backends noticed; each once.
    notes: RefCell<BTreeSet<String>>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memory({} backends)", self.backends.borrow().len())
    }
}

/// Puts rows in a random order that the seed fixes.
fn shuffle(rows: &mut [u32], study_seed: u64, purpose: &str) {
    rows.sort_unstable();
    rows.shuffle(&mut seed::generator(study_seed, purpose, 0));
}
