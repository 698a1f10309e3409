//! From answers to the verdict: screening with the explored rows, then the sealed rows, asked only as far as it takes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Concluder, NotedLook};
use crate::call::CallFailure;
use crate::data::HoldoutAccess;
use crate::prompt::digest;
use crate::run::answers::{Extent, StoredAnswers};
use crate::run::error::RunError;
use crate::run::prompted::PromptedModel;
use crate::run::workspace::Workspace;
use crate::verdict::{Analysis, Answered, Answers, CandidateResults, Screening, Step, advance, cascade_answered};

/// Sees to it that a candidate was asked these rows, as far as it can be; why asking it was stopped, if it was.
pub(crate) type Asking<'a> = dyn FnMut(&PromptedModel, &[u32]) -> Result<Option<String>, RunError> + 'a;

/// The way to a verdict where some candidates are asked.
pub(super) struct Answering<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) models: &'a [PromptedModel],
    ask: &'a mut Asking<'a>,
    /// Whom asking was stopped, and why.
    faults: BTreeMap<String, String>,
    /// How many sealed rows each was asked.
    sealed: BTreeMap<String, usize>,
}

impl<'a> Answering<'a> {
    /// Nothing is asked for yet.
    pub(super) fn new(workspace: &'a Workspace, models: &'a [PromptedModel], ask: &'a mut Asking<'a>) -> Self {
        Self { workspace, models, ask, faults: BTreeMap::new(), sealed: BTreeMap::new() }
    }

    /// Asks a candidate these rows, as far as they are not answered yet.
    pub(super) fn ask(&mut self, caller: &PromptedModel, rows: &[u32]) -> Result<(), RunError> {
        if let Some(fault) = (self.ask)(caller, rows)? {
            self.faults.insert(caller.called.name.clone(), fault);
        }
        Ok(())
    }

    /// Why asking a candidate was stopped.
    pub(super) fn fault(&self, caller: &PromptedModel) -> Option<&str> {
        self.faults.get(&caller.called.name).map(String::as_str)
    }

    /// What the store has of a candidate.
    pub(super) fn answers<'b>(&'b self, caller: &'b PromptedModel) -> StoredAnswers<'b> {
        StoredAnswers::of(self.workspace, caller)
    }

    /// Asks the sealed rows in their random order, until every test of the sequence has ended. One that can't be judged any
    /// more is asked nothing more.
    pub(super) fn confirm(
        &mut self,
        entries: &[CandidateResults],
        screening: &Screening,
        look: &NotedLook,
    ) -> Result<Analysis, RunError> {
        let prepared = &self.workspace.prepared;
        let (callers, sizes) = (self.models, self.workspace.sizes(entries));
        let NotedLook { access, number } = look;
        let order = prepared.sealed_order(access);
        let mut answered: BTreeMap<String, Answered> = BTreeMap::new();
        let mut silent: BTreeSet<String> = BTreeSet::new();
        for caller in callers.iter().filter(|caller| access.covers(&caller.called.name)) {
            answered.insert(caller.called.name.clone(), self.answers(caller).answered(&[])?.answered);
        }
        loop {
            let rows = prepared.loaded.dataset.sealed_rows(access);
            add_cascades((entries, access, rows), &mut answered, &mut silent);
            let answers = Answers { order: &order, sealed: rows, by_candidate: &answered, silent: &silent };
            let wanted = match advance(entries, screening, &prepared.terms, (access, *number), (answers, sizes)) {
                Step::Done(analysis) => return Ok(*analysis),
                Step::Ask(wanted) => wanted,
            };
            // What a cascade lacks its large one has to answer: all rows of a test, so that both are known on the same.
            let behind = |name: &String| {
                let cascade = entries.iter().find(|entry| entry.candidate.name == *name)?.cascade.as_ref()?;
                Some(cascade.facts.pair.large.clone())
            };
            let mut asked: Vec<String> = wanted.candidates.iter().filter_map(behind).collect();
            asked.extend(wanted.candidates);
            for caller in callers.iter().filter(|caller| asked.contains(&caller.called.name)) {
                let name = &caller.called.name;
                // Whoever has answered more than this already is not asked, nor cut back.
                if self.sealed.get(name).is_none_or(|&count| count < wanted.rows.len()) {
                    self.ask(caller, &wanted.rows)?;
                    self.sealed.insert(name.clone(), wanted.rows.len());
                    let found = self.answers(caller).answered(&wanted.rows)?;
                    answered.insert(name.clone(), found.answered);
                    if self.is_silent(caller, found.missing, order.len()) {
                        silent.insert(name.clone());
                    }
                }
            }
        }
    }

    /// Whether a candidate is asked nothing more: asking was stopped, or more is missing than all sealed rows allow.
    fn is_silent(&self, caller: &PromptedModel, missing: u64, sealed: usize) -> bool {
        let prepared = &self.workspace.prepared;
        let all = (prepared.explored_rows().len() + sealed) as f64 * f64::from(caller.repeats);
        self.fault(caller).is_some() || missing as f64 > prepared.study.budget.missing() * all
    }

    /// Counts costs and problems over all rows that each candidate was asked, sealed ones among them, and says which can't be
    /// judged for what is missing of all of these.
    pub(super) fn count_all(&self, analysis: &mut Analysis) -> Result<(), RunError> {
        let prepared = &self.workspace.prepared;
        for caller in self.models {
            let name = &caller.called.name;
            let Some(row) = analysis.screening.rows.iter_mut().find(|row| row.name == *name) else { continue };
            let Some(&count) = self.sealed.get(name) else { continue };
            let order = prepared.sealed_order(&HoldoutAccess::at(std::slice::from_ref(name)));
            let given_up = row.calls.as_ref().and_then(|calls| calls.given_up);
            let mut rows = prepared.explored_rows();
            rows.truncate(given_up.map_or(rows.len(), |count| count as usize));
            rows.extend(order.into_iter().take(count));
            let extent = Extent { rows: &rows, given_up, fault: self.fault(caller) };
            let whole = self.answers(caller).entry(&extent)?;
            (row.calls, row.deployment) = (whole.calls, whole.deployment);
            row.unmeasured = whole.unmeasured.or(row.unmeasured.take());
        }
        Ok(())
    }
}

/// Works out what the cascades with an asked model come to on the rows that it has answered so far; one whose model can be asked nothing
/// more can't be either.
fn add_cascades(
    (entries, access, sealed): (&[CandidateResults], &HoldoutAccess, &[u32]),
    by_candidate: &mut BTreeMap<String, Answered>,
    silent: &mut BTreeSet<String>,
) {
    for entry in entries.iter().filter(|entry| access.covers(&entry.candidate.name)) {
        let Some(pair) = entry.cascade.as_ref().filter(|one| one.facts.asked).map(|one| &one.facts.pair) else {
            continue;
        };
        let small = entries.iter().find(|other| other.candidate.name == pair.small);
        let (Some(small), Some(large)) = (small, by_candidate.get(&pair.large)) else { continue };
        let found = cascade_answered((entry, small), large, (access, sealed));
        by_candidate.insert(entry.candidate.name.clone(), found);
        if silent.contains(&pair.large) {
            silent.insert(entry.candidate.name.clone());
        }
    }
}

impl Concluder<'_> {
    /// Asks nobody: that the store has these answers, or that asking was stopped on the way, and why.
    ///
    /// # Errors
    /// The store can't be read, or lacks answers.
    pub(super) fn in_store(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Option<String>, RunError> {
        let (prepared, store) = (&self.workspace.prepared, &self.workspace.store);
        let mut missing = BTreeSet::new();
        for (&row, repeat) in rows.iter().flat_map(|row| (0..caller.repeats).map(move |repeat| (row, repeat))) {
            let key = caller.key(&digest(&caller.question(&prepared.loaded.dataset, row, repeat)?));
            if store.answer(&key)?.is_some() {
                continue;
            }
            match store.call_failure(&key)?.map(|found| found.failure) {
                Some(CallFailure::Stopped { message }) => return Ok(Some(message)),
                Some(_) => {}
                None => drop(missing.insert(key)),
            }
        }
        match missing.len() {
            0 => Ok(None),
            missing => Err(RunError::Unanswered { candidate: caller.called.name.clone(), missing }),
        }
    }
}
