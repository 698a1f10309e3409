//! Answers of models that are asked: evidence as any other, each kept at once and never asked for twice.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{Spending, Store, StoreError};
use crate::call::{Answer, CallFailure, ModelFacts};

/// One answer with what it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// Name of the candidate at the time.
    pub candidate: String,
    /// Row of the data set.
    pub row: u32,
    /// Which of several sampled answers this is, from 0.
    pub repeat: u32,
    /// What was asked of what, and how: the model's settings as JSON.
    pub settings: String,
    /// Digest of the question: prompt, sampling and continuations.
    pub question: String,
    /// The answer.
    pub answer: Answer,
}

/// One failed call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallFailureRecord {
    /// Name of the candidate at the time.
    pub candidate: String,
    /// Row of the data set.
    pub row: u32,
    /// Which of several sampled answers this would have been, from 0.
    pub repeat: u32,
    /// Why there is no answer.
    pub failure: CallFailure,
}

impl Store {
    /// Keeps what is known of a model, by its settings; what is there already stays.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_model(&self, settings: &str, facts: &ModelFacts) -> Result<(), StoreError> {
        let text = self.json("a model", facts)?;
        self.write("INSERT OR IGNORE INTO models VALUES (?1, datetime('now'), ?2)", params![settings, text])
    }

    /// What is known of a model.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn model(&self, settings: &str) -> Result<Option<ModelFacts>, StoreError> {
        let text = self.text("SELECT record FROM models WHERE settings = ?1", &[&settings])?;
        text.map(|text| self.parse("a model", &text)).transpose()
    }

    /// Keeps an answer with what it cost, both or neither; an answer that is already there stays as it is.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_answer(&self, key: &str, record: &AnswerRecord, spent: &Spending) -> Result<(), StoreError> {
        let text = self.json("an answer", record)?;
        self.whole(|| {
            self.write("INSERT OR IGNORE INTO answers VALUES (?1, datetime('now'), ?2)", params![key, text])?;
            self.add_spending(key, spent)
        })
    }

    /// The answer with this content address.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn answer(&self, key: &str) -> Result<Option<AnswerRecord>, StoreError> {
        let text = self.text("SELECT record FROM answers WHERE key = ?1", &[&key])?;
        text.map(|text| self.parse("an answer", &text)).transpose()
    }

    /// Goes through the answers of which no spending was written down: those of an older lagom.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn each_uncounted_answer(&self, visit: &mut dyn FnMut(AnswerRecord)) -> Result<(), StoreError> {
        let fault = |error: rusqlite::Error| StoreError::from_sqlite(self.path(), &error);
        let query = "SELECT record FROM answers WHERE key NOT IN (SELECT key FROM spending)";
        let mut statement = self.reader().connection.prepare_cached(query).map_err(fault)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(fault)?;
        for text in rows {
            visit(self.parse("an answer", &text.map_err(fault)?)?);
        }
        Ok(())
    }

    /// Keeps a failed call.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_call_failure(&self, key: &str, record: &CallFailureRecord) -> Result<(), StoreError> {
        let text = self.json("a failed call", record)?;
        self.write("INSERT INTO call_failures (at, key, record) VALUES (datetime('now'), ?1, ?2)", params![key, text])
    }

    /// The latest failure of a call that has no answer.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn call_failure(&self, key: &str) -> Result<Option<CallFailureRecord>, StoreError> {
        let query = "SELECT record FROM call_failures WHERE key = ?1 ORDER BY id DESC LIMIT 1";
        let text = self.text(query, &[&key])?;
        text.map(|text| self.parse("a failed call", &text)).transpose()
    }
}
