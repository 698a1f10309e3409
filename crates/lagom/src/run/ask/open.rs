//! Which questions have no answer yet.

use std::collections::BTreeSet;

use super::Asker;
use crate::prompt::digest;
use crate::run::error::RunError;
use crate::run::prompted::PromptedModel;
use crate::store::CallFailureRecord;

/// One question that has no answer yet.
#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) row: u32,
    pub(crate) repeat: u32,
    /// Digest of the question, and the address of its answer.
    pub(crate) question: String,
    pub(crate) key: String,
}

impl Asker<'_> {
    /// The different questions about these rows that have neither an answer nor a failure that would only come again.
    pub(crate) fn open_questions(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Vec<Open>, RunError> {
        let dataset = &self.workspace.prepared.loaded.dataset;
        let (mut open, mut seen) = (Vec::new(), BTreeSet::new());
        for &row in rows {
            for repeat in 0..caller.repeats {
                let question = digest(&caller.question(dataset, row, repeat)?);
                let key = caller.key(&question);
                let failed =
                    || Ok::<_, RunError>(self.workspace.store.call_failure(&key)?.is_some_and(|found| settled(&found)));
                // Rows that ask the same share its answer.
                if seen.insert(key.clone()) && self.workspace.store.answer(&key)?.is_none() && !failed()? {
                    open.push(Open { row, repeat, question, key });
                }
            }
        }
        Ok(open)
    }
}

/// Whether asking again would only come to the same failure.
fn settled(found: &CallFailureRecord) -> bool {
    found.failure.is_settled()
}
