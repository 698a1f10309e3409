//! A model in a file as a backend.

use std::path::PathBuf;

use super::header::{Header, HeaderError, available_memory};
use super::{BUILT, Gguf, GgufError, Settings};
use crate::call::backend::file_identity;
use crate::call::{Backend, BackendError, Budget, Flow, Identity, Manner, ModelFacts, Query, Reply, Sight, Stop};

/// How much of a file of weights is read to tell whether it is another one: of one that is larger, its header alone.
const IDENTITY: u64 = 1 << 22;

/// A model in a GGUF file, run in workers of its own: one for each asking.
#[derive(Debug)]
pub struct GgufBackend {
    /// The program to start with the argument `gguf-worker`: lagom itself.
    pub program: PathBuf,
    /// The model's file; the first of them where there are several.
    pub model: PathBuf,
    /// How it is run.
    pub settings: Settings,
    /// The highest memory of a worker, once it has answered.
    memory: Option<u64>,
}

impl GgufBackend {
    /// Of this file; nothing is read or started.
    #[must_use]
    pub fn new(program: PathBuf, model: PathBuf, settings: Settings) -> Self {
        Self { program, model, settings, memory: None }
    }

    fn facts(&self, header: &Header) -> ModelFacts {
        ModelFacts {
            parameters: Some(header.parameters),
            bytes: Some(header.bytes),
            memory: self.memory,
            context: header.context_length,
            quantisation: Some(header.quantisation.name().to_owned()),
            ..ModelFacts::default()
        }
    }

    /// Why it needs more memory than is free, if it does.
    fn shortage(&self, header: &Header) -> Option<String> {
        let context = u64::from(self.settings.context(header.context_length));
        let fits = header.fit(context, self.settings.cache, available_memory()?, &self.model);
        fits.err().map(|error| error.to_string())
    }
}

impl Backend for GgufBackend {
    fn manner(&self) -> Manner {
        Manner { is_called: true, tries_again: false, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        let header = Header::read(&self.model)?;
        let file = file_identity(&self.model, IDENTITY)?;
        let (facts, warning) = (self.facts(&header), self.shortage(&header));
        Ok(Identity { model: self.model.display().to_string(), file: Some(file), facts, warning })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        if !BUILT {
            return Err(GgufError::NotBuilt { path: self.model.clone() }.into());
        }
        Header::read(&self.model)?;
        Ok(Sight { found: format!("the file {} is there", self.model.display()), warning: None })
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        _budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        let (program, model, settings) = (self.program.clone(), self.model.clone(), self.settings.clone());
        let file = Gguf { program, model, settings, stop: stop.clone() };
        let mut asked = questions.map(|query| (query.number, query.question));
        let mut keep = |index, outcome| keep(Reply { index, outcome, money: None, cold: false });
        match file.ask(&mut asked, &mut keep) {
            Ok(seen) => self.memory = Some(seen.peak_memory),
            Err(GgufError::Stopped) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Vec::new())
    }

    fn learnt(&self) -> Option<ModelFacts> {
        self.memory?;
        Some(self.facts(&Header::read(&self.model).ok()?))
    }
}

impl From<GgufError> for BackendError {
    fn from(error: GgufError) -> Self {
        Self::Unusable { message: error.to_string(), hint: error.hint().to_owned() }
    }
}

impl From<HeaderError> for BackendError {
    fn from(error: HeaderError) -> Self {
        GgufError::from(error).into()
    }
}
