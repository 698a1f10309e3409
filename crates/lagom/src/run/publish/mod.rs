//! What is handed over: the reports, and the choice, refitted on all rows, or all but a holdout that the user gave.

mod cascade;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::conclusion::Conclusion;
use super::crew::{ATTEMPTS, Crew, Task, garbled, of_a_candidate};
use super::error::RunError;
use super::progress::{Progress, Stage, Tracker};
use super::workspace::Workspace;
use crate::bundle::{Beside, Bundle, Seen};
use crate::candidate::{Candidate, TunedParams};
use crate::data::{HoldoutAccess, Sealed, seed, write_whole};
use crate::levers::MovedChoice;
use crate::metric::score;
use crate::report::{self, Findings, Handover};
use crate::trial::{Executor, Failure, Job, RefitSpec, Report, TrialStats};

/// File name of the bundle within the study's folder.
pub const MODEL_FILE: &str = "model.lagom";

/// What is kept of a refit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refit {
    /// The candidate.
    candidate: String,
    facts: TrialStats,
    sealed: Sealed,
}

/// Hands over what a verdict asks for: the model and the reports, in the folder of a workspace. Decides nothing.
pub(super) struct Publisher<'a> {
    workspace: &'a Workspace,
    /// What takes the place of the verdict's choice; none where that stands.
    moved: Option<MovedChoice>,
}

impl<'a> Publisher<'a> {
    /// One in this workspace.
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace, moved: None }
    }

    /// The same where a lever moved the choice of the verdict down.
    pub(super) fn moved_to(self, moved: Option<MovedChoice>) -> Self {
        Self { moved, ..self }
    }

    /// Refits the choice with what its repeats settled on and writes the bundle, unless it is there.
    ///
    /// With no choice there is nothing to hand over, and an older bundle is removed.
    ///
    /// # Errors
    /// It was stopped, the store can't be written, no worker can be started, or the refit fails.
    pub(super) fn publish(
        &self,
        conclusion: &Conclusion,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        self.workspace.guard.check()?;
        let path = self.file();
        if let Some(cascade) = self.cascade(conclusion) {
            return self.publish_cascade(&cascade, executor, listener);
        }
        let Some(spec) = self.choice(conclusion) else {
            // An older run's bundle must not pass for this verdict's.
            let _ = std::fs::remove_file(path);
            return Ok(());
        };
        let key = spec.key();
        if self.workspace.store.refit::<Refit>(&key)?.is_some() && self.is_current(&key) {
            return Ok(());
        }
        // Until the new one is there none is better than that of another verdict.
        let _ = std::fs::remove_file(&path);
        let candidate = spec.candidate.name.clone();
        if let Some(failure) = self.refit(&spec, &self.file(), executor, listener)? {
            return Err(RunError::Refit { candidate, failure: failure.short() });
        }
        self.put_beside();
        Ok(())
    }

    /// Refits into a file, as often as it is worth it; what the last attempt failed by, if it did.
    fn refit(
        &self,
        spec: &RefitSpec,
        path: &Path,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<Option<Failure>, RunError> {
        let job = || Job::Refit {
            spec: spec.clone(),
            data: self.workspace.data(),
            schema: self.workspace.prepared.loaded.schema.clone(),
            bundle: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
        };
        let mut tracker = Tracker::new(Stage::Refit, listener);
        tracker.progress.add(1, 0);
        let mut failed = None;
        for attempt in 1..=ATTEMPTS {
            failed = None;
            let name = spec.candidate.name.clone();
            let tasks = vec![Task { job: job(), name: name.clone(), work: 1.0 }];
            Crew::of(self.workspace, executor, attempt).run(tasks, &mut tracker, &mut |_, ended| {
                failed = match ended {
                    Ok(Report::Refit(facts, sealed)) => {
                        let refit = Refit { candidate: name.clone(), facts: *facts, sealed };
                        self.workspace.store.add_refit(&spec.key(), &refit)?;
                        None
                    }
                    Ok(_) => Some(garbled("the worker answered another question".to_owned())),
                    Err(failure) => Some(of_a_candidate(failure)?),
                };
                Ok(())
            })?;
            if !failed.as_ref().is_some_and(Failure::worth_retrying) {
                break;
            }
            if attempt < ATTEMPTS {
                tracker.progress.again(1);
            }
        }
        Ok(failed)
    }

    /// Writes `report.html`, `report.json` and `report.md` into the folder, each whole or not at all.
    ///
    /// # Errors
    /// The folder can't be written or the disk is full.
    pub(super) fn write_reports(&self, findings: &Findings) -> Result<(), RunError> {
        let files = [
            ("report.json", report::json(findings)),
            ("report.md", report::markdown(findings)),
            ("report.html", report::html(findings)),
        ];
        for (name, text) in files {
            let path = self.workspace.folder.join(name);
            write_whole(&path, text.as_bytes()).map_err(|error| RunError::Write { path, error })?;
        }
        Ok(())
    }

    /// Where the bundle is.
    fn file(&self) -> PathBuf {
        self.workspace.folder.join(MODEL_FILE)
    }

    /// Puts what the inputs held in training beside the model, for warnings of `predict`: without it there are none.
    fn put_beside(&self) {
        let path = self.file();
        let Ok(mut bundle) = Bundle::read(&path) else { return };
        let prepared = &self.workspace.prepared;
        let (dataset, study) = (&prepared.loaded.dataset, &prepared.study);
        let rows = self.workspace.handed_over_rows();
        let seen = dataset.columns.iter().map(|column| Seen::of(column, &rows)).collect();
        bundle.beside = Beside { seen, missing: study.task.cells.missing.clone() };
        // The model is there in any case.
        let _ = bundle.write(&path);
    }

    /// The model that was handed over for this verdict, if it was.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn handover(&self, conclusion: &Conclusion) -> Result<Option<Handover>, RunError> {
        if let Some(cascade) = self.cascade(conclusion) {
            return self.handover_cascade(&cascade);
        }
        let Some(spec) = self.choice(conclusion) else { return Ok(None) };
        let Some(refit) = self.workspace.store.refit::<Refit>(&spec.key())? else { return Ok(None) };
        if !self.is_current(&spec.key()) {
            return Ok(None);
        }
        let name = &spec.candidate.name;
        // All that was trained often enough to be a choice was looked at: this opens nothing new.
        let outcomes = refit.sealed.open(&HoldoutAccess::at(std::slice::from_ref(name)), name);
        let quality = outcomes.and_then(|outcomes| score(self.workspace.prepared.terms.metric, &outcomes).ok());
        Ok(Some(Handover {
            candidate: name.clone(),
            file: MODEL_FILE.to_owned(),
            parameters: refit.facts.parameters,
            bytes: refit.facts.bytes,
            rows: refit.facts.train_rows,
            holdout_quality: quality.map(|scored| scored.value),
        }))
    }

    /// Whether the bundle in the folder is that of this refit.
    fn is_current(&self, key: &str) -> bool {
        Bundle::read(&self.file()).is_ok_and(|bundle| bundle.origin.trial == key)
    }

    /// The refit that a verdict asks for: its choice, or what the stage of levers moved it to, with what the repeats settled on.
    fn choice(&self, conclusion: &Conclusion) -> Option<RefitSpec> {
        match &self.moved {
            Some(moved) => Some(self.spec(&moved.candidate, moved.settled)),
            None => conclusion.verdict.choice.as_ref().and_then(|name| self.refit_of(conclusion, name)),
        }
    }

    /// The refit of a candidate, with what its repeats settled on; none of what is not trained here.
    fn refit_of(&self, conclusion: &Conclusion, name: &str) -> Option<RefitSpec> {
        let candidate = self.workspace.prepared.plan.candidates.iter().find(|one| one.name == *name)?;
        let trials = &conclusion.analysis.screening.row(name)?.trials;
        let settled: Vec<TunedParams> = trials.iter().map(|facts| facts.settled).collect();
        Some(self.spec(candidate, TunedParams::median(&settled)))
    }

    fn spec(&self, candidate: &Candidate, settled: TunedParams) -> RefitSpec {
        RefitSpec {
            candidate: candidate.clone(),
            settled,
            seed: seed::derive(self.workspace.prepared.study.trials.seed, "refit", 0),
            give_back: self.workspace.gives_back(),
            data: self.workspace.prepared.digest.clone(),
        }
    }
}
