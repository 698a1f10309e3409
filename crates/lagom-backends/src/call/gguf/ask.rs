//! Asks a model in a GGUF file, one question after the other.

use std::path::PathBuf;

use super::super::{Answer, CallFailure, Flow, Question, Stop};
use super::header::{Header, Warning, available_memory};
use super::protocol::{Reply, Settings, Setup, Unable};
use super::worker::{Silence, Worker};
use super::{GgufError, Observed};

/// So many workers lost one after the other, without an answer between them, end the asking.
const MOST_LOST: u32 = 5;

/// A model in a GGUF file, run in a worker process.
#[derive(Clone, Debug)]
pub struct Gguf {
    /// The program to start with the argument `gguf-worker`: lagom itself.
    pub program: PathBuf,
    /// The model's file; the first of them where there are several.
    pub model: PathBuf,
    /// How it is run.
    pub settings: Settings,
    /// Pressed from outside (Ctrl-C): the question under way is then not answered.
    pub stop: Stop,
}

/// A worker, what was seen, and how many were lost in a row.
struct Asking<'a> {
    backend: &'a Gguf,
    setup: Setup,
    header: Header,
    worker: Option<Worker>,
    observed: Observed,
    lost: u32,
}

impl Gguf {
    /// Asks `questions` in their order and hands each answer, or why there is none, to `keep` under the question's
    /// number, before the next question is asked. A worker that dies costs the question it had, and the next one
    /// gets a new worker.
    ///
    /// # Errors
    /// The file is no model that can be run here ([`GgufError::Header`] and others, before anything is asked), no
    /// worker can be started or loads it, five workers in a row die, or it was told to stop. No worker is left
    /// behind in any case.
    pub fn ask(
        &self,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(usize, Result<Answer, CallFailure>) -> Flow,
    ) -> Result<Observed, GgufError> {
        let header = self.check()?;
        let context = self.settings.context(header.context_length);
        let setup = Setup { model: self.model.clone(), context, settings: self.settings.clone() };
        let mut asking = Asking { backend: self, setup, header, worker: None, observed: Observed::default(), lost: 0 };
        while questions.size_hint().1 != Some(0) {
            // Not before there is a worker for it: what a question may cost is set aside as it is taken.
            let worker = asking.worker()?;
            let Some((number, question)) = questions.next() else { break };
            let answer = asking.one(worker, &question)?;
            let last = answer.as_ref().err().map(ToString::to_string);
            let flow = keep(number, answer);
            if asking.lost >= MOST_LOST {
                let message = last.unwrap_or_default();
                return Err(GgufError::KeepsDying { path: self.model.clone(), lost: asking.lost, message });
            }
            if flow == Flow::Stop {
                break;
            }
        }
        Ok(asking.observed)
    }

    /// Reads the header and says whether the model can be run here, without starting anything.
    ///
    /// # Errors
    /// The file is none or cut off, the model does not write text, or it is bigger than the memory that is free.
    pub fn check(&self) -> Result<Header, GgufError> {
        let header = Header::read(&self.model)?;
        // An unknown architecture is left to llama.cpp, which may be newer than the list.
        let barred = |warning: &Warning| !matches!(warning, Warning::UnknownArchitecture { .. });
        if let Some(warning) = header.warnings().into_iter().find(barred) {
            return Err(GgufError::Unusable { path: self.model.clone(), warning });
        }
        if let Some(available) = available_memory() {
            let context = self.settings.context(header.context_length);
            header.fit(u64::from(context), self.settings.cache, available, &self.model)?;
        }
        Ok(header)
    }
}

impl Asking<'_> {
    /// The worker that is there, or a new one.
    fn worker(&mut self) -> Result<Worker, GgufError> {
        self.worker.take().map_or_else(|| self.start(), Ok)
    }

    /// Asks one question.
    fn one(&mut self, mut worker: Worker, question: &Question) -> Result<Result<Answer, CallFailure>, GgufError> {
        let line = serde_json::to_string(question);
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                self.worker = Some(worker);
                return Ok(Err(CallFailure::Rejected { message: error.to_string() }));
            }
        };
        worker.send(line);
        let failure = match worker.reply(&self.backend.stop) {
            Ok(Reply::Answer(answer, peak_memory)) => {
                self.observed.answer(&answer, peak_memory);
                (self.worker, self.lost) = (Some(worker), 0);
                return Ok(Ok(answer));
            }
            Ok(Reply::Failure(failure)) => {
                (self.worker, self.lost) = (Some(worker), 0);
                return Ok(Err(failure));
            }
            Err(Silence::Stopped) => return Err(GgufError::Stopped),
            // A worker that has lost the thread is ended; the next question gets a new one.
            Ok(other) => CallFailure::Malformed { message: format!("found {other:?} in place of an answer") },
            Err(Silence::NoReply(line)) => CallFailure::Malformed { message: format!("found \"{line}\"") },
            Err(Silence::Died(message)) => CallFailure::Died { message },
        };
        self.lost += 1;
        Ok(Err(failure))
    }

    /// Starts a worker and waits until its model is there.
    fn start(&mut self) -> Result<Worker, GgufError> {
        let Gguf { program, model, stop, .. } = self.backend;
        let start = |source| GgufError::Start { program: program.clone(), source };
        let mut worker = Worker::start(program, &self.setup).map_err(start)?;
        let message = match worker.reply(stop) {
            Ok(Reply::Ready(loaded)) => {
                self.observed.ready(loaded);
                return Ok(worker);
            }
            Ok(Reply::Unable(Unable::NotBuilt)) => return Err(GgufError::NotBuilt { path: model.clone() }),
            Ok(Reply::Unable(Unable::Load(message))) => match worker.complaint() {
                errors if errors.is_empty() => message,
                errors => format!("{message}: {errors}"),
            },
            Ok(other) => format!("found {other:?} before the model was loaded"),
            Err(Silence::NoReply(line)) => format!("{} answered \"{line}\"", program.display()),
            Err(Silence::Died(message)) => message,
            Err(Silence::Stopped) => return Err(GgufError::Stopped),
        };
        let (path, architecture) = (model.clone(), &self.header.architecture);
        if architecture.known {
            return Err(GgufError::Load { path, message });
        }
        Err(GgufError::UnknownArchitecture { path, name: architecture.name.clone(), message })
    }
}
