//! Processes that lagom starts: what they see of its environment, that they end with it, and when they have stalled.
//!
//! Knows no other room but `secret`.

mod environment;
mod stall;
mod tie;

pub use environment::environment;
pub use stall::Stall;
pub use tie::end_with_parent;
