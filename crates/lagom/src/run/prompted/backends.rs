//! The registry of backends: the one place where what a study says of a candidate becomes somebody who answers. Nobody else knows who it is.

use std::path::{Path, PathBuf};

use super::wording::lessons;
use crate::call::command::{CommandBackend, Program};
use crate::call::endpoint::{Api, ClientOptions, Endpoint, EndpointBackend, Header, HeaderValue};
use crate::call::gguf::{GgufBackend, Settings};
use crate::call::{self, AnswersBackend, Backend, BackendError, Identity, RowCounts};
use crate::candidate::WeightsBackend;
use crate::run::error::RunError;
use crate::run::prepare::Prepared;
use crate::study::{self, Adaptation, Backend as Source, ModelSpec, OwnWeights, Price, WeightsAt};

/// Most requests in flight at a server where the study says nothing: servers queue what is more, and latencies with it.
const IN_FLIGHT: usize = 16;
/// The verb of lagom that starts a program so that it ends with lagom, whatever lagom's own end is.
const STARTER: &str = "tied";

/// Where a backend is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// lagom itself, which starts programs and workers; none where nothing will be started.
    pub(crate) lagom: Option<PathBuf>,
    /// How servers are treated where the study says nothing.
    pub(crate) options: ClientOptions,
    /// The study's folder, where long work is kept; none where nothing will be trained.
    pub(crate) folder: Option<PathBuf>,
}

impl Prepared {
    /// Whoever answers for this candidate. Nothing is opened, started or read.
    pub(crate) fn backend(&self, called: &ModelSpec, place: &Place) -> Box<dyn Backend> {
        match &called.backend {
            Source::Endpoint { url, model, api, key_env, key_header, certificate } => {
                // Azure's servers, known by the version in their address, read the key from a header of their own.
                let azure = url.contains("api-version=").then(|| "api-key".to_owned());
                let header = key_header.clone().or(azure);
                let own = header.zip(key_env.clone()).map(|(name, key)| Header { name, value: HeaderValue::Env(key) });
                let endpoint = Endpoint {
                    url: url.clone(),
                    model: model.clone(),
                    api: match api {
                        study::Api::Chat => Api::Chat,
                        study::Api::Completions => Api::Completions,
                    },
                    key_env: key_env.clone().filter(|_| own.is_none()),
                    headers: own.into_iter().collect(),
                    certificate: certificate.clone(),
                    price: called.price.as_ref().map(price),
                };
                Box::new(EndpointBackend::new(endpoint, self.options(called, &place.options)))
            }
            Source::Gguf { path } => {
                let settings = Settings { context: called.context, ..Settings::default() };
                Box::new(GgufBackend::new(place.lagom.clone().unwrap_or_default(), path.clone(), settings))
            }
            Source::Weights(own) => Box::new(self.weights(called, own, place)),
            Source::Command { words, environment } => {
                let tied = |lagom: &PathBuf| vec![lagom.display().to_string(), STARTER.to_owned()];
                let starter = place.lagom.as_ref().map_or_else(Vec::new, tied);
                let program = Program { starter, environment: environment.clone(), ..self.program(called, words) };
                Box::new(CommandBackend::new(program))
            }
            Source::Answers { path, id, text } => {
                let rows = RowCounts { kept: self.loaded.dataset.target.rows(), written: self.loaded.written };
                let columns = self.loaded.dataset.field_names().into_iter().chain([self.loaded.schema.target.as_str()]);
                let columns = columns.map(str::to_owned).collect();
                Box::new(AnswersBackend::new(path.clone(), id.clone(), text.clone(), rows, columns))
            }
            Source::Brought { model, file } => self.brought.of(&called.name, model, file.as_deref()),
        }
    }

    /// Weights that answer for this candidate. Nothing is read.
    fn weights(&self, called: &ModelSpec, own: &OwnWeights, place: &Place) -> WeightsBackend {
        let lessons = own.adapt.is_tuned().then(|| lessons(self, called, own.adapt));
        WeightsBackend::new(own.found.clone().unwrap_or_default(), lessons, place.folder.as_deref())
    }

    /// Writes the weights that were trained for this candidate as a folder that other tools read; whether it is one that was trained.
    ///
    /// # Errors
    /// They were not trained, what they came of is gone, or the folder can't be written.
    pub(crate) fn write_trained(&self, called: &ModelSpec, place: &Place, to: &Path) -> Result<bool, RunError> {
        let Some(own) = called.backend.own_weights().filter(|own| own.adapt.is_tuned()) else { return Ok(false) };
        let written = self.weights(called, own, place).write_trained(to);
        written.map(|()| true).map_err(|error| told(called, &error))
    }

    /// Has a candidate answered by this backend, whatever its table in the study says of where its answers come from; all else
    /// that stands there (name, price, shots, what it is asked) holds. To be done before the session is started.
    ///
    /// Its answers are kept under what it says of itself ([`Backend::identity`]): with another model it has to call itself otherwise.
    /// A study that was run so can be opened again without it, since a verdict needs the answers alone.
    ///
    /// # Errors
    /// The study has no such candidate, or the backend can't say who it is.
    pub fn bring(&mut self, candidate: &str, backend: Box<dyn Backend>) -> Result<(), RunError> {
        let names: Vec<String> = self.study.candidates.iter().map(|called| format!("`{}`", called.name)).collect();
        let Some(called) = self.study.candidates.iter_mut().find(|called| called.name == candidate) else {
            let hint = format!("its [[candidate]]s are {}", names.join(", "));
            return Err(RunError::unfit(format!("the study has no candidate `{candidate}`"), hint));
        };
        let found = identity(called, backend.as_ref())?;
        called.backend = Source::Brought { model: found.model.clone(), file: found.file.clone() };
        self.brought.insert(candidate, backend, found);
        Ok(())
    }

    /// A program as the study describes it, in the folder of the study's file: what relative paths in it are relative to.
    fn program(&self, called: &ModelSpec, words: &[String]) -> Program {
        let folder = self.study.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let program = Program::new(words.to_owned());
        Program {
            folder: folder.map(Path::to_owned),
            start: called.timeout.unwrap_or(program.start),
            silence: called.timeout.unwrap_or(program.silence),
            processes: called.in_flight.unwrap_or(1) as usize,
            paid: called.price.is_some(),
            ..program
        }
    }

    /// How the server of this candidate is treated.
    fn options(&self, called: &ModelSpec, usual: &ClientOptions) -> ClientOptions {
        ClientOptions {
            in_flight: called.in_flight.map_or(IN_FLIGHT, |most| most as usize),
            requests_per_minute: called.requests_per_minute,
            first_byte: called.timeout.unwrap_or(usual.first_byte),
            silence: called.timeout.unwrap_or(usual.silence),
            whole: called.timeout.unwrap_or(usual.whole),
            seed: self.study.trials.seed,
            ..usual.clone()
        }
    }
}

/// By what a backend is known while a run asks: candidates that differ in their prompts alone share one.
pub(crate) fn shared_by(called: &ModelSpec) -> String {
    if let Source::Brought { .. } = &called.backend {
        return format!("brought for {}", called.name);
    }
    let trained = called.backend.own_weights().filter(|own| own.adapt.is_tuned()).map(|_| &called.name);
    let ModelSpec { price, context, in_flight, requests_per_minute, timeout, .. } = called;
    let backend = asked_of(&called.backend);
    format!("{backend:?} {trained:?} {price:?} {context:?} {in_flight:?} {requests_per_minute:?} {timeout:?}")
}

/// Who is asked: weights as they are come to the same with worked examples and without.
fn asked_of(backend: &Source) -> Source {
    match backend {
        Source::Weights(own) if !own.adapt.is_tuned() => {
            Source::Weights(OwnWeights { adapt: Adaptation::ZeroShot, ..own.clone() })
        }
        other => other.clone(),
    }
}

/// What answers depend on beside the question, as JSON: the model and where it is; for files, what is in them. Not the certificates
/// that are trusted nor what a program sees of the environment: no answer is paid for again because of them.
pub(crate) fn settings(called: &ModelSpec, identity: &Identity) -> String {
    let mut backend = asked_of(&called.backend);
    match &mut backend {
        Source::Endpoint { certificate, .. } => *certificate = None,
        Source::Command { environment, .. } => environment.clear(),
        // What they are is the content of the weights, wherever they lie.
        Source::Weights(own) => (own.at, own.found) = (WeightsAt::Folder(PathBuf::new()), None),
        Source::Gguf { .. } | Source::Answers { .. } | Source::Brought { .. } => {}
    }
    serde_json::json!({ "backend": backend, "file": identity.file }).to_string()
}

/// Who this candidate is, by its files.
///
/// # Errors
/// One of them can't be read or used.
pub(crate) fn identity(called: &ModelSpec, backend: &dyn Backend) -> Result<Identity, RunError> {
    backend.identity().map_err(|error| {
        RunError::unfit(format!("candidate `{}`: {error}", called.name), error.hint().unwrap_or_default())
    })
}

/// That a candidate can't be asked, with its name.
pub(crate) fn told(called: &ModelSpec, error: &BackendError) -> RunError {
    RunError::Call { candidate: called.name.clone(), message: error.to_string(), hint: error.hint() }
}

/// The prices of a study as a backend counts by them.
pub(crate) fn price(price: &Price) -> call::Price {
    call::Price { input: price.input, output: price.output, cached: price.cached, per_call: price.per_call }
}
