//! The first question to every model, before anything is trained.

use super::Asker;
use crate::call::CallFailure;
use crate::run::answers::StoredAnswers;
use crate::run::error::RunError;
use crate::run::progress::{Progress, Stage, Tracker};
use crate::run::prompted::{Place, PromptedModel, told};

/// Questions that tell whether all are refused, where the first one is.
const FEW: usize = 4;

impl Asker<'_> {
    /// Puts the first question to every model before anything is trained, so that a wrong key, address, model or
    /// program is found out first, all of them at once. Exploring starts with the same row, so nothing is asked twice.
    ///
    /// # Errors
    /// As [`ask`](Self::ask); where several backends can't be asked, all of them.
    pub(crate) fn preflight(&self, listener: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        let rows = self.workspace.prepared.explored_rows();
        let mut tracker = Tracker::new(Stage::Ask, listener);
        let mut faults = Vec::new();
        let trained =
            |caller: &&PromptedModel| caller.called.backend.own_weights().is_some_and(|own| own.adapt.is_tuned());
        let (last, first): (Vec<_>, Vec<_>) = self.models.iter().partition(trained);
        // Those that are trained before they answer come last: what is wrong with others is told before.
        for caller in first.into_iter().chain(last) {
            // A file costs nothing, and may well lack an answer to the first row.
            let on_disk = !caller.manner.is_called;
            let prepared = &self.workspace.prepared;
            let fits = prepared.backend(&caller.called, &Place::default()).fits(&mut prepared.called_rows());
            if let Err(error) = fits {
                faults.push(told(&caller.called, &error));
                continue;
            }
            let first = if on_disk { &rows[..] } else { &rows[..rows.len().min(1)] };
            let mut asked = self.ask_all(caller, first, &mut tracker);
            // Whether the first one alone is refused, or all are: a few more tell.
            if asked.is_ok() && !on_disk && self.refused_of(caller, first)?.is_some() {
                asked = self.ask_all(caller, &rows[..rows.len().min(FEW)], &mut tracker);
            }
            match asked {
                Ok(()) if !on_disk => {
                    faults.extend(self.unanswered(caller, first)?);
                    // Not the study's fault, it may be, but that of what all its questions to this model have in common.
                    if let Some(failure) = self.refused_of(caller, &rows[..rows.len().min(FEW)])? {
                        self.stop_asking(caller, &rows, &format!("its first questions were all {failure}"))?;
                    }
                }
                Ok(()) => {}
                Err(error @ RunError::Call { .. }) => faults.push(error),
                Err(error) => return Err(error),
            }
        }
        if faults.len() > 1 { Err(RunError::Several(faults)) } else { faults.pop().map_or(Ok(()), Err) }
    }

    /// What kept these rows from an answer and may be mended; nothing where they are answered, or never will be.
    fn unanswered(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Option<RunError>, RunError> {
        let Some(open) = self.open_questions(caller, rows)?.into_iter().next() else { return Ok(None) };
        let Some(found) = self.workspace.store.call_failure(&open.key)? else { return Ok(None) };
        if matches!(found.failure, CallFailure::Rejected { .. } | CallFailure::Stopped { .. }) {
            return Ok(None);
        }
        Ok(Some(RunError::Call {
            candidate: caller.called.name.clone(),
            message: format!("its first question got no answer: {}", found.failure),
            hint: Some("fix it, then run the same command again".to_owned()),
        }))
    }

    /// How the last of these questions was refused, where every one was; nothing where one was answered, or was not asked.
    fn refused_of(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Option<CallFailure>, RunError> {
        let mut last = None;
        for kept in StoredAnswers::of(self.workspace, caller).kept(rows, 0)? {
            match kept.failure {
                Some(failure @ CallFailure::Rejected { .. }) if kept.answer.is_none() => last = Some(failure),
                _ => return Ok(None),
            }
        }
        Ok(last)
    }
}
