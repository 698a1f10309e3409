//! Processes that lagom starts: what they see of its environment, what they are given and write, when they have stalled, and their end.
//!
//! Knows no other room but `secret`.

mod end;
mod environment;
mod pipes;
mod process;
mod run;
mod stall;
mod start;
mod tie;

pub use end::{End, last_characters};
pub use pipes::Output;
pub use process::{Event, Process, end_all, heard};
pub use run::{Ran, run};
pub use start::Start;
pub use tie::end_with_parent;
