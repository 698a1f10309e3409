//! What is handed over: the reports, and the choice, refitted on all rows, or all but a holdout that the user gave.

mod cascade;
mod differences;
mod refit;
#[cfg(test)]
mod tests;
mod weights;

pub use weights::WEIGHTS_FOLDER;

use std::path::PathBuf;

use self::refit::{RefitPlan, is_of};
use super::conclusion::Conclusion;
use super::error::RunError;
use super::progress::Progress;
use super::workspace::Workspace;
use crate::bundle::{Beside, Bundle, Seen};
use crate::candidate::TunedParams;
use crate::data::{HoldoutAccess, Inputs, write_whole};
use crate::explanation::Background;
use crate::levers::MovedChoice;
use crate::metric::score;
use crate::report::{self, Findings, Handover};
use crate::trial::Executor;

/// File name of the bundle within the study's folder.
pub const MODEL_FILE: &str = "model.lagom";

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
        self.publish_weights(conclusion)?;
        let Some(plan) = self.choice(conclusion) else {
            // An older run's bundle must not pass for this verdict's.
            let _ = std::fs::remove_file(path);
            return Ok(());
        };
        if let Some(best) = self.best(&plan)?.filter(|best| best.is_settled)
            && self.is_current(&best.key)
        {
            self.complete();
            return Ok(());
        }
        // Until the new one is there none is better than that of another verdict.
        let _ = std::fs::remove_file(&path);
        self.refit(&plan, &path, executor, listener)?;
        self.put_beside();
        Ok(())
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

    /// Puts into the bundle what an older lagom did not write.
    fn complete(&self) {
        if Bundle::read(&self.file()).is_ok_and(|bundle| bundle.background.is_none()) {
            self.put_beside();
        }
    }

    /// Puts beside the model what the inputs held in training, for warnings of `predict` and for `explain-row`: without it there are none.
    fn put_beside(&self) {
        let path = self.file();
        let Ok(mut bundle) = Bundle::read(&path) else { return };
        let prepared = &self.workspace.prepared;
        let (dataset, study) = (&prepared.loaded.dataset, &prepared.study);
        let rows = self.workspace.handed_over_rows();
        let seen = dataset.columns.iter().map(|column| Seen::of(column, &rows)).collect();
        bundle.beside = Beside { seen, missing: study.task.cells.missing.clone() };
        bundle.background = Background::of(&bundle.model, &Inputs { columns: &dataset.columns, rows: &rows }).ok();
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
        let Some(plan) = self.choice(conclusion) else { return self.handover_weights(conclusion) };
        let Some(best) = self.best(&plan)?.filter(|best| self.is_current(&best.key)) else { return Ok(None) };
        let name = &plan.candidate.name;
        // All that was trained often enough to be a choice was looked at: this opens nothing new.
        let outcomes = best.report.sealed.open(&HoldoutAccess::at(std::slice::from_ref(name)), name);
        let quality = outcomes.and_then(|outcomes| score(self.workspace.prepared.terms.metric, &outcomes).ok());
        Ok(Some(Handover {
            candidate: name.clone(),
            file: MODEL_FILE.to_owned(),
            parameters: best.report.facts.parameters,
            bytes: std::fs::metadata(self.file()).map_or(best.report.facts.bytes, |file| file.len()),
            bytes_beside: best.report.facts.bytes_beside,
            rows: best.report.facts.train_rows,
            holdout_quality: quality.map(|scored| scored.value),
            shortfalls: self.shortfall(&plan, &best).into_iter().collect(),
            calibration: best.report.facts.calibration,
            as_asked: false,
        }))
    }

    /// Whether the bundle in the folder is that of this refit.
    fn is_current(&self, key: &str) -> bool {
        is_of(&self.file(), key)
    }

    /// The refit that a verdict asks for: its choice, or what the stage of levers moved it to, with what the repeats settled on.
    fn choice(&self, conclusion: &Conclusion) -> Option<RefitPlan> {
        match &self.moved {
            Some(moved) => Some(RefitPlan {
                candidate: moved.candidate.clone(),
                settled: moved.settled,
                repeats: moved.train_by_repeat.clone(),
                calibrate: self.workspace.prepared.study.calibrate,
            }),
            None => conclusion.verdict.choice.as_ref().and_then(|name| self.refit_of(conclusion, name)),
        }
    }

    /// The refit of a candidate, with what its repeats settled on; none of what is not trained here.
    fn refit_of(&self, conclusion: &Conclusion, name: &str) -> Option<RefitPlan> {
        let candidate = self.workspace.prepared.plan.candidates.iter().find(|one| one.name == *name)?;
        let row = conclusion.analysis.screening.row(name)?;
        let settled: Vec<TunedParams> = row.trials.iter().map(|facts| facts.settled).collect();
        Some(RefitPlan {
            candidate: candidate.clone(),
            settled: TunedParams::median(&settled),
            repeats: row.train_by_repeat.clone(),
            calibrate: self.workspace.prepared.study.calibrate,
        })
    }
}
