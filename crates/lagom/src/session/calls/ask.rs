//! Asking: what the store lacks is asked, and every answer goes to the store before the next one is waited for.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use super::budget::Book;
use super::prompted_model::PromptedModel;
use crate::call::{Answer, Budget, CallFailure, Flow, Query, Row, advice};
use crate::prompt::digest;
use crate::search::SearchResult;
use crate::session::error::SessionError;
use crate::session::progress::{Progress, Stage};
use crate::session::start::Session;
use crate::store::{AnswerRecord, CallFailureRecord, Spending};
use crate::trial::Executor;
use crate::verdict::{Analysis, Verdict};

/// One question that has no answer yet.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) row: u32,
    repeat: u32,
    /// Digest of the question, and the address of its answer.
    question: String,
    pub(super) key: String,
}

impl Session {
    /// The verdict of a study with candidates that are asked: asks as it goes, and tells `listener` how far it is.
    ///
    /// # Errors
    /// The store can't be read or written, or it was stopped. Every answer until then is kept.
    pub fn conclude_asking(
        &self,
        ascent: &SearchResult,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(Analysis, Verdict), SessionError> {
        let callers = self.prepared.callers()?;
        let mut progress = Progress::new(Stage::Ask, 0, 0);
        let found = self.conclude_with(ascent, &callers, &mut |caller, rows| {
            self.ask(caller, rows, executor, (&mut progress, listener))
        });
        // Nothing more is wanted of anybody.
        self.asking.backends.borrow_mut().clear();
        listener(&progress);
        found
    }

    /// The verdict from the answers in the store alone.
    ///
    /// # Errors
    /// The store can't be read, or lacks answers that these terms need.
    pub fn conclude_answered(&self, ascent: &SearchResult) -> Result<(Analysis, Verdict), SessionError> {
        let callers = self.prepared.callers()?;
        self.conclude_with(ascent, &callers, &mut |caller, rows| {
            let missing = self.never_asked(caller, rows)?;
            if missing == 0 {
                return Ok(());
            }
            Err(SessionError::Unanswered { candidate: caller.called.name.clone(), missing })
        })
    }

    /// How many questions about these rows were never asked; none where asking was stopped on the way, which is remembered.
    fn never_asked(&self, caller: &PromptedModel, rows: &[u32]) -> Result<usize, SessionError> {
        let dataset = &self.prepared.loaded.dataset;
        let mut missing = BTreeSet::new();
        for (&row, repeat) in rows.iter().flat_map(|row| (0..caller.repeats).map(move |repeat| (row, repeat))) {
            let key = caller.key(&digest(&caller.question(dataset, row, repeat)?));
            if self.store.answer(&key)?.is_some() {
                continue;
            }
            match self.store.call_failure(&key)?.map(|found| found.failure) {
                Some(CallFailure::Stopped { message }) => {
                    self.asking.faults.borrow_mut().insert(caller.called.name.clone(), message);
                    return Ok(0);
                }
                Some(_) => {}
                None => drop(missing.insert(key)),
            }
        }
        Ok(missing.len())
    }

    /// The different questions about these rows that have neither an answer nor a failure that would only come again.
    pub(super) fn open_questions(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Vec<Open>, SessionError> {
        let dataset = &self.prepared.loaded.dataset;
        let (mut open, mut seen) = (Vec::new(), BTreeSet::new());
        for &row in rows {
            for repeat in 0..caller.repeats {
                let question = digest(&caller.question(dataset, row, repeat)?);
                let key = caller.key(&question);
                let failed =
                    || Ok::<_, SessionError>(self.store.call_failure(&key)?.is_some_and(|found| settled(&found)));
                // Rows that ask the same share its answer.
                if seen.insert(key.clone()) && self.store.answer(&key)?.is_none() && !failed()? {
                    open.push(Open { row, repeat, question, key });
                }
            }
        }
        Ok(open)
    }

    /// Asks about these rows whatever has no answer yet. A fault that every further question would meet, and a budget that is
    /// spent, stop the asking of this model, and are remembered; the others go on.
    pub(super) fn ask(
        &self,
        caller: &PromptedModel,
        rows: &[u32],
        executor: &dyn Executor,
        told: (&mut Progress, &mut dyn FnMut(&Progress)),
    ) -> Result<(), SessionError> {
        match self.ask_all(caller, rows, executor, told) {
            Err(SessionError::Call { message, .. }) => self.stop_asking(caller, rows, &message),
            Err(error @ SessionError::Spent(_)) => {
                let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
                self.stop_asking(caller, rows, &format!("{error}{hint}"))
            }
            other => other,
        }
    }

    /// Remembers that a model is asked nothing more in this run, and why; the next run tries again.
    pub(super) fn stop_asking(&self, caller: &PromptedModel, rows: &[u32], message: &str) -> Result<(), SessionError> {
        let candidate = caller.called.name.clone();
        let message = match advice(message) {
            Some(advice) => format!("{}; {advice}", message.trim_end_matches('.')),
            None => message.to_owned(),
        };
        if let Some(open) = self.open_questions(caller, rows)?.into_iter().next() {
            let failure = CallFailure::Stopped { message: message.clone() };
            let record =
                CallFailureRecord { candidate: candidate.clone(), row: open.row, repeat: open.repeat, failure };
            self.store.add_call_failure(&open.key, &record)?;
        }
        self.asking.notes.borrow_mut().insert(format!("{candidate}: asking it was stopped: {message}"));
        self.asking.faults.borrow_mut().insert(candidate, message);
        Ok(())
    }

    /// As [`ask`](Self::ask), but such a fault is an error.
    pub(super) fn ask_all(
        &self,
        caller: &PromptedModel,
        rows: &[u32],
        executor: &dyn Executor,
        (progress, listener): (&mut Progress, &mut dyn FnMut(&Progress)),
    ) -> Result<(), SessionError> {
        if self.asking.faults.borrow().contains_key(&caller.called.name) {
            return Ok(());
        }
        let mut open = self.open_questions(caller, rows)?;
        // What this very run has asked in vain is left to the next one.
        open.retain(|open| !self.asking.in_vain.borrow().contains(&open.key));
        self.show(caller, rows, open.len(), progress);
        listener(progress);
        if open.is_empty() {
            return Ok(());
        }
        let again = self.put_once(caller, &open, executor, (progress, listener))?;
        // A server is asked again by its own backend, with waits; a program that lost its place gets a second chance here.
        if !caller.manner.tries_again && !again.is_empty() {
            progress.failed -= again.len();
            progress.add(again.len(), 0);
            self.put_once(caller, &again, executor, (progress, listener))?;
        }
        Ok(())
    }

    /// Shows how many questions there are; the rows of earlier steps are counted already.
    fn show(&self, caller: &PromptedModel, rows: &[u32], open: usize, progress: &mut Progress) {
        let wanted = rows.len() * caller.repeats as usize;
        let before = self.asking.counted.borrow_mut().insert(caller.called.name.clone(), wanted).unwrap_or(0);
        progress.add(open, wanted.saturating_sub(before).saturating_sub(open));
        progress.running = vec![caller.called.name.clone()];
    }

    /// Puts these questions once; those that failed and are worth another try.
    fn put_once(
        &self,
        caller: &PromptedModel,
        open: &[Open],
        executor: &dyn Executor,
        (progress, listener): (&mut Progress, &mut dyn FnMut(&Progress)),
    ) -> Result<Vec<Open>, SessionError> {
        let (mut again, mut rest) = (Vec::new(), open);
        while !rest.is_empty() {
            let (failed, put) = self.put_some(caller, rest, executor, (&mut *progress, &mut *listener))?;
            again.extend(failed);
            // What was set aside for others has turned out to be less.
            rest = rest.get(put..).unwrap_or_default();
        }
        Ok(again)
    }

    /// Puts these questions, as many as the budget may suffice for; those that failed and are worth another try, and how many
    /// are through.
    fn put_some(
        &self,
        caller: &PromptedModel,
        open: &[Open],
        executor: &dyn Executor,
        (progress, listener): (&mut Progress, &mut dyn FnMut(&Progress)),
    ) -> Result<(Vec<Open>, usize), SessionError> {
        let book = Book::new(&self.store, &caller.settings);
        let budget = self.budget(caller, &book)?;
        let mut fault: Option<SessionError> = None;
        let (mut again, mut given, mut short) = (Vec::new(), 0, false);
        let dataset = &self.prepared.loaded.dataset;
        // No model is loaded for a question that may not be asked.
        let first = open.first().and_then(|open| caller.question(dataset, open.row, open.repeat).ok());
        let too_little = first.is_some_and(|first| budget.is_short_of(&first));
        if too_little && !executor.this().stop.load(Ordering::SeqCst) {
            return Err(self.spent_all());
        }
        // A row that can't be rendered ends the asking; it was checked before the first question, so it is rare.
        let mut questions = open.iter().enumerate().map_while(|(at, open)| {
            let question = caller.question(dataset, open.row, open.repeat).ok()?;
            // What keeps the book from being written is remembered there.
            let reserved = budget.reserve(&open.key, &question);
            short = matches!(reserved, Ok(false));
            given += usize::from(!short);
            reserved.unwrap_or(false).then(|| Query { number: at, question, row: self.row(open.row) })
        });
        let mut keep = |at: usize, found: Result<Answer, CallFailure>| {
            let retry = found.as_ref().is_err_and(CallFailure::worth_retrying);
            let kept = self.keep_answer(caller, &open[at], found, &budget);
            again.extend(retry.then(|| open[at].clone()));
            progress.done += 1;
            progress.failed += usize::from(matches!(kept, Ok(false)));
            listener(progress);
            if let Err(error) = kept {
                fault = Some(error);
                return Flow::Stop;
            }
            if executor.this().stop.load(Ordering::SeqCst) { Flow::Stop } else { Flow::Continue }
        };
        let asked = self.dispatch(caller, &mut questions, (executor, &budget), &mut keep);
        let rest = budget.close();
        if let Some(error) = fault {
            return Err(error);
        }
        book.close(rest)?;
        // What was told to stop has stopped, whatever became of the last questions.
        if executor.this().stop.load(Ordering::SeqCst) {
            return Err(SessionError::Stopped);
        }
        asked?;
        match (short, given) {
            (true, 0) => Err(self.spent_all()),
            (true, given) => Ok((again, given)),
            (false, _) => Ok((again, open.len())),
        }
    }

    /// A row as backends know it: by its numbers and its cells.
    fn row(&self, row: u32) -> Row {
        let loaded = &self.prepared.loaded;
        let written = loaded.numbers.get(row as usize).copied().unwrap_or(row);
        Row { number: row, written, cells: loaded.dataset.fields(row) }
    }

    /// Writes what came of one question; whether it is an answer.
    fn keep_answer(
        &self,
        caller: &PromptedModel,
        open: &Open,
        found: Result<Answer, CallFailure>,
        budget: &Budget<'_>,
    ) -> Result<bool, SessionError> {
        let (candidate, row, repeat) = (caller.called.name.clone(), open.row, open.repeat);
        let spent = Spending::of(&caller.settings, budget.settle(&open.key, &found));
        match found {
            Ok(answer) => {
                let (settings, question) = (caller.settings.clone(), open.question.clone());
                let record = AnswerRecord { candidate, row, repeat, settings, question, answer };
                self.store.add_answer(&open.key, &record, &spent)?;
                Ok(true)
            }
            Err(failure) => {
                self.asking.in_vain.borrow_mut().insert(open.key.clone());
                self.store.add_call_failure(&open.key, &CallFailureRecord { candidate, row, repeat, failure })?;
                self.store.add_spending(&open.key, &spent)?;
                Ok(false)
            }
        }
    }
}

/// Whether this is not the question's own failure, but that of all asking.
pub(super) fn is_stop(found: &CallFailure) -> bool {
    matches!(found, CallFailure::Stopped { .. })
}

/// Whether asking again would only come to the same failure.
fn settled(found: &CallFailureRecord) -> bool {
    found.failure.is_settled()
}
