//! Calls: questions to a model that is there already, and its answers, wherever it runs.
//!
//! ```text
//! Question -> Backend (endpoint, gguf, command, scores) -> Answer | CallFailure -> store
//! ```
//!
//! A backend asks; it knows no task, no metric and no store. Every answer it gives is evidence: it is kept before
//! the next one is waited for, and nothing is asked twice.

mod backend;
mod batch;
pub mod command;
pub mod endpoint;
pub mod gguf;
mod purse;
mod question;
pub mod scores;

pub use backend::{BackendError, Reply, Spent, Stop, advice};
pub use purse::{Estimate, Expense, Most, Price, Purse};
pub use question::{
    Answer, CallFailure, Continuation, Finish, Flow, Likelihood, Message, Prompt, Question, Role, Sampling, Timing,
    Usage,
};
