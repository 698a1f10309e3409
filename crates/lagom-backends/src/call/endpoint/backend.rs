//! A model on a server as a backend.

use super::{ClientOptions, Endpoint, HeaderValue, Needs, Server, ServerCapabilities};
use crate::call::{Backend, BackendError, Budget, Flow, Identity, Manner, ModelFacts, Query, Reply, Sight, Stop};

/// A model on a server. The handshake comes with the first question of a kind, once.
#[derive(Debug)]
pub struct EndpointBackend {
    /// The model and its server.
    pub endpoint: Endpoint,
    /// How the server is treated; its limits are those of the budget.
    pub options: ClientOptions,
    /// What was learnt of the server, by what was wanted of it; the latest last.
    known: Vec<(Needs, ServerCapabilities)>,
}

impl EndpointBackend {
    /// Of this server; nothing is opened.
    #[must_use]
    pub fn new(endpoint: Endpoint, options: ClientOptions) -> Self {
        Self { endpoint, options, known: Vec::new() }
    }

    /// What is known of the server, by a handshake if there was none. With it what the handshake noticed; none where it was told to stop.
    fn known(
        &mut self,
        server: &Server,
        needs: Needs,
        (budget, stop): (&Budget<'_>, &Stop),
    ) -> Result<Option<(ServerCapabilities, Vec<String>)>, BackendError> {
        if let Some((_, known)) = self.known.iter().find(|(wanted, _)| *wanted == needs) {
            return Ok(Some((known.clone(), Vec::new())));
        }
        budget.reserve_call()?;
        let Some(found) = server.handshake(&needs, stop)? else { return Ok(None) };
        self.known.push((needs, found.clone()));
        let notes = found.notes.clone();
        Ok(Some((found, notes)))
    }

    /// The handshake, if there was none, and the questions.
    fn ask_server(
        &mut self,
        server: &Server,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        (budget, stop): (&Budget<'_>, &Stop),
    ) -> Result<Vec<String>, BackendError> {
        let Some(first) = questions.next() else { return Ok(Vec::new()) };
        let likelihoods = !first.question.continuations.is_empty();
        let needs = Needs { likelihoods, sampling: (!likelihoods).then(|| first.question.sampling.clone()) };
        let Some((known, mut notes)) = self.known(server, needs, (budget, stop))? else { return Ok(Vec::new()) };
        let mut asked = std::iter::once(first).chain(questions).map(|query| (query.number, query.question));
        notes.extend(server.ask(&known, &mut asked, keep, stop)?.notes);
        Ok(notes)
    }
}

impl Backend for EndpointBackend {
    fn manner(&self) -> Manner {
        Manner { is_called: true, tries_again: true, counts_attempts: true }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        let model = format!("{} at {}", self.endpoint.model, self.endpoint.url);
        Ok(Identity { model, ..Identity::default() })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        let known = Server::open(&self.endpoint, &self.options)?.look()?;
        let model = &self.endpoint.model;
        let header = self.endpoint.headers.iter().find_map(|header| match &header.value {
            HeaderValue::Env(variable) => Some(variable),
            HeaderValue::Text(_) => None,
        });
        let key = self.endpoint.key_env.as_ref().or(header);
        let key = key.map_or_else(String::new, |variable| format!(", and `{variable}` holds a key"));
        let (what, warning) = match known.listed {
            Some(true) => (format!("the server is there and lists {model}"), None),
            // Some answer to any name with the one model that they have.
            Some(false) => {
                let some: Vec<String> = known.models.iter().take(5).map(|model| format!("`{model}`")).collect();
                let more = known.models.len() - some.len();
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let warning = format!("the server does not list `{model}`; it has {}{more}", some.join(", "));
                ("the server is there".to_owned(), Some(warning))
            }
            None => ("the server is there and lists no models".to_owned(), None),
        };
        Ok(Sight { found: format!("{what}{key}"), warning })
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        let options = ClientOptions { most: budget.left(), ..self.options.clone() };
        let server = Server::open(&self.endpoint, &options)?;
        let asked = self.ask_server(&server, questions, keep, (budget, stop));
        budget.count(server.used());
        asked
    }

    fn learnt(&self) -> Option<ModelFacts> {
        let (_, known) = self.known.last()?;
        Some(ModelFacts {
            parameters: known.facts.parameters,
            bytes: known.facts.bytes,
            memory: None,
            context: known.facts.context,
            quantisation: known.facts.quantisation.clone(),
            server: known.server.clone(),
            notes: known.notes.clone(),
            training: None,
        })
    }
}
