//! The door: whatever answers questions is a [`Backend`], and nobody who asks knows which one it is.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BackendError, Budget, Flow, Question, Reply, Stop};

/// Somebody who answers: a server, a model in a file, a program, a file of answers.
///
/// Making one opens, starts and reads nothing, so that it can be asked who it is before anything is sent; what it holds (a
/// connection, a process) it keeps from one asking to the next, and lets go of when it is dropped.
pub trait Backend {
    /// How it wants to be asked.
    fn manner(&self) -> Manner;

    /// What it is, as far as the settings and files of this machine tell: nobody is asked, nothing is started.
    ///
    /// # Errors
    /// A file of it can't be read, or is none that it can use.
    fn identity(&self) -> Result<Identity, BackendError>;

    /// Whether it is there, found out without a question: at most a server is asked for its list of models.
    ///
    /// # Errors
    /// It is not there, or can't be asked as it is.
    fn look(&self) -> Result<Sight, BackendError>;

    /// Whether what it has fits the rows of the data, all of them in their order: for backends that know answers by their rows.
    ///
    /// # Errors
    /// It has answers to other rows, or to these in another order.
    fn fits(&self, _rows: &mut dyn Iterator<Item = Row>) -> Result<(), BackendError> {
        Ok(())
    }

    /// Asks what comes out of `questions` and hands each reply to `keep` as it comes, in any order, under the number of its question.
    ///
    /// - No more questions are taken than are under way at once: the budget sets aside what one may cost as it is taken.
    /// - A question that is not handed over was not answered, and may be asked again.
    /// - After [`Flow::Stop`], and after the first press of `stop`, no question is taken any more and nothing is tried again; answers under
    ///   way are still handed over, since they are paid for. After the second press nothing is waited for.
    /// - One question's failure is a reply. Notes are what was noticed and changes how the answers are to be read, whole sentences.
    ///
    /// # Errors
    /// What makes all further asking pointless; the answers until then were handed over.
    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError>;

    /// What it has found out of its model while it was asked; none where that is nothing beyond its identity.
    fn learnt(&self) -> Option<ModelFacts> {
        None
    }
}

/// A question on its way to a backend.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Its number: what its reply is known by.
    pub number: usize,
    /// What is asked.
    pub question: Question,
    /// The row that it is about.
    pub row: Row,
}

/// A row of the data, for backends that know answers by their rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number among the rows that have a target, from 0.
    pub number: u32,
    /// Its number among all rows of the file, from 0.
    pub written: u32,
    /// Its cells by the names of the columns.
    pub cells: Map<String, Value>,
}

/// How a backend wants to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Whether somebody is called for an answer. Where nobody is, answers are on disk, were paid for before, and cost no time.
    pub is_called: bool,
    /// Whether it has tried again by itself what failed for a passing reason, or nothing would come of it: then nobody else needs to.
    pub tries_again: bool,
    /// Whether it holds every attempt to the budget by itself. Else the questions that it is given are no more than the budget suffices for,
    /// each counts as one request, and none is tried again.
    pub counts_attempts: bool,
}

/// What a backend is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// The model and where it is, in a few words.
    pub model: String,
    /// Digest of its file, on which answers depend; none where it has none.
    pub file: Option<String>,
    /// What its own file says of it.
    pub facts: ModelFacts,
    /// Why it can't be run here, as far as its file and the free memory tell.
    pub warning: Option<String>,
}

/// What a server or file tells of its model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// Number of its parameters.
    pub parameters: Option<u64>,
    /// Size of its weights in bytes.
    pub bytes: Option<u64>,
    /// Highest resident memory of a process that runs it, in bytes.
    #[serde(default)]
    pub memory: Option<u64>,
    /// Longest context in tokens.
    pub context: Option<u64>,
    /// How its weights are stored ("Q4_K_M").
    pub quantisation: Option<String>,
    /// What the server calls itself.
    pub server: Option<String>,
    /// What was noticed and changes how the answers are to be read.
    pub notes: Vec<String>,
    /// What its training came to, where it was trained on the study's rows before it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
}

/// What the training of a model came to that was trained on the study's rows before it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// Rows that were learned from.
    pub rows: u64,
    /// Training rows that were held back to look at on the way.
    pub held_back: u64,
    /// Steps after which the weights that answer were.
    pub steps: u64,
    /// Floating-point operations, looks included.
    pub operations: u64,
    /// CPU time, in thousandths of a second.
    pub cpu_milliseconds: u64,
    /// Rows that were longer than what is read of one, and were cut.
    pub cut: u64,
}

/// What was found where a backend is said to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// What is there, in words.
    pub found: String,
    /// What may keep it from answering.
    pub warning: Option<String>,
}

/// The size of a file and a digest of its first bytes, `most` of them: whether it is another one.
///
/// # Errors
/// It can't be read.
pub(super) fn file_identity(path: &std::path::Path, most: u64) -> Result<String, BackendError> {
    use std::io::Read;
    let read = || -> std::io::Result<String> {
        let mut start = Vec::new();
        let file = crate::input::open(path).map_err(crate::input::InputError::into_io)?;
        let size = file.metadata()?.len();
        file.take(most).read_to_end(&mut start)?;
        Ok(format!("{size} {}", blake3::hash(&start).to_hex()))
    };
    read().map_err(|error| BackendError::Unusable {
        message: format!("cannot read `{}`: {error}", path.display()),
        hint: "check the path under [[candidate]]".to_owned(),
    })
}
