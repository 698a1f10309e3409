//! A session: one study in its folder, from data to verdict.
//!
//! ```text
//! Study -> prepare -> Prepared -> Session::start -> execute: train (the climb) -> time -> conclude -> findings -> reports
//!                        Session::reopen -> ascent (no training) ---------------------^
//! ```
//!
//! The only room that knows most of the others; it holds no statistics and no policy of its own.

#[cfg(test)]
mod asked_tests;
mod calls;
mod conclude;
mod error;
mod estimate;
mod evidence;
mod execute;
mod findings;
mod growth;
mod guard;
mod incumbent;
mod memory;
#[cfg(test)]
mod mocked_tests;
mod outcome;
mod outlook;
mod prepare;
mod probing;
mod progress;
mod publish;
mod search;
mod start;
mod threshold;
mod timing;
mod train;

pub use calls::{CallPlan, Sight};
pub use error::{ErrorKind, SessionError};
pub use estimate::Estimate;
pub use execute::{Execution, RunEvent};
pub use prepare::{Prepared, prepare, prepare_loaded};
pub use progress::{Progress, Stage};
pub use publish::MODEL_FILE;
pub use start::Session;
