//! Starting a session, and opening one again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::error::SessionError;
use super::estimate::Estimate;
use super::guard::Guard;
use super::memory::Memory;
use super::prepare::{Prepared, prepare_loaded};
use crate::data::{Dataset, Loaded};
use crate::measure::Machine;
use crate::store::{RunRecord, Store, StoreError};
use crate::study::{LadderSpec, Overrides};
use crate::verdict::Terms;

/// A study in its folder.
#[derive(Debug)]
pub struct Session {
    /// The folder: store, prepared data, reports and the bundle.
    pub folder: PathBuf,
    /// The study with its data, terms and plan.
    pub prepared: Prepared,
    /// The terms of the run: what the climb asks for follows from them, whatever the verdict is asked under.
    pub(super) asked_under: Terms,
    /// The ladder of the run, with its policy.
    pub(super) ladder: LadderSpec,
    /// What trials will cost; worked out once.
    estimates: OnceLock<Vec<Estimate>>,
    /// The machine the trials ran on.
    pub(super) machine: Machine,
    pub(super) store: Store,
    /// Addresses of the first trials that this run has measurements of: each is to be timed.
    pub(super) first: RefCell<BTreeSet<String>>,
    /// What the folder has to stay like while the run goes on.
    pub(super) guard: Guard,
    /// What this run remembers while it asks models.
    pub(super) asking: Memory,
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
            cautions: prepared.loaded.cautions.clone(),
            machine: machine.clone(),
        })?;
        let (asked_under, ladder) = (prepared.terms.clone(), prepared.study.ladder.clone());
        let estimates = OnceLock::new();
        let (guard, folder) = (Guard::of(folder)?, folder.to_owned());
        let (first, asking) = (RefCell::default(), Memory::default());
        Ok(Self { folder, prepared, asked_under, ladder, estimates, machine, store, first, guard, asking })
    }

    /// Opens a study that was run before, with another margin or other limits if any are given.
    ///
    /// # Errors
    /// There is no study, its store can't be used, or the overrides make no sense.
    pub fn reopen(folder: &Path, overrides: &Overrides) -> Result<Self, SessionError> {
        let store = Store::open(folder)?;
        let run = store.last_run()?.ok_or_else(|| StoreError::Missing { path: folder.to_owned() })?;
        let dataset = Dataset::read(&folder.join("data.bin"))?;
        let asked_under = Terms::of(&run.study, &dataset);
        let ladder = run.study.ladder.clone();
        let study = run.study.with(overrides)?;
        let written = dataset.target.rows();
        let (notes, cautions) = (run.notes, run.cautions);
        let loaded = Loaded { dataset, schema: run.schema, notes, cautions, numbers: Vec::new(), written };
        let prepared = prepare_loaded(study, run.source, loaded)?;
        let (machine, estimates) = (run.machine, OnceLock::new());
        let (guard, folder) = (Guard::of(folder)?, folder.to_owned());
        let (first, asking) = (RefCell::default(), Memory::default());
        Ok(Self { folder, prepared, asked_under, ladder, estimates, machine, store, first, guard, asking })
    }

    /// What one trial of each candidate will cost.
    pub(super) fn estimates(&self) -> &[Estimate] {
        self.estimates.get_or_init(|| self.prepared.estimates())
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
