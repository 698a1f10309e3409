//! Opening a store: format version, tables that only grow.

use std::cell::{OnceCell, RefCell};
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{StoreError, open};

/// The format this program writes.
///
/// 2: answers of models that are asked, and trainings that were ended early. 3: stages of levers. 4: figures of probes.
const FORMAT: u32 = 4;

/// Tables; the triggers below keep them append-only.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trials (key TEXT PRIMARY KEY, at TEXT NOT NULL, spec TEXT NOT NULL, facts TEXT NOT NULL,
    examples BLOB NOT NULL, validation BLOB NOT NULL, train BLOB NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS digests (key TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stopped (key TEXT PRIMARY KEY, at TEXT NOT NULL, request TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failures (id INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, spec TEXT NOT NULL,
    failure TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deployments (key TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refits (key TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS looks (id INTEGER PRIMARY KEY, at TEXT NOT NULL, data TEXT NOT NULL, rule TEXT NOT NULL UNIQUE,
    candidates TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS stages (id INTEGER PRIMARY KEY, at TEXT NOT NULL, data TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS probes (key TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS call_failures (id INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL,
    record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS models (settings TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spending (id INTEGER PRIMARY KEY, at TEXT NOT NULL, model TEXT NOT NULL, key TEXT NOT NULL,
    calls INTEGER NOT NULL, prompt INTEGER NOT NULL, cached INTEGER NOT NULL, completion INTEGER NOT NULL,
    money REAL NOT NULL);
CREATE INDEX IF NOT EXISTS spending_key ON spending (key);
CREATE INDEX IF NOT EXISTS call_failures_key ON call_failures (key);
";

/// The tables that hold evidence.
const GUARDED: [&str; 14] = [
    "runs",
    "trials",
    "stopped",
    "failures",
    "deployments",
    "refits",
    "looks",
    "stages",
    "probes",
    "answers",
    "call_failures",
    "models",
    "spending",
    "digests",
];

/// An open store.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Held while the store is open: one writer a study at a time, or readers.
    lock: RefCell<Option<File>>,
    /// Whether it was opened for reading alone.
    reads: bool,
    /// Where one that was opened for reading has something to write after all.
    writer: OnceCell<Box<Store>>,
}

impl Store {
    /// Opens the store of a study's folder for writing, and makes it where there is none.
    ///
    /// # Errors
    /// The folder can't be written, another run holds it for longer than a verdict takes, or the file is no store this program
    /// can write.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        let lock = open::lock(folder)?;
        let path = folder.join("store.sqlite");
        let store = Self::of(open::writable(&path)?, path, Some(lock), false);
        store.check()?;
        store.prepare().map_err(|error| StoreError::from_sqlite(&store.path, &error))?;
        Ok(store)
    }

    /// Opens the store of a study that was run before, to read it; a folder that can't be written will do. Only where something
    /// is written to it after all (a further look) it is opened for that, as [`Store::create`] does.
    ///
    /// # Errors
    /// As [`Store::create`]; and there is no store in `folder`.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("store.sqlite");
        if !path.is_file() {
            return Err(StoreError::Missing { path: folder.to_owned() });
        }
        let (connection, lock) = open::readable(folder, &path)?;
        let store = Self::of(connection, path, lock, true);
        store.check()?;
        if store.is_whole()? {
            return Ok(store);
        }
        // One that an older lagom wrote is brought up to date.
        drop(store);
        Self::create(folder)
    }

    fn of(connection: Connection, path: PathBuf, lock: Option<File>, reads: bool) -> Self {
        Self { connection, path, lock: RefCell::new(lock), reads, writer: OnceCell::new() }
    }

    /// The store as it is written to.
    ///
    /// # Errors
    /// As [`Store::create`].
    pub(super) fn writer(&self) -> Result<&Self, StoreError> {
        if !self.reads {
            return Ok(self);
        }
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        // Its own lock of a reader would be waited for in vain.
        drop(self.lock.take());
        let writer = Box::new(Self::create(self.path.parent().unwrap_or(Path::new(".")))?);
        Ok(self.writer.get_or_init(|| writer))
    }

    /// The store as it is read: with what was written since it was opened.
    pub(super) fn reader(&self) -> &Self {
        self.writer.get().map_or(self, |writer| writer)
    }

    /// Whether all tables are there.
    fn is_whole(&self) -> Result<bool, StoreError> {
        let fault = |error: rusqlite::Error| StoreError::from_sqlite(&self.path, &error);
        let query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
        for table in GUARDED {
            let there: u32 = self.connection.query_row(query, [table], |row| row.get(0)).map_err(fault)?;
            if there == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        // All or nothing: a full disk or a kill must not leave tables without a format behind.
        let whole = self.connection.unchecked_transaction()?;
        self.connection.execute_batch(TABLES)?;
        for table in GUARDED {
            for change in ["UPDATE", "DELETE"] {
                self.connection.execute_batch(&format!(
                    "CREATE TRIGGER IF NOT EXISTS no_{change}_{table} BEFORE {change} ON {table}
                     BEGIN SELECT RAISE(ABORT, 'the store only grows'); END;"
                ))?;
            }
        }
        self.connection.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?1)", [FORMAT.to_string()])?;
        whole.commit()
    }

    /// Refuses a damaged file and one of a newer format.
    fn check(&self) -> Result<(), StoreError> {
        let fault = |error: rusqlite::Error| StoreError::from_sqlite(&self.path, &error);
        let verdict: String =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(fault)?;
        if verdict != "ok" {
            return Err(StoreError::Damaged { path: self.path.clone(), detail: verdict });
        }
        let tables = "SELECT count(*) FROM sqlite_master WHERE name = 'meta'";
        let known: u32 = self.connection.query_row(tables, [], |row| row.get(0)).map_err(fault)?;
        if known == 0 {
            return Ok(());
        }
        let query = "SELECT value FROM meta WHERE key = 'format'";
        let text: String = self.connection.query_row(query, [], |row| row.get(0)).map_err(fault)?;
        match text.parse::<u32>() {
            Ok(found) if found <= FORMAT => Ok(()),
            Ok(found) => Err(StoreError::Newer { path: self.path.clone(), found, known: FORMAT }),
            Err(error) => {
                Err(StoreError::Record { path: self.path.clone(), what: "the format", detail: error.to_string() })
            }
        }
    }
}
