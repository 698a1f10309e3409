//! Whether the models that a study asks are there, found out without asking them a question.

use super::backends::{Place, told};
use super::prompted_model::PromptedModel;
use crate::run::error::RunError;
use crate::run::prepare::Prepared;

/// What was found where a model is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Name of the candidate.
    pub name: String,
    /// What is there, in words.
    pub found: String,
    /// What may keep it from answering.
    pub warning: Option<String>,
}

impl Prepared {
    /// Looks for the key, the server, the program or the file of every candidate that is asked, which costs nothing and starts
    /// nothing: a server is asked for its list of models alone.
    ///
    /// # Errors
    /// What is not there, each with what to do about it.
    pub fn look_for_models(&self) -> Result<Vec<Sight>, RunError> {
        let (callers, mut faults) = self.callers_and_faults();
        let mut seen = Vec::new();
        for caller in callers {
            match self.look_for(&caller) {
                Ok(sight) => seen.push(sight),
                Err(error) => faults.push(error),
            }
        }
        RunError::all(faults).map_or(Ok(seen), Err)
    }

    fn look_for(&self, caller: &PromptedModel) -> Result<Sight, RunError> {
        let called = &caller.called;
        let backend = self.backend(called, &Place::default());
        let seen = backend.look().and_then(|seen| backend.fits(&mut self.called_rows()).map(|()| seen));
        let seen = seen.map_err(|error| told(called, &error))?;
        let short = self.room_for(caller)?;
        Ok(Sight { name: called.name.clone(), found: seen.found, warning: seen.warning.or(short) })
    }
}
