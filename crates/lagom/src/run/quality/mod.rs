//! The quality of a study's data, models that judge labels included: what `lagom data` does, and `check` and the report in short.
//!
//! ```text
//! Loaded -> quick                                               what is found without training
//! Loaded -> look (thorough) -> cross: labels, sides -> Examination
//!                                                   -> kept in the study's folder -> the report
//! ```
//!
//! Models see development rows alone; of sealed rows the inputs are looked at, and no label.

mod cross;
mod examine;
mod kept;
#[cfg(test)]
mod tests;

pub use examine::{Examination, SuspectRow, examine, quick};
pub(crate) use kept::kept;
pub use kept::{DATA_FILE, page};
