//! What the study's budget leaves for asking, after everything that was ever spent: by model, whatever its candidate is called.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Asker;
use crate::call::{Amount, Budget, Ledger, Most, Usage};
use crate::run::error::RunError;
use crate::run::prompted::{Place, PromptedModel, identity, price, settings};
use crate::store::{Spending, Store, StoreError};
use crate::study::Price;

/// The book of one model in the store.
pub(crate) struct Book<'a> {
    store: &'a Store,
    settings: &'a str,
    /// Why it could not be written.
    fault: RefCell<Option<StoreError>>,
}

impl<'a> Book<'a> {
    /// Of the model with these settings.
    pub(crate) fn new(store: &'a Store, settings: &'a str) -> Self {
        Self { store, settings, fault: RefCell::default() }
    }

    /// Writes down what was used for no outcome.
    ///
    /// # Errors
    /// The store can't be written, now or before.
    pub(crate) fn close(self, rest: Amount) -> Result<(), StoreError> {
        if let Some(fault) = self.fault.into_inner() {
            return Err(fault);
        }
        if rest.is_nothing() { Ok(()) } else { self.store.add_spending("asking", &Spending::of(self.settings, rest)) }
    }
}

impl Ledger for Book<'_> {
    fn set_aside(&self, name: &str, most: Amount) -> Result<(), String> {
        self.store.add_spending_ahead(name, &Spending::of(self.settings, most)).map_err(|error| {
            let message = error.to_string();
            self.fault.replace(Some(error));
            message
        })
    }
}

impl Asker<'_> {
    /// What may still be spent on a candidate, kept in this book where there is a limit; where nobody is called nothing is counted: what is
    /// on disk was paid for before.
    ///
    /// # Errors
    /// The store can't be read.
    pub(crate) fn budget<'a>(&self, caller: &PromptedModel, book: &'a Book<'_>) -> Result<Budget<'a>, RunError> {
        if !caller.manner.is_called {
            return Ok(Budget::of_nothing());
        }
        let budget = &self.workspace.prepared.study.budget;
        let limited = budget.money.is_some() || budget.calls.is_some();
        let left = if limited { self.left()? } else { Most::default() };
        let ledger: Option<&dyn Ledger> = if limited { Some(book) } else { None };
        Ok(Budget::new(caller.called.price.as_ref().map(price), left, caller.manner.counts_attempts, ledger))
    }

    /// What the budget leaves, after everything that this and earlier runs have spent.
    fn left(&self) -> Result<Most, RunError> {
        let budget = &self.workspace.prepared.study.budget;
        let mut prices: BTreeMap<String, &Price> = BTreeMap::new();
        for called in &self.workspace.prepared.study.candidates {
            let backend = self.workspace.prepared.backend(called, &Place::default());
            if let Some(price) = called.price.as_ref().filter(|_| backend.manner().is_called) {
                let settings = settings(called, &identity(called, backend.as_ref())?);
                prices.insert(Spending::of(&settings, Amount::default()).model, price);
            }
        }
        // By today's prices, so that one that was mended counts; that of a model which the study has left out as it was paid.
        let (mut money, mut calls) = (0.0, 0_i64);
        for (model, spent) in self.workspace.store.spending()? {
            money += prices.get(&model).map_or(spent.used.money, |price| cost(price, &spent.used));
            calls = calls.saturating_add(spent.used.calls);
        }
        self.workspace.store.each_uncounted_answer(&mut |record| {
            let spent = Spending::of(&record.settings, Amount::used(1, 0.0, &record.answer.usage));
            // Answers on disk were never asked for.
            if !record.settings.contains("\"backend\":{\"answers\":") {
                money += prices.get(&spent.model).map_or(0.0, |price| cost(price, &spent.used));
                calls += 1;
            }
        })?;
        Ok(Most {
            money: budget.money.as_ref().map(|most| (most.amount - money).max(0.0)),
            calls: budget.calls.map(|most| most.saturating_sub(u64::try_from(calls).unwrap_or(0))),
        })
    }

    /// That the budget is spent.
    pub(crate) fn spent_all(&self) -> RunError {
        let budget = &self.workspace.prepared.study.budget;
        let money = budget.money.as_ref().map(|money| format!("money = \"{money}\""));
        let calls = budget.calls.map(|calls| format!("calls = {calls}"));
        let limits: Vec<String> = money.into_iter().chain(calls).collect();
        RunError::Spent(format!("the budget ({}) leaves too little for the next question", limits.join(", ")))
    }
}

/// What was spent on a model, by this price.
fn cost(by: &Price, spent: &Amount) -> f64 {
    let count = |tokens: i64| Some(u64::try_from(tokens).unwrap_or(0));
    let tokens = Usage {
        prompt: count(spent.prompt),
        cached: count(spent.cached),
        completion: count(spent.completion),
        cut: None,
    };
    price(by).of(spent.calls.max(0) as f64, &tokens)
}
