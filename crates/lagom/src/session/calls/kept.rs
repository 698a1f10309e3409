//! What the store holds of a question.

use crate::call::{Answer, CallFailure};

/// What came of one question.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Address of its answer.
    pub(super) key: String,
    /// The answer, if there is one.
    pub(super) answer: Option<Answer>,
    /// Why there is none, if it was asked.
    pub(super) failure: Option<CallFailure>,
}
