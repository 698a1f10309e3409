//! What asking has used: written down before it is sent, set right after, and never lost with the process.

use std::collections::BTreeMap;
use std::ops::{AddAssign, Neg};

use rusqlite::params;

use super::{Store, StoreError};
use crate::call::{Estimate, Expense, Usage};

/// What was used, or, below 0, what was set aside and was not used. All of a model's sum up to what it has cost; where a process
/// was killed, what was set aside for the questions under way stands for them, without their repeats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spending {
    /// Of which model: a digest of its settings.
    pub model: String,
    /// Requests for an answer.
    pub calls: i64,
    /// Tokens of prompts.
    pub prompt: i64,
    /// Those of them that came out of a cache.
    pub cached: i64,
    /// Tokens of answers.
    pub completion: i64,
    /// Money, in the currency of the study at the time.
    pub money: f64,
}

impl Spending {
    /// Of the model with these settings; nothing yet.
    #[must_use]
    pub fn of(settings: &str) -> Self {
        let model = blake3::hash(settings.as_bytes()).to_hex()[..32].to_string();
        Self { model, ..Self::default() }
    }

    /// What may be used by a question at most.
    #[must_use]
    pub fn reserved(&self, estimate: &Estimate) -> Self {
        self.used(estimate.requests as i64, estimate.money, &estimate.usage())
    }

    /// So many calls and so much money, with these tokens.
    #[must_use]
    pub fn used(&self, calls: i64, money: f64, tokens: &Usage) -> Self {
        let count = |tokens: Option<u64>| tokens.and_then(|count| i64::try_from(count).ok()).unwrap_or(0);
        let (prompt, cached, completion) = (count(tokens.prompt), count(tokens.cached), count(tokens.completion));
        Self { model: self.model.clone(), calls, prompt, cached, completion, money }
    }

    /// All that a backend has used.
    #[must_use]
    pub fn all(&self, used: &Expense) -> Self {
        let tokens = Usage { prompt: Some(used.prompt), cached: Some(used.cached), completion: Some(used.completion) };
        self.used(i64::try_from(used.calls).unwrap_or(i64::MAX), used.money, &tokens)
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        (self.calls, self.prompt, self.cached, self.completion) == (0, 0, 0, 0) && self.money == 0.0
    }
}

impl AddAssign<&Spending> for Spending {
    fn add_assign(&mut self, other: &Spending) {
        self.calls = self.calls.saturating_add(other.calls);
        self.prompt = self.prompt.saturating_add(other.prompt);
        self.cached = self.cached.saturating_add(other.cached);
        self.completion = self.completion.saturating_add(other.completion);
        self.money += other.money;
    }
}

impl Neg for Spending {
    type Output = Self;

    fn neg(self) -> Self {
        let Self { model, calls, prompt, cached, completion, money } = self;
        Self { model, calls: -calls, prompt: -prompt, cached: -cached, completion: -completion, money: -money }
    }
}

impl Store {
    /// Writes down what was used for the question with this address; with an address of its own, what was used for none.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_spending(&self, key: &str, spent: &Spending) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO spending (at, model, key, calls, prompt, cached, completion, money)
             VALUES (datetime('now'), ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![spent.model, key, spent.calls, spent.prompt, spent.cached, spent.completion, spent.money],
        )
    }

    /// As [`Store::add_spending`], before something is sent: it survives the end of the process, and is not waited for until it
    /// would survive that of the machine.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_spending_ahead(&self, key: &str, spent: &Spending) -> Result<(), StoreError> {
        let writer = self.writer()?;
        let level = |name: &str| writer.connection.pragma_update(None, "synchronous", name);
        level("NORMAL").map_err(|error| self.fault(&error))?;
        let written = self.add_spending(key, spent);
        level("FULL").map_err(|error| self.fault(&error))?;
        written
    }

    /// All that was used so far, by model.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn spending(&self) -> Result<BTreeMap<String, Spending>, StoreError> {
        let query = "SELECT model, sum(calls), sum(prompt), sum(cached), sum(completion), total(money)
                     FROM spending GROUP BY model";
        let mut statement = self.reader().connection.prepare_cached(query).map_err(|error| self.fault(&error))?;
        let rows = statement.query_map([], |row| {
            let model: String = row.get(0)?;
            let (calls, prompt, cached) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((model.clone(), Spending { model, calls, prompt, cached, completion: row.get(4)?, money: row.get(5)? }))
        });
        rows.and_then(Iterator::collect).map_err(|error| self.fault(&error))
    }
}
