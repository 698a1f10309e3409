//! Calls: questions to a model that is there already, and its answers, wherever it runs.
//!
//! ```text
//! Query -> Backend (endpoint, gguf, command, answers) -> Reply: Answer | CallFailure -> store
//!            ^-- Budget: set aside before it is sent      Stop: asks nothing more
//! ```
//!
//! A [`Backend`] asks; it knows no task, no metric and no store. Every answer it gives is evidence: it is kept before
//! the next one is waited for, and nothing is asked twice. A new one is a file here, and a line in the registry of who asks.

mod answer_order;
mod answers;
mod backend;
mod batch;
mod brought;
mod budget;
pub mod command;
#[cfg_attr(not(feature = "http"), allow(dead_code, reason = "attempts at a server alone are counted one by one"))]
mod counter;
#[cfg(feature = "http")]
pub mod endpoint;
mod error;
pub mod gguf;
pub mod mock;
mod question;
mod reply;
pub mod scores;
mod stop;

pub use answers::{AnswersBackend, RowCounts};
pub use backend::{Backend, Identity, Manner, ModelFacts, Query, Row, Sight, Training};
pub use brought::Brought;
pub use budget::{Budget, Ledger};
pub use counter::{Amount, Estimate, Expense, Most, Price};
pub use error::{BackendError, advice};
pub use question::{
    Answer, CallFailure, Continuation, Finish, Flow, Likelihood, Message, Prompt, Question, Role, Sampling, Timing,
    Usage,
};
pub use reply::{Reply, UsageSummary};
pub use stop::Stop;
