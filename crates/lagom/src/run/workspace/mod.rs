//! A study in its folder: what was prepared, the store, and what the store has of the trials. Nothing is decided or run here.

mod guard;
mod outcome;
mod trials;

pub(crate) use outcome::Outcome;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::error::RunError;
use super::prepare::{Estimate, Prepared, prepare_loaded};
use crate::candidate::Candidate;
use crate::data::{Dataset, Loaded};
use crate::measure::Machine;
use crate::store::{RunRecord, Store, StoreError};
use crate::study::{FamilyId, LadderSpec, Overrides};
use crate::verdict::{Terms, Verdict};
use guard::Guard;

/// A study in its folder.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder: store, prepared data, reports and the bundle.
    pub(crate) folder: PathBuf,
    /// The study with its data, terms and plan.
    pub(crate) prepared: Prepared,
    /// The terms of the run: what the climb asks for follows from them, whatever the verdict is asked under.
    pub(crate) asked_under: Terms,
    /// The ladder of the run, with its policy.
    pub(crate) ladder: LadderSpec,
    /// The machine the trials ran on.
    pub(crate) machine: Machine,
    pub(crate) store: Store,
    /// What the folder has to stay like while the run goes on.
    pub(crate) guard: Guard,
    /// What trials will cost; worked out once.
    estimates: OnceLock<Vec<Estimate>>,
}

impl Workspace {
    /// Opens or makes the folder and writes down what is about to be run.
    pub(crate) fn start(prepared: Prepared, folder: &Path) -> Result<Self, RunError> {
        let store = Store::create(folder)?;
        let machine = Machine::here();
        let models = folder.join("models");
        std::fs::create_dir_all(&models).map_err(|error| RunError::Write { path: models.clone(), error })?;
        sweep(&models);
        prepared.loaded.dataset.write(&folder.join("data.bin"))?;
        store.add_run(&RunRecord {
            study: prepared.study.clone(),
            source: prepared.source.clone(),
            schema: prepared.loaded.schema.clone(),
            data: prepared.digest.clone(),
            notes: prepared.loaded.notes.clone(),
            cautions: prepared.loaded.cautions.clone(),
            slices: prepared.loaded.slices.clone(),
            machine: machine.clone(),
        })?;
        let (asked_under, ladder) = (prepared.terms.clone(), prepared.study.ladder.clone());
        let (guard, folder, estimates) = (Guard::of(folder)?, folder.to_owned(), OnceLock::new());
        Ok(Self { folder, prepared, asked_under, ladder, machine, store, guard, estimates })
    }

    /// Opens a study that was run before, with another margin or other limits if any are given.
    pub(crate) fn reopen(folder: &Path, overrides: &Overrides) -> Result<Self, RunError> {
        let store = Store::open(folder)?;
        let run = store.last_run()?.ok_or_else(|| StoreError::Missing { path: folder.to_owned() })?;
        let dataset = Dataset::read(&folder.join("data.bin"))?;
        let asked_under = Terms::of(&run.study, &dataset);
        let ladder = run.study.ladder.clone();
        let study = run.study.with(overrides)?;
        let written = dataset.target.rows();
        let (notes, cautions) = (run.notes, run.cautions);
        let loaded =
            Loaded { dataset, schema: run.schema, notes, cautions, numbers: Vec::new(), written, slices: run.slices };
        let prepared = prepare_loaded(study, run.source, loaded)?;
        let (guard, folder, estimates) = (Guard::of(folder)?, folder.to_owned(), OnceLock::new());
        Ok(Self { folder, prepared, asked_under, ladder, machine: run.machine, store, guard, estimates })
    }

    /// What one trial of each candidate will cost.
    pub(crate) fn estimates(&self) -> &[Estimate] {
        self.estimates.get_or_init(|| self.prepared.estimates())
    }

    /// The file of the prepared data set, for workers.
    pub(crate) fn data(&self) -> PathBuf {
        let path = self.folder.join("data.bin");
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Whether the choice of a verdict is a model that is trained here.
    pub(crate) fn trained(&self, verdict: &Verdict) -> bool {
        let is_choice = |one: &Candidate| Some(&one.name) == verdict.choice.as_ref();
        self.prepared.plan.candidates.iter().any(|one| one.spec.family != FamilyId::BASELINE && is_choice(one))
    }

    /// The bundle of a trial.
    pub(crate) fn model(&self, key: &str) -> PathBuf {
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
