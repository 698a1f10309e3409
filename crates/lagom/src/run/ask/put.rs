//! Puts open questions as far as the budget goes, and keeps what comes of each.

use std::sync::atomic::Ordering;

use super::Asker;
use super::budget::Book;
use super::open::Open;
use crate::call::{Answer, Budget, CallFailure, Flow, Query, Row};
use crate::run::error::RunError;
use crate::run::progress::Tracker;
use crate::run::prompted::PromptedModel;
use crate::store::{AnswerRecord, CallFailureRecord, Spending};

/// What became of open questions.
struct Put {
    /// Those that failed and are worth another try.
    again: Vec<Open>,
    /// How many are through, from the first on.
    through: usize,
}

impl Asker<'_> {
    /// Puts these questions once; those that failed and are worth another try.
    pub(crate) fn put_once(
        &self,
        caller: &PromptedModel,
        open: &[Open],
        tracker: &mut Tracker<'_>,
    ) -> Result<Vec<Open>, RunError> {
        let (mut again, mut rest) = (Vec::new(), open);
        while !rest.is_empty() {
            let put = self.put_some(caller, rest, tracker)?;
            again.extend(put.again);
            // What was set aside for others has turned out to be less.
            rest = rest.get(put.through..).unwrap_or_default();
        }
        Ok(again)
    }

    /// Puts these questions, as many as the budget may suffice for.
    fn put_some(&self, caller: &PromptedModel, open: &[Open], tracker: &mut Tracker<'_>) -> Result<Put, RunError> {
        let stop = &self.executor.this().stop;
        let book = Book::new(&self.workspace.store, &caller.settings);
        let budget = self.budget(caller, &book)?;
        let mut fault: Option<RunError> = None;
        let (mut again, mut given, mut short) = (Vec::new(), 0, false);
        let dataset = &self.workspace.prepared.loaded.dataset;
        // No model is loaded for a question that may not be asked.
        let first = open.first().and_then(|open| caller.question(dataset, open.row, open.repeat).ok());
        let too_little = first.is_some_and(|first| budget.is_short_of(&first));
        if too_little && !stop.load(Ordering::SeqCst) {
            return Err(self.spent_all());
        }
        // A row that can't be rendered ends the asking; it was checked before the first question, so it is rare.
        let mut questions = open.iter().enumerate().map_while(|(at, open)| {
            let question = caller.question(dataset, open.row, open.repeat).ok()?;
            // What keeps the book from being written is remembered there.
            let reserved = budget.reserve(&open.key, &question);
            short = matches!(reserved, Ok(false));
            given += usize::from(!short);
            reserved.unwrap_or(false).then(|| Query {
                number: at,
                question,
                row: Row { cells: caller.fields(dataset, open.row), ..self.workspace.prepared.called_row(open.row) },
            })
        });
        let mut keep = |at: usize, found: Result<Answer, CallFailure>| {
            let retry = found.as_ref().is_err_and(CallFailure::worth_retrying);
            let kept = self.keep_answer(caller, &open[at], found, &budget);
            again.extend(retry.then(|| open[at].clone()));
            tracker.progress.done += 1;
            tracker.progress.failed += usize::from(matches!(kept, Ok(false)));
            tracker.tell();
            if let Err(error) = kept {
                fault = Some(error);
                return Flow::Stop;
            }
            if stop.load(Ordering::SeqCst) { Flow::Stop } else { Flow::Continue }
        };
        let asked = self.dispatch(caller, &mut questions, &budget, &mut keep);
        let rest = budget.close();
        if let Some(error) = fault {
            return Err(error);
        }
        book.close(rest)?;
        // What was told to stop has stopped, whatever became of the last questions.
        if stop.load(Ordering::SeqCst) {
            return Err(RunError::Stopped);
        }
        asked?;
        match (short, given) {
            (true, 0) => Err(self.spent_all()),
            (true, through) => Ok(Put { again, through }),
            (false, _) => Ok(Put { again, through: open.len() }),
        }
    }

    /// Writes what came of one question; whether it is an answer.
    fn keep_answer(
        &self,
        caller: &PromptedModel,
        open: &Open,
        found: Result<Answer, CallFailure>,
        budget: &Budget<'_>,
    ) -> Result<bool, RunError> {
        let (candidate, row, repeat) = (caller.called.name.clone(), open.row, open.repeat);
        let spent = Spending::of(&caller.settings, budget.settle(&open.key, &found));
        match found {
            Ok(answer) => {
                let (settings, question) = (caller.settings.clone(), open.question.clone());
                let record = AnswerRecord { candidate, row, repeat, settings, question, answer };
                self.workspace.store.add_answer(&open.key, &record, &spent)?;
                Ok(true)
            }
            Err(failure) => {
                self.memory.in_vain.borrow_mut().insert(open.key.clone());
                self.workspace
                    .store
                    .add_call_failure(&open.key, &CallFailureRecord { candidate, row, repeat, failure })?;
                self.workspace.store.add_spending(&open.key, &spent)?;
                Ok(false)
            }
        }
    }
}
