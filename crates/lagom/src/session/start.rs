//! Starting a session, and opening one again.

use std::path::{Path, PathBuf};

use super::error::SessionError;
use super::prepare::{Prepared, prepare_loaded};
use crate::data::{Dataset, Loaded};
use crate::measure::Machine;
use crate::store::{RunRecord, Store, StoreError};
use crate::study::Overrides;

/// A study in its folder.
#[derive(Debug)]
pub struct Session {
    /// The folder: store, prepared data, reports and the bundle.
    pub folder: PathBuf,
    /// The study with its data, terms and plan.
    pub prepared: Prepared,
    /// The machine the trials ran on.
    pub(super) machine: Machine,
    pub(super) store: Store,
}

impl Session {
    /// Opens or makes the folder and writes down what is about to be run.
    ///
    /// # Errors
    /// The folder can't be written, or its store can't be used.
    pub fn start(prepared: Prepared, folder: &Path) -> Result<Self, SessionError> {
        let store = Store::create(folder)?;
        let machine = Machine::here();
        let models = folder.join("models");
        std::fs::create_dir_all(&models).map_err(|error| SessionError::Write { path: models.clone(), error })?;
        sweep(&models);
        prepared.loaded.dataset.write(&folder.join("data.bin"))?;
        store.add_run(&RunRecord {
            study: prepared.study.clone(),
            source: prepared.source.clone(),
            schema: prepared.loaded.schema.clone(),
            data: prepared.digest.clone(),
            notes: prepared.loaded.notes.clone(),
            machine: machine.clone(),
        })?;
        Ok(Self { folder: folder.to_owned(), prepared, machine, store })
    }

    /// Opens a study that was run before, with another margin or other limits if any are given.
    ///
    /// # Errors
    /// There is no study, its store can't be used, or the overrides make no sense.
    pub fn reopen(folder: &Path, overrides: &Overrides) -> Result<Self, SessionError> {
        let store = Store::open(folder)?;
        let run = store.last_run()?.ok_or_else(|| StoreError::Missing { path: folder.to_owned() })?;
        let dataset = Dataset::read(&folder.join("data.bin"))?;
        let study = run.study.with(overrides)?;
        let loaded = Loaded { dataset, schema: run.schema, notes: run.notes };
        let prepared = prepare_loaded(study, run.source, loaded)?;
        Ok(Self { folder: folder.to_owned(), prepared, machine: run.machine, store })
    }

    /// The file of the prepared data set, for workers.
    pub(super) fn data(&self) -> PathBuf {
        let path = self.folder.join("data.bin");
        std::path::absolute(&path).unwrap_or(path)
    }

    /// The bundle of a trial.
    pub(super) fn model(&self, key: &str) -> PathBuf {
        let path = self.folder.join("models").join(format!("{key}.lagom"));
        std::path::absolute(&path).unwrap_or(path)
    }
}

/// Removes what a killed worker left half-written.
fn sweep(models: &Path) {
    let Ok(files) = std::fs::read_dir(models) else { return };
    for file in files.flatten() {
        if file.path().extension().is_some_and(|end| end == "part") {
            // It would only take room; the next sweep tries again.
            let _ = std::fs::remove_file(file.path());
        }
    }
}
