//! Puts questions to whoever answers them.

use super::Asker;
use crate::call::{Answer, BackendError, Budget, CallFailure, Flow, Query, Reply, Stop, Timing};
use crate::run::error::RunError;
use crate::run::prompted::{Place, PromptedModel, shared_by, told};

/// Takes what came of the question with this number.
pub(crate) type Keep<'a> = dyn FnMut(usize, Result<Answer, CallFailure>) -> Flow + 'a;

impl Asker<'_> {
    /// Puts the questions in their order, and hands over what comes of each as it comes. Whoever answers stays for the rest of the run.
    ///
    /// # Errors
    /// The backend can't be asked at all, or gives up.
    pub(crate) fn dispatch(
        &self,
        caller: &PromptedModel,
        questions: &mut dyn Iterator<Item = Query>,
        budget: &Budget<'_>,
        keep: &mut Keep<'_>,
    ) -> Result<(), RunError> {
        let stop = Stop::at(&self.executor.this().stop);
        let shared = shared_by(&caller.called);
        let before = self.memory.backends.borrow_mut().remove(&shared);
        let mut backend = before.unwrap_or_else(|| {
            let place = Place {
                lagom: Some(self.executor.this().path.clone()),
                options: self.memory.options.clone(),
                folder: Some(self.workspace.folder.clone()),
            };
            self.workspace.prepared.backend(&caller.called, &place)
        });
        let mut keep = |reply: Reply| {
            let timed = |answer: Answer| {
                let timing = if reply.cold { Timing::default() } else { answer.timing };
                Answer { timing, ..answer }
            };
            keep(reply.index, reply.outcome.map(timed))
        };
        let asked = backend.ask(questions, &mut keep, budget, &stop);
        let learnt = backend.learnt();
        self.memory.backends.borrow_mut().insert(shared, backend);
        if let Some(facts) = learnt {
            // A table without these figures is no reason to stop a study; what the disk has to say comes with the next answer.
            let _ = self.workspace.store.add_model(&caller.settings, &facts);
            if asked.is_err() {
                self.note(caller, &facts.notes);
            }
        }
        match asked {
            Ok(notes) => {
                self.note(caller, &notes);
                Ok(())
            }
            Err(BackendError::Calls { .. } | BackendError::Money { .. }) => Err(self.spent_all()),
            Err(error) => Err(told(&caller.called, &error)),
        }
    }

    /// Remembers what was noticed, each once.
    fn note(&self, caller: &PromptedModel, notes: &[String]) {
        let told = notes.iter().map(|note| format!("{}: {note}", caller.called.name));
        self.memory.notes.borrow_mut().extend(told);
    }
}
