//! Opening a store: format version, lock, tables that only grow.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::StoreError;
use crate::data::is_full;

/// The format this program writes.
///
/// 2: answers of models that are asked, and trainings that were ended early.
const FORMAT: u32 = 2;

/// Tables; the triggers below keep them append-only.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trials (key TEXT PRIMARY KEY, at TEXT NOT NULL, spec TEXT NOT NULL, facts TEXT NOT NULL,
    examples BLOB NOT NULL, validation BLOB NOT NULL, train BLOB NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS stopped (key TEXT PRIMARY KEY, at TEXT NOT NULL, request TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failures (id INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, spec TEXT NOT NULL,
    failure TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deployments (key TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refits (key TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS looks (id INTEGER PRIMARY KEY, at TEXT NOT NULL, data TEXT NOT NULL, rule TEXT NOT NULL UNIQUE,
    candidates TEXT NOT NULL);
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
const GUARDED: [&str; 11] = [
    "runs",
    "trials",
    "stopped",
    "failures",
    "deployments",
    "refits",
    "looks",
    "answers",
    "call_failures",
    "models",
    "spending",
];

/// An open store.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Held while the store is open for writing: one run a study at a time.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store of a study's folder for writing, and makes it where there is none.
    ///
    /// # Errors
    /// The folder can't be written, another run holds it, or the file is no store this program can write.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        let unwritable = |path: &Path, error: &std::io::Error| match is_full(error) {
            true => StoreError::Full { path: path.to_owned() },
            false => StoreError::Unwritable { path: path.to_owned(), detail: error.to_string() },
        };
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(|error| unwritable(folder, &error))?;
        if lock.try_lock().is_err() {
            return Err(StoreError::Busy { path: folder.to_owned() });
        }
        let path = folder.join("store.sqlite");
        check_header(&path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection =
            Connection::open_with_flags(&path, flags).map_err(|error| StoreError::from_sqlite(&path, &error))?;
        let store = Self { connection, path, _lock: Some(lock) };
        store.check()?;
        store.prepare().map_err(|error| StoreError::from_sqlite(&store.path, &error))?;
        Ok(store)
    }

    /// Opens the store of a study that was run before.
    ///
    /// # Errors
    /// As [`Store::create`]; and there is no store in `folder`.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        if !folder.join("store.sqlite").is_file() {
            return Err(StoreError::Missing { path: folder.to_owned() });
        }
        Self::create(folder)
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

/// A file that exists must begin as SQLite's do: SQLite itself would take a short file for a new store.
fn check_header(path: &Path) -> Result<(), StoreError> {
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    let mut start = Vec::new();
    let read = file.by_ref().take(100).read_to_end(&mut start);
    match read {
        Ok(0) => Ok(()),
        Ok(_) if !start.starts_with(b"SQLite format 3\0") => Err(StoreError::NotSqlite { path: path.to_owned() }),
        Ok(count) if count < 100 => {
            Err(StoreError::Damaged { path: path.to_owned(), detail: format!("it ends after {count} bytes") })
        }
        _ => Ok(()),
    }
}
