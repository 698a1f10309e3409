//! A program as a backend.

use super::{Program, Started};
use crate::call::{Backend, BackendError, Budget, Flow, Identity, Manner, Query, Reply, Sight, Stop};

/// A program that answers. It is started with the first question, and runs on until this is dropped or asking it fails.
#[derive(Debug)]
pub struct CommandBackend {
    /// Which program, and how long it is waited for.
    pub program: Program,
    running: Option<Started>,
}

impl CommandBackend {
    /// Of this program; nothing is started.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self { program, running: None }
    }
}

impl Backend for CommandBackend {
    fn manner(&self) -> Manner {
        Manner { is_called: true, tries_again: false, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        Ok(Identity { model: self.program.command.join(" "), ..Identity::default() })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        // The variables that it is given are looked for too.
        let path = Started::new(self.program.clone()).and_then(|_| self.program.find())?;
        let missing = self.program.missing_script();
        let warning = missing.map(|script| format!("there is no file `{script}` in the folder of the study"));
        Ok(Sight { found: format!("the program {} is there", path.display()), warning })
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        _budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        // Taken out, so that one that fails ends.
        let mut running = self.running.take().map_or_else(|| Started::new(self.program.clone()), Ok)?;
        let mut asked = questions.map(|query| (query.number, query.question));
        let spent = running.ask(&mut asked, keep, stop)?;
        self.running = Some(running);
        Ok(spent.notes)
    }
}
