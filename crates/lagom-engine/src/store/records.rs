//! What is written to a store and read from it.

use rusqlite::{OptionalExtension, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError};
use crate::data::Sealed;
use crate::levers::Stage;
use crate::measure::Deployment;
use crate::metric::Outcomes;
use crate::probe::Figures;
use crate::study::Study;
use crate::trial::{Failure, Measurement, Request, Stopped, TrialSpec};

/// One run of a study: the question, the data and the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The checked study.
    pub study: Study,
    /// Text of the study file.
    pub source: String,
    /// How raw rows become columns.
    pub schema: crate::data::Schema,
    /// Digest of the data set.
    pub data: String,
    /// What was noticed in the data.
    pub notes: Vec<String>,
    /// What a reader of the verdict has to know of the data; empty in older stores.
    #[serde(default)]
    pub cautions: Vec<crate::data::Caution>,
    /// The column that a probe tells rows apart by, where the study names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slices: Option<crate::data::SliceColumn>,
    /// The machine and the versions.
    pub machine: crate::measure::Machine,
}

/// One look at the holdout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookRecord {
    /// Number of the look, from 1.
    pub number: u32,
    /// When, in UTC.
    pub at: String,
    /// Candidates whose outcomes were read.
    pub candidates: Vec<String>,
}

const LAST_STAGE: &str = "SELECT record FROM stages WHERE data = ?1 ORDER BY id DESC LIMIT 1";

type Blobs = (String, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

impl Store {
    /// Notes the start of a run.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_run(&self, record: &RunRecord) -> Result<(), StoreError> {
        // A study's text is shown in reports: what somebody wrote into a comment must not be.
        let record = RunRecord { source: crate::secret::masked_source(&record.source), ..record.clone() };
        let text = self.json("a run", &record)?;
        self.write("INSERT INTO runs (at, record) VALUES (datetime('now'), ?1)", params![text])
    }

    /// The latest run.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn last_run(&self) -> Result<Option<RunRecord>, StoreError> {
        let text = self.text("SELECT record FROM runs ORDER BY id DESC LIMIT 1", &[])?;
        text.map(|text| self.parse("a run", &text)).transpose()
    }

    /// Keeps a finished trial; a trial that is already there stays as it is.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_trial(&self, spec: &TrialSpec, found: &Measurement) -> Result<(), StoreError> {
        let (spec_text, facts) = (self.json("a trial", spec)?, self.json("a trial", &found.facts)?);
        let rows = postcard::to_stdvec(&found.rows).map_err(|error| self.broken("a trial", &error))?;
        let bytes = |outcomes: &Outcomes| outcomes.to_bytes().map_err(|error| self.broken("outcomes", &error));
        let (key, validation, train) = (spec.key(), bytes(&found.validation)?, bytes(&found.train)?);
        let sealed = found.sealed.bytes();
        let digest = digest(&[key.as_bytes(), facts.as_bytes(), &rows, &validation, &train, sealed]);
        self.whole(|| {
            self.write(
                "INSERT OR IGNORE INTO trials VALUES (?1, datetime('now'), ?2, ?3, ?4, ?5, ?6, ?7)",
                params![key, spec_text, facts, rows, validation, train, sealed],
            )?;
            self.write("INSERT OR IGNORE INTO digests VALUES (?1, ?2)", params![key, digest])
        })
    }

    /// Whether a trial is finished.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn has_trial(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.text("SELECT key FROM trials WHERE key = ?1", &[&key])?.is_some())
    }

    /// The measurement of a trial.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn trial(&self, key: &str) -> Result<Option<Measurement>, StoreError> {
        let query = "SELECT facts, examples, validation, train, sealed,
                     (SELECT digest FROM digests WHERE digests.key = trials.key) FROM trials WHERE key = ?1";
        let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<(Blobs, Option<Vec<u8>>)> {
            Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?), row.get(5)?))
        };
        let found = self.reader().connection.query_row(query, [key], read).optional();
        let Some((blobs, kept)) = found.map_err(|error| self.fault(&error))? else {
            return Ok(None);
        };
        let (facts, rows, validation, train, sealed) = blobs;
        let parts = [key.as_bytes(), facts.as_bytes(), &rows, &validation, &train, &sealed];
        // None of an older lagom's has a digest.
        if kept.is_some_and(|kept| kept != digest(&parts)) {
            let detail = format!("the trial {key} is not what was written: its checksum does not match");
            return Err(StoreError::Damaged { path: self.path.clone(), detail });
        }
        let outcomes = |bytes: &[u8]| Outcomes::from_bytes(bytes).map_err(|error| self.broken("outcomes", &error));
        Ok(Some(Measurement {
            facts: self.parse("a trial", &facts)?,
            rows: postcard::from_bytes(&rows).map_err(|error| self.broken("a trial", &error))?,
            validation: outcomes(&validation)?,
            train: outcomes(&train)?,
            sealed: Sealed::from_bytes(sealed),
        }))
    }

    /// Keeps a training that was ended early; one that is already there stays as it is. A request for a full training
    /// keeps nothing.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_stopped(&self, request: &Request, found: &Stopped) -> Result<(), StoreError> {
        let Some(key) = request.stopped_key() else { return Ok(()) };
        let (asked, text) = (self.json("a request", request)?, self.json("a stopped training", found)?);
        self.write("INSERT OR IGNORE INTO stopped VALUES (?1, datetime('now'), ?2, ?3)", params![key, asked, text])
    }

    /// The training that was ended early for this very request.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn stopped(&self, request: &Request) -> Result<Option<Stopped>, StoreError> {
        let Some(key) = request.stopped_key() else { return Ok(None) };
        let text = self.text("SELECT record FROM stopped WHERE key = ?1", &[&key])?;
        text.map(|text| self.parse("a stopped training", &text)).transpose()
    }

    /// Keeps a failed attempt.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_failure(&self, spec: &TrialSpec, failure: &Failure) -> Result<(), StoreError> {
        let (spec_text, text) = (self.json("a failure", spec)?, self.json("a failure", failure)?);
        self.write(
            "INSERT INTO failures (at, key, spec, failure) VALUES (datetime('now'), ?1, ?2, ?3)",
            params![spec.key(), spec_text, text],
        )
    }

    /// The latest failure of a trial.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn failure(&self, key: &str) -> Result<Option<Failure>, StoreError> {
        let text = self.text("SELECT failure FROM failures WHERE key = ?1 ORDER BY id DESC LIMIT 1", &[&key])?;
        text.map(|text| self.parse("a failure", &text)).transpose()
    }

    /// Keeps a failed attempt at timing the model of a trial.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_untimed(&self, spec: &TrialSpec, failure: &Failure) -> Result<(), StoreError> {
        let (spec_text, text) = (self.json("a failure", spec)?, self.json("a failure", failure)?);
        self.write(
            "INSERT INTO failures (at, key, spec, failure) VALUES (datetime('now'), ?1, ?2, ?3)",
            params![untimed_key(&spec.key()), spec_text, text],
        )
    }

    /// The latest failure of timing the model of the trial `key`.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn untimed(&self, key: &str) -> Result<Option<Failure>, StoreError> {
        self.failure(&untimed_key(key))
    }

    /// Keeps what a candidate costs in use, measured on the model of the trial `key`.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_deployment(&self, key: &str, found: &Deployment) -> Result<(), StoreError> {
        let text = self.json("a latency", found)?;
        self.write("INSERT OR IGNORE INTO deployments VALUES (?1, datetime('now'), ?2)", params![key, text])
    }

    /// What the model of the trial `key` costs in use.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn deployment(&self, key: &str) -> Result<Option<Deployment>, StoreError> {
        let text = self.text("SELECT record FROM deployments WHERE key = ?1", &[&key])?;
        text.map(|text| self.parse("a latency", &text)).transpose()
    }

    /// Keeps what a probe measured of a candidate's models; `key` is its content address.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_probe(&self, key: &str, found: &Figures) -> Result<(), StoreError> {
        let text = self.json("figures of a probe", found)?;
        self.write("INSERT OR IGNORE INTO probes VALUES (?1, datetime('now'), ?2)", params![key, text])
    }

    /// What a probe measured of a candidate's models.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn probe(&self, key: &str) -> Result<Option<Figures>, StoreError> {
        let text = self.text("SELECT record FROM probes WHERE key = ?1", &[&key])?;
        text.map(|text| self.parse("figures of a probe", &text)).transpose()
    }

    /// Keeps a failed attempt of a probe at the models of a trial; `key` is the content address of the probe's figures.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_unprobed(&self, key: &str, spec: &TrialSpec, failure: &Failure) -> Result<(), StoreError> {
        let (spec_text, text) = (self.json("a failure", spec)?, self.json("a failure", failure)?);
        self.write(
            "INSERT INTO failures (at, key, spec, failure) VALUES (datetime('now'), ?1, ?2, ?3)",
            params![key, spec_text, text],
        )
    }

    /// Keeps what a refit of the choice brought; `key` is its content address.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_refit(&self, key: &str, record: &impl Serialize) -> Result<(), StoreError> {
        let text = self.json("a refit", record)?;
        self.write("INSERT OR IGNORE INTO refits VALUES (?1, datetime('now'), ?2)", params![key, text])
    }

    /// What a refit brought.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn refit<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let text = self.text("SELECT record FROM refits WHERE key = ?1", &[&key])?;
        text.map(|text| self.parse("a refit", &text)).transpose()
    }

    /// Writes down a look at the holdout before it is taken, and returns its number, from 1; the same
    /// rule is the same look, and looks at other data (`data` is their digest) do not count.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_look(&self, data: &str, rule: &str, candidates: &[String]) -> Result<u32, StoreError> {
        let text = self.json("a look", &candidates)?;
        // A look that was taken before needs no writing.
        if self.text("SELECT rule FROM looks WHERE rule = ?1", &[&rule])?.is_none() {
            self.write(
                "INSERT OR IGNORE INTO looks (at, data, rule, candidates) VALUES (datetime('now'), ?1, ?2, ?3)",
                params![data, rule, text],
            )?;
        }
        let place = "SELECT count(*) FROM looks WHERE data = ?2 AND id <= (SELECT id FROM looks WHERE rule = ?1)";
        self.reader().connection.query_row(place, [rule, data], |row| row.get(0)).map_err(|error| self.fault(&error))
    }

    /// Writes down a stage of levers before anything of it is trained; the same as the latest one of these data needs no writing.
    ///
    /// # Errors
    /// The store can't be written.
    pub fn add_stage(&self, data: &str, stage: &Stage) -> Result<(), StoreError> {
        let text = self.json("a stage of levers", stage)?;
        if self.text(LAST_STAGE, &[&data])?.as_deref() == Some(text.as_str()) {
            return Ok(());
        }
        self.write("INSERT INTO stages (at, data, record) VALUES (datetime('now'), ?1, ?2)", params![data, text])
    }

    /// Every stage of levers on these data, the latest first.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn stages(&self, data: &str) -> Result<Vec<Stage>, StoreError> {
        let query = "SELECT record FROM stages WHERE data = ?1 ORDER BY id DESC";
        let mut statement = self.reader().connection.prepare(query).map_err(|error| self.fault(&error))?;
        let rows = statement
            .query_map([data], |row| row.get::<_, String>(0))
            .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
            .map_err(|error| self.fault(&error))?;
        rows.into_iter().map(|text| self.parse("a stage of levers", &text)).collect()
    }

    /// Every look at these data so far, the earliest first.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn looks(&self, data: &str) -> Result<Vec<LookRecord>, StoreError> {
        let query = "SELECT at, candidates FROM looks WHERE data = ?1 ORDER BY id";
        let mut statement = self.reader().connection.prepare(query).map_err(|error| self.fault(&error))?;
        let rows = statement
            .query_map([data], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
            .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
            .map_err(|error| self.fault(&error))?;
        let record = |(at, (when, text)): (usize, (String, String))| {
            let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
            Ok(LookRecord { number, at: when, candidates: self.parse("a look", &text)? })
        };
        rows.into_iter().enumerate().map(record).collect()
    }

    pub(super) fn write(&self, statement: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
        let run = |mut prepared: rusqlite::CachedStatement<'_>| prepared.execute(values).map(drop);
        self.writer()?.connection.prepare_cached(statement).and_then(run).map_err(|error| self.fault(&error))
    }

    /// Does both or neither of what `work` writes.
    pub(super) fn whole(&self, work: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let whole = self.writer()?.connection.unchecked_transaction().map_err(|error| self.fault(&error))?;
        work()?;
        whole.commit().map_err(|error| self.fault(&error))
    }

    pub(super) fn text(&self, query: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Option<String>, StoreError> {
        let run = |mut prepared: rusqlite::CachedStatement<'_>| prepared.query_row(values, |row| row.get(0)).optional();
        self.reader().connection.prepare_cached(query).and_then(run).map_err(|error| self.fault(&error))
    }

    pub(super) fn json(&self, what: &'static str, value: &impl Serialize) -> Result<String, StoreError> {
        serde_json::to_string(value).map_err(|error| self.broken(what, &error))
    }

    pub(super) fn parse<T: DeserializeOwned>(&self, what: &'static str, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|error| self.broken(what, &error))
    }

    pub(super) fn fault(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::from_sqlite(&self.path, error)
    }

    fn broken(&self, what: &'static str, error: &impl std::fmt::Display) -> StoreError {
        StoreError::Record { path: self.path.clone(), what, detail: error.to_string() }
    }
}

/// A checksum of these parts and of where each ends.
fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    hasher.finalize().as_bytes()[..16].to_vec()
}

/// The key of failures to time the model of a trial: never that of a trial, so an older lagom does not see them.
fn untimed_key(key: &str) -> String {
    format!("{key}/timing")
}
