//! The store: an append-only SQLite file with every measurement of a study.
//!
//! One writer (the parent process), write-ahead logging, one transaction a trial: `kill -9` at any
//! moment loses at most the trials in flight. Triggers refuse every change of a row once written.

mod answers;
mod error;
mod open;
#[cfg(test)]
mod open_tests;
mod records;
mod schema;
mod spending;
#[cfg(test)]
mod tests;

pub use answers::{AnswerRecord, CallFailureRecord};
pub use error::StoreError;
pub use records::{LookRecord, RunRecord};
pub use schema::Store;
pub use spending::Spending;
