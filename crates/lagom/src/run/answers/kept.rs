//! What the store holds of a question.

use crate::call::{Answer, CallFailure};

/// What came of one question.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Address of its answer.
    pub(crate) key: String,
    /// The answer, if there is one.
    pub(crate) answer: Option<Answer>,
    /// Why there is none, if it was asked.
    pub(crate) failure: Option<CallFailure>,
}
