//! A choice that is weights trained here and then asked: the very weights that answered are handed over, as a folder that other tools read.

use std::path::{Path, PathBuf};

use super::Publisher;
use crate::data::write_whole;
use crate::report::Handover;
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::prompted::{Place, identity};
use crate::study::ModelSpec;

/// Name of the folder of weights within the study's folder.
pub const WEIGHTS_FOLDER: &str = "handed-over";
/// The file in it that says which weights they are.
const MARK: &str = "lagom.json";

impl Publisher<'_> {
    /// Writes the trained weights that a verdict chose into their folder, unless they are there. Where it chose none, those of an older verdict are
    /// removed.
    ///
    /// # Errors
    /// The weights that they came of are gone, or the folder can't be written.
    pub(super) fn publish_weights(&self, conclusion: &Conclusion) -> Result<(), RunError> {
        let folder = self.weights_folder();
        let Some(called) = self.trained_weights(conclusion) else {
            // Only what was written here is removed.
            if folder.join(MARK).is_file() {
                let _ = std::fs::remove_dir_all(&folder);
            }
            return Ok(());
        };
        let mark = self.mark(called)?;
        if self.is_marked(&mark) {
            return Ok(());
        }
        let refit = |failure: String| RunError::Refit { candidate: called.name.clone(), failure };
        if folder.exists() && !folder.join(MARK).is_file() {
            return Err(refit(format!("`{}` is there and was not written by lagom: move it away", folder.display())));
        }
        let place = Place { folder: Some(self.workspace.folder.clone()), ..Place::default() };
        self.workspace.prepared.write_trained(called, &place, &folder).map_err(|error| refit(error.to_string()))?;
        let path = folder.join(MARK);
        write_whole(&path, mark.as_bytes()).map_err(|error| RunError::Write { path, error })
    }

    /// The weights that were handed over for this verdict, if it chose such.
    ///
    /// # Errors
    /// Who the candidate is can't be told any more.
    pub(super) fn handover_weights(&self, conclusion: &Conclusion) -> Result<Option<Handover>, RunError> {
        let Some(called) = self.trained_weights(conclusion) else { return Ok(None) };
        if !self.is_marked(&self.mark(called)?) {
            return Ok(None);
        }
        let row = conclusion.analysis.screening.row(&called.name);
        let calls = row.and_then(|row| row.calls.as_ref());
        Ok(Some(Handover {
            candidate: called.name.clone(),
            file: WEIGHTS_FOLDER.to_owned(),
            parameters: calls.and_then(|calls| calls.parameters).unwrap_or_default(),
            bytes: bytes_of(&self.weights_folder()),
            bytes_beside: 0,
            rows: calls.and_then(|calls| calls.training.as_ref()).map_or(0, |training| training.rows),
            holdout_quality: None,
            shortfalls: Vec::new(),
            calibration: None,
            as_asked: true,
        }))
    }

    /// The candidate of trained weights that a verdict chose.
    fn trained_weights(&self, conclusion: &Conclusion) -> Option<&ModelSpec> {
        let name = conclusion.verdict.choice.as_ref()?;
        let called = self.workspace.prepared.study.candidates.iter().find(|called| called.name == *name)?;
        called.backend.own_weights().filter(|own| own.adapt.is_tuned()).map(|_| called)
    }

    fn weights_folder(&self) -> PathBuf {
        self.workspace.folder.join(WEIGHTS_FOLDER)
    }

    /// What says which weights a folder holds: their content and all that their training hangs on.
    fn mark(&self, called: &ModelSpec) -> Result<String, RunError> {
        let backend = self.workspace.prepared.backend(called, &Place::default());
        let weights = identity(called, backend.as_ref())?.file.unwrap_or_default();
        Ok(serde_json::json!({ "candidate": called.name, "weights": weights }).to_string())
    }

    fn is_marked(&self, mark: &str) -> bool {
        std::fs::read_to_string(self.weights_folder().join(MARK)).is_ok_and(|found| found == mark)
    }
}

/// Bytes of the files in a folder.
fn bytes_of(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
}
