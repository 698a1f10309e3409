//! Whether the models that a study asks are there, found out without asking them a question.

use super::caller::Caller;
use super::put::{endpoint, told};
use crate::call::BackendError;
use crate::call::endpoint::{Conduct, Server};
use crate::call::gguf::{BUILT, GgufError};
use crate::session::error::SessionError;
use crate::session::prepare::Prepared;
use crate::study::{Backend, Called};

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
    pub fn look_for_models(&self) -> Result<Vec<Sight>, SessionError> {
        let (callers, mut faults) = self.callers_and_faults();
        let mut seen = Vec::new();
        for caller in callers {
            match self.look_for(&caller) {
                Ok(sight) => seen.push(sight),
                Err(error) => faults.push(error),
            }
        }
        SessionError::all(faults).map_or(Ok(seen), Err)
    }

    fn look_for(&self, caller: &Caller) -> Result<Sight, SessionError> {
        let called = &caller.called;
        let sight = |found: String, warning| Sight { name: called.name.clone(), found, warning };
        match &called.backend {
            Backend::Endpoint { .. } => self.look_at_server(called).map_err(|error| told(called, &error)),
            Backend::Command { words, environment } => {
                let program = self.program(called, words, environment);
                // The variables that it is given are looked for too.
                let found = crate::call::command::Started::new(program.clone()).and_then(|_| program.find());
                let path = found.map_err(|error| told(called, &error))?;
                let missing = program.missing_script();
                let warning = missing.map(|script| format!("there is no file `{script}` in the folder of the study"));
                Ok(sight(format!("the program {} is there", path.display()), warning))
            }
            Backend::Gguf { path } if !BUILT => {
                let error = GgufError::NotBuilt { path: path.clone() };
                let (message, hint) = (error.to_string(), Some(error.hint().to_owned()));
                Err(SessionError::Call { candidate: called.name.clone(), message, hint })
            }
            // Its header was read to know what it is asked.
            Backend::Gguf { path } => Ok(sight(format!("the file {} is there", path.display()), None)),
            Backend::Answers { path, id, text } => {
                let (_, rows) =
                    self.recorded(path, id.as_deref(), text.as_deref()).map_err(|error| told(called, &error))?;
                let found = match id {
                    Some(column) => format!("{} can be read; rows are found by {column}", path.display()),
                    None => format!("{} has an answer for each of {rows} rows", path.display()),
                };
                Ok(sight(found, None))
            }
        }
    }

    fn look_at_server(&self, called: &Called) -> Result<Sight, BackendError> {
        let name = called.name.clone();
        let Some((endpoint, conduct)) = endpoint(called, self.study.trials.seed, &Conduct::default()) else {
            return Ok(Sight { name, found: String::new(), warning: None });
        };
        let known = Server::open(&endpoint, &conduct)?.look()?;
        let key = match &called.backend {
            Backend::Endpoint { key_env: Some(variable), .. } => format!(", and `{variable}` holds a key"),
            _ => String::new(),
        };
        let (what, warning) = match known.listed {
            Some(true) => (format!("the server is there and lists {}", endpoint.model), None),
            // Some answer to any name with the one model that they have.
            Some(false) => {
                let some: Vec<String> = known.models.iter().take(5).map(|model| format!("`{model}`")).collect();
                let more = known.models.len() - some.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let warning =
                    format!("the server does not list `{}`; it has {}{more}", endpoint.model, some.join(", "));
                ("the server is there".to_owned(), Some(warning))
            }
            None => ("the server is there and lists no models".to_owned(), None),
        };
        Ok(Sight { name, found: format!("{what}{key}"), warning })
    }
}
