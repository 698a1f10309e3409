//! Asking: what the store lacks is asked, and every answer goes to the store before the next one is waited for.

use std::collections::BTreeSet;

use super::caller::Caller;
use super::entry::cost;
use crate::call::{Answer, CallFailure, Flow, advice};
use crate::climb::Ascent;
use crate::prompt::digest;
use crate::session::error::SessionError;
use crate::session::progress::{Progress, Stage};
use crate::session::start::Session;
use crate::store::{AnswerRecord, CallFailureRecord};
use crate::study::{Backend, Called};
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

/// What may still be spent.
struct Purse {
    money: Option<f64>,
    calls: Option<u64>,
}

impl Session {
    /// The verdict of a study with candidates that are asked: asks as it goes, and tells `listener` how far it is.
    ///
    /// # Errors
    /// The store can't be read or written, it was stopped, the budget is spent, or a backend gives up. Every answer until
    /// then is kept.
    pub fn conclude_asking(
        &self,
        ascent: &Ascent,
        executor: &Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(Analysis, Verdict), SessionError> {
        let callers = self.prepared.callers()?;
        let mut progress = Progress::new(Stage::Ask, 0, 0);
        let found = self.conclude_with(ascent, &callers, &mut |caller, rows| {
            self.ask(caller, rows, executor, (&mut progress, listener))
        });
        listener(&progress);
        found
    }

    /// The verdict from the answers in the store alone.
    ///
    /// # Errors
    /// The store can't be read, or lacks answers that these terms need.
    pub fn conclude_answered(&self, ascent: &Ascent) -> Result<(Analysis, Verdict), SessionError> {
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
    fn never_asked(&self, caller: &Caller, rows: &[u32]) -> Result<usize, SessionError> {
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
    pub(super) fn open_questions(&self, caller: &Caller, rows: &[u32]) -> Result<Vec<Open>, SessionError> {
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

    /// Asks about these rows whatever has no answer yet. A fault that every further question would meet stops the asking of
    /// this model, and is remembered; the others go on.
    pub(super) fn ask(
        &self,
        caller: &Caller,
        rows: &[u32],
        executor: &Executor,
        told: (&mut Progress, &mut dyn FnMut(&Progress)),
    ) -> Result<(), SessionError> {
        match self.ask_all(caller, rows, executor, told) {
            Err(SessionError::Call { message, .. }) => self.stop_asking(caller, rows, &message),
            other => other,
        }
    }

    /// Remembers that a model is asked nothing more in this run, and why; the next run tries again.
    pub(super) fn stop_asking(&self, caller: &Caller, rows: &[u32], message: &str) -> Result<(), SessionError> {
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
        caller: &Caller,
        rows: &[u32],
        executor: &Executor,
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
        let program = !matches!(caller.called.backend, Backend::Endpoint { .. } | Backend::Answers { .. });
        if program && !again.is_empty() {
            progress.failed -= again.len();
            progress.add(again.len(), 0);
            self.put_once(caller, &again, executor, (progress, listener))?;
        }
        Ok(())
    }

    /// Shows how many questions there are; the rows of earlier steps are counted already.
    fn show(&self, caller: &Caller, rows: &[u32], open: usize, progress: &mut Progress) {
        let wanted = rows.len() * caller.repeats as usize;
        let before = self.asking.counted.borrow_mut().insert(caller.called.name.clone(), wanted).unwrap_or(0);
        progress.add(open, wanted.saturating_sub(before).saturating_sub(open));
        progress.running = vec![caller.called.name.clone()];
    }

    /// Puts these questions once; those that failed and are worth another try.
    fn put_once(
        &self,
        caller: &Caller,
        open: &[Open],
        executor: &Executor,
        (progress, listener): (&mut Progress, &mut dyn FnMut(&Progress)),
    ) -> Result<Vec<Open>, SessionError> {
        let mut purse = self.purse()?;
        let mut fault: Option<SessionError> = None;
        let mut again: Vec<Open> = Vec::new();
        let dataset = &self.prepared.loaded.dataset;
        // A row that can't be rendered ends the asking; it was checked before the first question, so it is rare.
        let mut questions = open.iter().enumerate().map_while(|(at, open)| {
            let question = caller.question(dataset, open.row, open.repeat).ok()?;
            Some((at, question))
        });
        let mut keep = |at: usize, found: Result<Answer, CallFailure>| {
            let retry = found.as_ref().is_err_and(CallFailure::worth_retrying);
            let kept = self.keep_answer(caller, &open[at], found, &mut purse);
            again.extend(retry.then(|| open[at].clone()));
            progress.done += 1;
            progress.failed += usize::from(matches!(kept, Ok(false)));
            listener(progress);
            match kept {
                Err(error) => {
                    fault = Some(error);
                    Flow::Stop
                }
                Ok(_) if purse.is_empty() || executor.stop.load(std::sync::atomic::Ordering::SeqCst) => Flow::Stop,
                Ok(_) => Flow::Continue,
            }
        };
        let asked = self.put(caller, open, &mut questions, (executor, &mut keep));
        if let Some(error) = fault {
            return Err(error);
        }
        asked?;
        if executor.stop.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(SessionError::Stopped);
        }
        if purse.is_empty() && progress.done + progress.reused < progress.total {
            return Err(self.spent_all());
        }
        Ok(again)
    }

    /// Writes what came of one question; whether it is an answer.
    fn keep_answer(
        &self,
        caller: &Caller,
        open: &Open,
        found: Result<Answer, CallFailure>,
        purse: &mut Purse,
    ) -> Result<bool, SessionError> {
        let (candidate, row, repeat) = (caller.called.name.clone(), open.row, open.repeat);
        match found {
            Ok(answer) => {
                if is_called(&caller.called) {
                    purse.pay(caller.called.price.as_ref().map_or(0.0, |price| cost(price, &answer)));
                }
                let (settings, question) = (caller.settings.clone(), open.question.clone());
                let record = AnswerRecord { candidate, row, repeat, settings, question, answer };
                self.store.add_answer(&open.key, &record)?;
                Ok(true)
            }
            Err(failure) => {
                self.asking.in_vain.borrow_mut().insert(open.key.clone());
                self.store.add_call_failure(&open.key, &CallFailureRecord { candidate, row, repeat, failure })?;
                Ok(false)
            }
        }
    }

    /// What the budget leaves, after everything that earlier runs have spent.
    fn purse(&self) -> Result<Purse, SessionError> {
        let budget = &self.prepared.study.budget;
        if budget.money.is_none() && budget.calls.is_none() {
            return Ok(Purse { money: None, calls: None });
        }
        let (mut money, mut calls) = (0.0, 0);
        let candidates = &self.prepared.study.candidates;
        self.store.each_answer(&mut |record| {
            let called = candidates.iter().find(|one| one.name == record.candidate);
            if called.is_none_or(is_called) {
                let price = called.and_then(|one| one.price.as_ref());
                money += price.map_or(0.0, |price| cost(price, &record.answer));
                calls += 1;
            }
        })?;
        Ok(Purse {
            money: budget.money.as_ref().map(|most| most.amount - money),
            calls: budget.calls.map(|most| most.saturating_sub(calls)),
        })
    }

    fn spent_all(&self) -> SessionError {
        let budget = &self.prepared.study.budget;
        let money = budget.money.as_ref().map(|money| format!("money = \"{money}\""));
        let calls = budget.calls.map(|calls| format!("calls = {calls}"));
        let limits: Vec<String> = money.into_iter().chain(calls).collect();
        SessionError::unfit(
            format!("the budget ({}) is spent before the verdict is reached; every answer is kept", limits.join(", ")),
            "raise it under [budget] and run the same command again: nothing is paid for twice",
        )
    }
}

impl Purse {
    fn pay(&mut self, money: f64) {
        self.money = self.money.map(|left| left - money);
        self.calls = self.calls.map(|left| left.saturating_sub(1));
    }

    fn is_empty(&self) -> bool {
        self.money.is_some_and(|left| left <= 0.0) || self.calls == Some(0)
    }
}

/// Whether somebody is called for an answer: what is on disk was paid for before.
fn is_called(called: &Called) -> bool {
    !matches!(called.backend, Backend::Answers { .. })
}

/// Whether this is not the question's own failure, but that of all asking.
pub(super) fn is_stop(found: &CallFailure) -> bool {
    matches!(found, CallFailure::Stopped { .. })
}

/// Whether asking again would only come to the same failure.
fn settled(found: &CallFailureRecord) -> bool {
    found.failure.is_settled()
}
