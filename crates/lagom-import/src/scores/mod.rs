//! Readers of results that other tools measured, for `lagom compare`.
//!
//! ```text
//! files -> sniff -> table | lm_eval | inspect | promptfoo | helm -> Gather -> finish -> Results
//!                   \-> means: lm_eval results, tables (no single examples) -> Means --/
//! ```
//!
//! `settle` says which way of each metric is better: as the user, the files or the name (`direction`) say; a metric of which
//! nobody says it is refused, or left out beside others. Readers only bring rows; [`read`] alone says what was read, and what keeps it from being compared is a
//! [`ScoresError`] with a hint. Rows of a CSV file are not kept: names become numbers as they come.

mod cell;
mod cells;
mod certainty;
mod direction;
mod direction_words;
mod error;
mod few;
mod files;
mod finish;
mod gather;
mod helm;
mod helm_main;
mod inspect;
mod json;
mod lm_eval;
mod metric;
mod names;
mod promptfoo;
mod read;
mod scale;
mod settle;
mod sniff;
mod span;
mod table;
#[cfg(test)]
mod tests;
mod types;

pub use error::{Place, ScoresError};
pub use read::read;
pub use span::Span;
pub use types::{
    CandidateFacts, Columns, DirectionFrom, ImportOptions, Price, PricePer, Results, Scored, Scores, SeedScores,
    Source, Summaries, SummaryRow,
};
