//! Asking: what the store lacks is asked, and every answer goes to the store before the next one is waited for.
//!
//! ```text
//! PromptedModel -> Question -> Asker -> Backend -> Answer -> store
//! ```

mod budget;
mod dispatch;
mod memory;
mod open;
#[cfg(test)]
mod paid_tests;
mod preflight;
mod put;
#[cfg(test)]
mod servers_tests;
#[cfg(test)]
mod tests;
use super::error::RunError;
use super::progress::{Progress, Tracker};
use super::prompted::PromptedModel;
use super::workspace::Workspace;
use crate::call::{CallFailure, advice};
use crate::store::CallFailureRecord;
use crate::trial::Executor;
use memory::Memory;

/// Asks the models of a study what the store lacks, within its budget, and keeps there what came of it. Decides nothing: whoever
/// concludes says which rows are wanted.
pub(super) struct Asker<'a> {
    workspace: &'a Workspace,
    /// Where programs are started, and what tells it to stop.
    executor: &'a dyn Executor,
    /// Who is asked.
    models: Vec<PromptedModel>,
    memory: Memory,
}

impl<'a> Asker<'a> {
    /// One of the models of this study, with their templates checked and their shots drawn.
    ///
    /// # Errors
    /// A template that does not fit the columns, too few rows to draw shots from, a file that can't be read.
    pub(super) fn new(workspace: &'a Workspace, executor: &'a dyn Executor) -> Result<Self, RunError> {
        Ok(Self { workspace, executor, models: workspace.prepared.callers()?, memory: Memory::default() })
    }

    /// Who is asked.
    pub(super) fn models(&self) -> &[PromptedModel] {
        &self.models
    }

    /// What backends noticed in this run and changes how their answers are to be read; each once.
    pub(super) fn notes(&self) -> Vec<String> {
        self.memory.notes.borrow().iter().cloned().collect()
    }

    /// Nothing more is wanted of anybody: programs and connections are let go.
    pub(super) fn let_go(&self) {
        self.memory.backends.borrow_mut().clear();
    }

    /// Asks about these rows whatever has no answer yet. A fault that every further question would meet, and a budget that is
    /// spent, stop the asking of this model, and are remembered; the others go on. Why asking this one was stopped, if it was.
    ///
    /// # Errors
    /// The store can't be read or written, or it was stopped. Every answer until then is kept.
    pub(super) fn ask(
        &self,
        caller: &PromptedModel,
        rows: &[u32],
        tracker: &mut Tracker<'_>,
    ) -> Result<Option<String>, RunError> {
        match self.ask_all(caller, rows, tracker) {
            Ok(()) => {}
            Err(RunError::Call { message, .. }) => self.stop_asking(caller, rows, &message)?,
            Err(error @ RunError::Spent(_)) => {
                let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
                self.stop_asking(caller, rows, &format!("{error}{hint}"))?;
            }
            Err(error) => return Err(error),
        }
        Ok(self.memory.faults.borrow().get(&caller.called.name).cloned())
    }

    /// Remembers that a model is asked nothing more in this run, and why; the next run tries again.
    fn stop_asking(&self, caller: &PromptedModel, rows: &[u32], message: &str) -> Result<(), RunError> {
        let candidate = caller.called.name.clone();
        let message = match advice(message) {
            Some(advice) => format!("{}; {advice}", message.trim_end_matches('.')),
            None => message.to_owned(),
        };
        if let Some(open) = self.open_questions(caller, rows)?.into_iter().next() {
            let failure = CallFailure::Stopped { message: message.clone() };
            let record =
                CallFailureRecord { candidate: candidate.clone(), row: open.row, repeat: open.repeat, failure };
            self.workspace.store.add_call_failure(&open.key, &record)?;
        }
        self.memory.notes.borrow_mut().insert(format!("{candidate}: asking it was stopped: {message}"));
        self.memory.faults.borrow_mut().insert(candidate, message);
        Ok(())
    }

    /// As [`ask`](Self::ask), but such a fault is an error.
    fn ask_all(&self, caller: &PromptedModel, rows: &[u32], tracker: &mut Tracker<'_>) -> Result<(), RunError> {
        if self.memory.faults.borrow().contains_key(&caller.called.name) {
            return Ok(());
        }
        let mut open = self.open_questions(caller, rows)?;
        // What this very run has asked in vain is left to the next one.
        open.retain(|open| !self.memory.in_vain.borrow().contains(&open.key));
        self.show(caller, rows, open.len(), &mut tracker.progress);
        tracker.tell();
        if open.is_empty() {
            return Ok(());
        }
        let again = self.put_once(caller, &open, tracker)?;
        // A server is asked again by its own backend, with waits; a program that lost its place gets a second chance here.
        if !caller.manner.tries_again && !again.is_empty() {
            tracker.progress.failed -= again.len();
            tracker.progress.add(again.len(), 0);
            self.put_once(caller, &again, tracker)?;
        }
        Ok(())
    }

    /// Shows how many questions there are; the rows of earlier steps are counted already.
    fn show(&self, caller: &PromptedModel, rows: &[u32], open: usize, progress: &mut Progress) {
        let wanted = rows.len() * caller.repeats as usize;
        let before = self.memory.counted.borrow_mut().insert(caller.called.name.clone(), wanted).unwrap_or(0);
        progress.add(open, wanted.saturating_sub(before).saturating_sub(open));
        progress.running = vec![caller.called.name.clone()];
    }
}
