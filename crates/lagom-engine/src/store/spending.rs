//! What asking has used: written down before it is sent, set right after, and never lost with the process.

use std::collections::BTreeMap;

use rusqlite::params;

use super::{Store, StoreError};
use crate::call::Amount;

/// What was used of a model, or, below 0, what was set aside and was not used. All of a model's sum up to what it has cost; where a
/// process was killed, what was set aside for the questions under way stands for them, without their repeats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spending {
    /// Of which model: a digest of its settings.
    pub model: String,
    /// How much; money in the currency of the study at the time.
    pub used: Amount,
}

impl Spending {
    /// So much of the model with these settings.
    #[must_use]
    pub fn of(settings: &str, used: Amount) -> Self {
        Self { model: blake3::hash(settings.as_bytes()).to_hex()[..32].to_string(), used }
    }
}

impl Store {
    /// Writes down what was used for the question with this address; with an address of its own, what was used for none.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_spending(&self, key: &str, spent: &Spending) -> Result<(), StoreError> {
        let used = &spent.used;
        self.write(
            "INSERT INTO spending (at, model, key, calls, prompt, cached, completion, money)
             VALUES (datetime('now'), ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![spent.model, key, used.calls, used.prompt, used.cached, used.completion, used.money],
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
            let used = Amount { calls, prompt, cached, completion: row.get(4)?, money: row.get(5)? };
            Ok((model.clone(), Spending { model, used }))
        });
        rows.and_then(Iterator::collect).map_err(|error| self.fault(&error))
    }
}
