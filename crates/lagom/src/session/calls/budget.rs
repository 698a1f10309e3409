//! What may still be spent on asking, and the book of what was: by model, whatever its candidate is called.
//!
//! ```text
//! a question is handed over -> set aside -> its answer is kept, with what it used in place of that
//! a server is done with     -> what it has counted in all, less what stands in the book already
//! ```
//!
//! What is set aside is the most that it can come to, and stands in the store before anything is sent. So the budget holds
//! over any number of runs, however they are stopped. Repeats of a question are added when it is done with, as are further requests of
//! a handshake: where the process itself is killed, those that were under way may be missing.

use std::collections::BTreeMap;

use super::caller::settings;
use crate::call::{self, Answer, CallFailure, Estimate, Expense, Most, Purse, Question, Usage};
use crate::session::error::SessionError;
use crate::session::start::Session;
use crate::store::{Spending, Store, StoreError};
use crate::study::{Backend, Called, Price};

/// The book of one model, while it is asked.
pub(super) struct Account<'a> {
    store: &'a Store,
    /// Of this model nothing.
    nothing: Spending,
    purse: Purse,
    /// What may still be spent when it is opened.
    pub(super) left: Most,
    /// Whether it holds back what would exceed a limit; servers do that themselves, for each attempt.
    holds_back: bool,
    /// Whether there is a limit, so that what is set aside has to be written down.
    limited: bool,
    /// What was handed over and has no outcome yet, by address.
    open: BTreeMap<String, Estimate>,
    written: Spending,
    /// What the server has counted.
    pub(super) used: Option<Expense>,
}

impl Session {
    /// Opens the book of a model; none where nobody is called: what is on disk was paid for before.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn account(&self, called: &Called, settings: &str) -> Result<Option<Account<'_>>, SessionError> {
        if !is_called(called) {
            return Ok(None);
        }
        let budget = &self.prepared.study.budget;
        let limited = budget.money.is_some() || budget.calls.is_some();
        let mut left = if limited { self.left()? } else { Most::default() };
        // Without a price there is no money to count.
        left.money = left.money.filter(|_| called.price.is_some());
        let nothing = Spending::of(settings);
        let holds_back = !matches!(called.backend, Backend::Endpoint { .. });
        let purse = Purse::new(called.price.as_ref().map(price), left);
        Ok(Some(Account {
            store: &self.store,
            // Programs and files are given a question with all its continuations.
            purse: if holds_back { purse.of_whole_questions() } else { purse },
            left,
            holds_back,
            limited,
            open: BTreeMap::new(),
            written: nothing.clone(),
            nothing,
            used: None,
        }))
    }

    /// What the budget leaves, after everything that this and earlier runs have spent.
    fn left(&self) -> Result<Most, SessionError> {
        let budget = &self.prepared.study.budget;
        let mut prices: BTreeMap<String, &Price> = BTreeMap::new();
        for called in self.prepared.study.candidates.iter().filter(|called| is_called(called)) {
            if let Some(price) = &called.price {
                prices.insert(Spending::of(&settings(called)?).model, price);
            }
        }
        // By today's prices, so that one that was mended counts; that of a model which the study has left out as it was paid.
        let (mut money, mut calls) = (0.0, 0_i64);
        for (model, spent) in self.store.spending()? {
            money += prices.get(&model).map_or(spent.money, |price| cost(price, &spent));
            calls = calls.saturating_add(spent.calls);
        }
        self.store.each_uncounted_answer(&mut |record| {
            let spent = Spending::of(&record.settings).used(1, 0.0, &record.answer.usage);
            // Answers on disk were never asked for.
            if !record.settings.contains("\"backend\":{\"answers\":") {
                money += prices.get(&spent.model).map_or(0.0, |price| cost(price, &spent));
                calls += 1;
            }
        })?;
        Ok(Most {
            money: budget.money.as_ref().map(|most| (most.amount - money).max(0.0)),
            calls: budget.calls.map(|most| most.saturating_sub(u64::try_from(calls).unwrap_or(0))),
        })
    }

    /// That the budget is spent.
    pub(super) fn spent_all(&self) -> SessionError {
        let budget = &self.prepared.study.budget;
        let money = budget.money.as_ref().map(|money| format!("money = \"{money}\""));
        let calls = budget.calls.map(|calls| format!("calls = {calls}"));
        let limits: Vec<String> = money.into_iter().chain(calls).collect();
        SessionError::Spent(format!("the budget ({}) leaves too little for the next question", limits.join(", ")))
    }
}

impl Account<'_> {
    /// Whether the budget leaves too little for a question, as far as that is not for the server to say.
    pub(super) fn is_short(&self, question: &Question) -> bool {
        self.holds_back && self.purse.exceeds(&self.purse.estimate(question))
    }

    /// Sets aside what a question may use, before it is sent; whether it may be.
    ///
    /// # Errors
    /// The store can't be written.
    pub(super) fn reserve(&mut self, key: &str, question: &Question) -> Result<bool, StoreError> {
        if self.is_short(question) {
            return Ok(false);
        }
        let estimate = self.purse.estimate(question);
        self.purse.reserve(&estimate);
        if self.limited {
            self.ahead(key, &self.nothing.reserved(&estimate))?;
        }
        self.open.insert(key.to_owned(), estimate);
        Ok(true)
    }

    /// Sets a call aside for a first question of lagom's own.
    ///
    /// # Errors
    /// The store can't be written.
    pub(super) fn reserve_call(&mut self) -> Result<(), StoreError> {
        if self.limited { self.ahead("handshake", &self.nothing.used(1, 0.0, &Usage::default())) } else { Ok(()) }
    }

    fn ahead(&mut self, key: &str, spent: &Spending) -> Result<(), StoreError> {
        self.store.add_spending_ahead(key, spent)?;
        self.written += spent;
        Ok(())
    }

    /// What is to be written down with the outcome of a question: what it used, less what was set aside for it.
    pub(super) fn settle(&mut self, key: &str, found: &Result<Answer, CallFailure>) -> Spending {
        let Some(estimate) = self.open.remove(key) else { return self.nothing.clone() };
        let (attempts, tokens, money) = match found {
            Ok(answer) => {
                let (tokens, money) = self.purse.pay(&estimate, answer.usage, &answer.text);
                (answer.attempts, tokens, money.unwrap_or(0.0))
            }
            Err(failure) => {
                let attempts = if let CallFailure::Unavailable { attempts, .. } = failure { *attempts } else { 1 };
                (attempts, estimate.usage(), self.purse.lose(&estimate, true, true))
            }
        };
        let mut spent = self.nothing.used(estimate.requests as i64 * i64::from(attempts), money, &tokens);
        if self.limited {
            spent += &-self.nothing.reserved(&estimate);
        }
        self.written += &spent;
        spent
    }

    /// Writes down what has been used for no outcome: attempts that failed, a handshake, what a program was given last.
    ///
    /// # Errors
    /// The store can't be written.
    pub(super) fn close(self) -> Result<(), StoreError> {
        let mut rest = self.nothing.clone();
        match &self.used {
            Some(used) => {
                rest += &self.nothing.all(used);
                rest += &-self.written;
            }
            // A program may have paid for what it did not answer any more; with a limit that stands in the book already.
            None if !self.limited => self.open.values().for_each(|open| rest += &self.nothing.reserved(open)),
            None => {}
        }
        if rest.is_nothing() { Ok(()) } else { self.store.add_spending("asking", &rest) }
    }
}

/// Whether somebody is called for an answer: what is on disk was paid for before.
pub(super) fn is_called(called: &Called) -> bool {
    !matches!(called.backend, Backend::Answers { .. })
}

/// The prices of a study as a backend counts by them.
pub(super) fn price(price: &Price) -> call::Price {
    call::Price { input: price.input, output: price.output, cached: price.cached, per_call: price.per_call }
}

/// What was spent on a model, by this price.
fn cost(by: &Price, spent: &Spending) -> f64 {
    let count = |tokens: i64| Some(u64::try_from(tokens).unwrap_or(0));
    let tokens =
        Usage { prompt: count(spent.prompt), cached: count(spent.cached), completion: count(spent.completion) };
    price(by).of(spent.calls.max(0) as f64, &tokens)
}
