//! A run: one study in its folder, from its data to its verdict.
//!
//! ```text
//! Study -> prepare -> Prepared -> Run::start -> Run::execute: train (the search) -> time -> conclude -> publish -> Findings
//!                                 Run::reopen -> Run::findings (no training) -------^
//!
//!            execute (the story)
//!   Trainer   Asker   Concluder   Publisher
//!        search, levers, overfitting, probes, answers (read)     crew (runs jobs)
//!                 Workspace
//!           Prepared, PromptedModel
//! ```
//!
//! Each knows those below it, and no role another: what one needs of another the story hands on. The only room that knows most of the
//! others; it holds no statistics and no policy of its own.

mod answers;
mod ask;
#[cfg(test)]
mod asked_tests;
mod conclude;
mod conclusion;
mod crew;
mod error;
mod execute;
mod labels;
mod levers;
#[cfg(test)]
mod mocked_tests;
mod overfitting;
mod prepare;
mod probes;
mod progress;
mod prompted;
mod publish;
mod quality;
mod search;
#[cfg(test)]
mod test_scenes;
mod train;
mod workspace;

pub use conclusion::Conclusion;
pub use error::{ErrorKind, RunError};
pub use execute::{Execution, Run, RunEvent};
pub use labels::LabelEstimate;
pub use levers::LeverOptions;
pub use prepare::{Estimate, Once, Prepared, Work, prepare, prepare_loaded};
pub use progress::{Progress, Stage};
pub use prompted::{CallPlan, Sight};
pub use publish::{MODEL_FILE, WEIGHTS_FOLDER};
pub use quality::{DATA_FILE, Examination, SuspectRow, examine, page, quick};
