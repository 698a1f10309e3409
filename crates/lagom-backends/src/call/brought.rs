//! Backends that a program brings with it: a candidate of the study is then answered by the program's own code.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Backend, BackendError, Budget, Flow, Identity, Manner, ModelFacts, Query, Reply, Row, Sight, Stop};

/// Backends by the names of their candidates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brought(BTreeMap<String, Shared>);

/// A backend that several hold.
#[derive(Clone)]
struct Shared {
    backend: Rc<RefCell<Box<dyn Backend>>>,
    /// What it was when it was brought, which may be asked for while it answers.
    manner: Manner,
    identity: Identity,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.backend, &other.backend)
    }
}

impl Brought {
    /// Has this candidate answered by `backend`, which is `identity`.
    pub fn insert(&mut self, candidate: &str, backend: Box<dyn Backend>, identity: Identity) {
        let manner = backend.manner();
        self.0.insert(candidate.to_owned(), Shared { backend: Rc::new(RefCell::new(backend)), manner, identity });
    }

    /// Who answers for this candidate; where nobody was brought, one who says so under the name and with the file that it had.
    #[must_use]
    pub fn of(&self, candidate: &str, model: &str, file: Option<&str>) -> Box<dyn Backend> {
        match self.0.get(candidate) {
            Some(shared) => Box::new(shared.clone()),
            None => Box::new(Absent { model: model.to_owned(), file: file.map(str::to_owned) }),
        }
    }
}

impl Backend for Shared {
    fn manner(&self) -> Manner {
        self.manner
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        Ok(self.identity.clone())
    }

    fn look(&self) -> Result<Sight, BackendError> {
        self.backend.borrow().look()
    }

    fn fits(&self, rows: &mut dyn Iterator<Item = Row>) -> Result<(), BackendError> {
        self.backend.borrow().fits(rows)
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        self.backend.borrow_mut().ask(questions, keep, budget, stop)
    }

    fn learnt(&self) -> Option<ModelFacts> {
        self.backend.borrow().learnt()
    }
}

/// One that was brought to the run and is not here now: its answers are in the store.
#[derive(Debug)]
struct Absent {
    model: String,
    file: Option<String>,
}

impl Absent {
    fn told<T>(&self) -> Result<T, BackendError> {
        Err(BackendError::Unusable {
            message: format!("{} was brought by the program that ran this study, and is not here", self.model),
            hint: "ask it from that program; `lagom verdict` and `lagom report` need no more than its answers"
                .to_owned(),
        })
    }
}

impl Backend for Absent {
    fn manner(&self) -> Manner {
        Manner { is_called: true, tries_again: false, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        Ok(Identity { model: self.model.clone(), file: self.file.clone(), ..Identity::default() })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        self.told()
    }

    fn ask(
        &mut self,
        _questions: &mut dyn Iterator<Item = Query>,
        _keep: &mut dyn FnMut(Reply) -> Flow,
        _budget: &Budget<'_>,
        _stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        self.told()
    }
}
