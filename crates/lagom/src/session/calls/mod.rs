//! Candidates that are asked and not trained: exploring, confirming, and what comes of both.
//!
//! ```text
//! Called -> PromptedModel -> Question -> ask -> store -> AnswerScorer -> Entry -> screen -> look -> advance -> ask … -> Analysis
//! ```
//!
//! Which rows are asked of whom is a function of the answers alone, so a rerun asks nothing twice and decides the same.

mod answer_scorer;
mod ask;
mod backends;
mod budget;
mod conclude;
mod dispatch;
mod entry;
mod explore;
mod hear;
mod kept;
#[cfg(test)]
mod paid;
mod plan;
mod prompted_model;
mod sample;
#[cfg(test)]
mod servers;
mod sight;
mod tally;

pub use plan::CallPlan;
pub use sight::Sight;

use rand::seq::SliceRandom;

use crate::data::seed;

/// Puts rows in a random order that the seed fixes.
fn shuffle(rows: &mut [u32], study_seed: u64, purpose: &str) {
    rows.sort_unstable();
    rows.shuffle(&mut seed::generator(study_seed, purpose, 0));
}
