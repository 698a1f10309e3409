//! Puts questions to whoever answers them: the one match from a candidate to its backend.

use std::cell::RefCell;
use std::path::Path;

use super::ask::Open;
use super::budget::{Account, price};
use super::caller::Caller;
use crate::call::command::{Program, Started};
use crate::call::endpoint::{Api, Conduct, Endpoint, Header, HeaderValue, Known, Needs, Server};
use crate::call::gguf::{Gguf, GgufError, Settings};
use crate::call::scores::Recorded;
use crate::call::{Answer, BackendError, CallFailure, Flow, Question, Reply, Stop, Timing};
use crate::session::error::SessionError;
use crate::session::prepare::Prepared;
use crate::session::start::Session;
use crate::store::{ModelFacts, StoreError};
use crate::study::{self, Backend, Called, Reading};
use crate::trial::Executor;

/// Takes what came of the question with this number.
pub(super) type Keep<'a> = dyn FnMut(usize, Result<Answer, CallFailure>) -> Flow + 'a;

/// Most requests in flight at a server where the study says nothing: servers queue what is more, and latencies with it.
const IN_FLIGHT: usize = 16;
/// The verb of lagom that starts a program so that it ends with lagom, whatever lagom's own end is.
const STARTER: &str = "tied";

impl Session {
    /// Puts the questions in their order, and hands over what comes of each as it comes.
    ///
    /// # Errors
    /// The backend can't be asked at all, or gives up.
    pub(super) fn put(
        &self,
        caller: &Caller,
        (open, account): (&[Open], &RefCell<Option<Account<'_>>>),
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        (executor, keep): (&dyn Executor, &mut Keep<'_>),
    ) -> Result<(), SessionError> {
        let stop = Stop::at(&executor.this().stop);
        let mut keep = |reply: Reply| {
            let timed = |answer: Answer| {
                let timing = if reply.cold { Timing::default() } else { answer.timing };
                Answer { timing, ..answer }
            };
            keep(reply.index, reply.outcome.map(timed))
        };
        let asked = match &caller.called.backend {
            Backend::Endpoint { .. } => self.put_to_server((caller, account), questions, &mut keep, &stop),
            Backend::Command { words, environment } => {
                let starter = vec![executor.this().path.display().to_string(), STARTER.to_owned()];
                let program = Program { starter, ..self.prepared.program(&caller.called, words, environment) };
                self.put_to_program(program, questions, &mut keep, &stop)
            }
            Backend::Answers { path, id, text } => {
                self.prepared.recorded(path, id.as_deref(), text.as_deref()).and_then(|(file, joined)| {
                    let loaded = &self.prepared.loaded;
                    let numbers = if joined == loaded.written { loaded.numbers.as_slice() } else { &[] };
                    let key = |at: usize| {
                        let row = open.get(at).map(|one| one.row);
                        row.map_or_else(String::new, |row| self.answer_key(id.as_deref(), (row, numbers)))
                    };
                    file.ask(questions, &key, &mut keep, &stop).map(|spent| spent.notes)
                })
            }
            Backend::Gguf { path } => return self.put_to_file(caller, path, questions, (executor, &mut keep)),
        };
        match asked {
            Ok(notes) => {
                self.note(caller, &notes);
                Ok(())
            }
            Err(BackendError::Calls { .. } | BackendError::Money { .. }) => Err(self.spent_all()),
            Err(error) => Err(told(&caller.called, &error)),
        }
    }

    /// Asks a program, which is started if it does not run yet.
    fn put_to_program(
        &self,
        program: Program,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        let key = format!("{program:?}");
        let running = self.asking.programs.borrow_mut().remove(&key);
        let mut running = running.map_or_else(|| Started::new(program), Ok)?;
        let spent = running.ask(questions, keep, stop)?;
        self.asking.programs.borrow_mut().insert(key, running);
        Ok(spent.notes)
    }

    fn put_to_server(
        &self,
        (caller, account): (&Caller, &RefCell<Option<Account<'_>>>),
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        let Some((endpoint, mut conduct)) =
            endpoint(&caller.called, self.prepared.study.trials.seed, &self.asking.conduct)
        else {
            return Ok(Vec::new());
        };
        if let Some(book) = account.borrow().as_ref() {
            conduct.most = book.left;
        }
        let server = Server::open(&endpoint, &conduct)?;
        let asked = self.ask_server(&server, (caller, account), questions, (keep, stop));
        if let Some(book) = account.borrow_mut().as_mut() {
            book.used = Some(server.used());
        }
        asked
    }

    /// The handshake, if there was none in this run, and the questions.
    fn ask_server(
        &self,
        server: &Server,
        (caller, account): (&Caller, &RefCell<Option<Account<'_>>>),
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        (keep, stop): (&mut dyn FnMut(Reply) -> Flow, &Stop),
    ) -> Result<Vec<String>, BackendError> {
        let likelihoods = caller.prompt.read == Reading::Likelihood;
        let needs = Needs { likelihoods, sampling: (!likelihoods).then(|| caller.sampling()) };
        let wanted = format!("{} {needs:?}", caller.settings);
        let known = self.asking.known.borrow().get(&wanted).cloned();
        let known = match known {
            Some(known) => known,
            None => {
                if let Some(book) = account.borrow_mut().as_mut() {
                    let fault = |error: StoreError| BackendError::Machinery { message: error.to_string() };
                    book.reserve_call().map_err(fault)?;
                }
                let Some(found) = server.handshake(&needs, stop)? else { return Ok(Vec::new()) };
                self.note_facts(caller, &found);
                self.note(caller, &found.notes);
                self.asking.known.borrow_mut().insert(wanted, found.clone());
                found
            }
        };
        Ok(server.ask(&known, questions, keep, stop)?.notes)
    }

    /// Remembers what was noticed, each once.
    fn note(&self, caller: &Caller, notes: &[String]) {
        let told = notes.iter().map(|note| format!("{}: {note}", caller.called.name));
        self.asking.notes.borrow_mut().extend(told);
    }

    /// Keeps what a server tells of its model, for the table of candidates.
    fn note_facts(&self, caller: &Caller, known: &Known) {
        let facts = ModelFacts {
            parameters: known.facts.parameters,
            bytes: known.facts.bytes,
            memory: None,
            context: known.facts.context,
            quantisation: known.facts.quantisation.clone(),
            server: known.server.clone(),
            notes: known.notes.clone(),
        };
        // A table without these figures is no reason to stop a study; what the disk has to say comes with the next answer.
        let _ = self.store.add_model(&caller.settings, &facts);
    }

    /// What a file of answers calls this row: its cell in the column of keys, else its number from 0, which is another one in
    /// the data where rows without a target were left out.
    fn answer_key(&self, column: Option<&str>, (row, numbers): (u32, &[u32])) -> String {
        let number = numbers.get(row as usize).copied().unwrap_or(row);
        let Some(column) = column else { return number.to_string() };
        let fields = self.prepared.loaded.dataset.fields(row);
        match fields.get(column) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }
}

impl Prepared {
    /// A program as the study describes it, in the folder of the study's file: what relative paths in it are relative to.
    pub(super) fn program(&self, called: &Called, words: &[String], environment: &[String]) -> Program {
        let folder = self.study.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let program = Program::new(words.to_owned());
        Program {
            folder: folder.map(Path::to_owned),
            environment: environment.to_owned(),
            start: called.timeout.unwrap_or(program.start),
            silence: called.timeout.unwrap_or(program.silence),
            processes: called.in_flight.unwrap_or(1) as usize,
            paid: called.price.is_some(),
            ..program
        }
    }

    /// A file of answers, and to how many rows it answers: all rows of the data, or those alone that have a target.
    ///
    /// # Errors
    /// The file can't be read, or has more or fewer answers than rows where they are joined by their order.
    pub(super) fn recorded(
        &self,
        path: &Path,
        id: Option<&str>,
        text: Option<&str>,
    ) -> Result<(Recorded, usize), BackendError> {
        let file = Recorded::read(path, id, text)?;
        let (kept, written) = (self.loaded.dataset.target.rows(), self.loaded.written);
        let joined = match id {
            Some(_) => kept,
            None => file.joined(&if kept == written { vec![kept] } else { vec![written, kept] })?,
        };
        Ok((file, joined))
    }
}

/// A server as the study describes it, and how it is to be treated.
pub(super) fn endpoint(called: &Called, seed: u64, usual: &Conduct) -> Option<(Endpoint, Conduct)> {
    let Backend::Endpoint { url, model, api, key_env, key_header, certificate } = &called.backend else { return None };
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
    let conduct = Conduct {
        in_flight: called.in_flight.map_or(IN_FLIGHT, |most| most as usize),
        requests_per_minute: called.requests_per_minute,
        first_byte: called.timeout.unwrap_or(usual.first_byte),
        silence: called.timeout.unwrap_or(usual.silence),
        whole: called.timeout.unwrap_or(usual.whole),
        seed,
        ..usual.clone()
    };
    Some((endpoint, conduct))
}

pub(super) fn told(called: &Called, error: &BackendError) -> SessionError {
    SessionError::Call { candidate: called.name.clone(), message: error.to_string(), hint: error.hint() }
}

impl Session {
    /// Asks a model in a file, in a worker process of its own.
    fn put_to_file(
        &self,
        caller: &Caller,
        path: &Path,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        (executor, keep): (&dyn Executor, &mut dyn FnMut(Reply) -> Flow),
    ) -> Result<(), SessionError> {
        let settings = Settings { context: caller.called.context, ..Settings::default() };
        let (program, stop) = (executor.this().path.clone(), executor.this().stop.clone());
        let file = Gguf { program, model: path.to_owned(), settings, stop };
        let mut keep = |index, outcome| keep(Reply { index, outcome, money: None, cold: false });
        match file.ask(questions, &mut keep) {
            Ok(seen) => {
                let facts = ModelFacts { memory: Some(seen.peak_memory), ..caller.facts.clone() };
                Ok(self.store.add_model(&caller.settings, &facts)?)
            }
            Err(GgufError::Stopped) => Err(SessionError::Stopped),
            Err(error) => Err(SessionError::Call {
                candidate: caller.called.name.clone(),
                message: error.to_string(),
                hint: Some(error.hint().to_owned()),
            }),
        }
    }
}
