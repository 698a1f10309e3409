//! What a run remembers while it asks models.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::call::Backend;
use crate::call::endpoint::ClientOptions;

/// What a run remembers while it asks; nothing that it decides follows from it.
#[derive(Default)]
pub(crate) struct Memory {
    /// Questions that were asked without getting an answer: the next run may try them again.
    pub(crate) in_vain: RefCell<BTreeSet<String>>,
    /// How many questions of each candidate the progress has counted.
    pub(crate) counted: RefCell<BTreeMap<String, usize>>,
    /// How servers are treated where the study says nothing.
    pub(crate) options: ClientOptions,
    /// Who has been asked, with what it holds: a program that runs, what is known of a server.
    pub(crate) backends: RefCell<BTreeMap<String, Box<dyn Backend>>>,
    /// Whom asking was stopped, and why: a fault that every further question would have met.
    pub(crate) faults: RefCell<BTreeMap<String, String>>,
    /// What backends noticed; each once.
    pub(crate) notes: RefCell<BTreeSet<String>>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memory({} backends)", self.backends.borrow().len())
    }
}
