//! From answers to the verdict: screening with the explored rows, then the sealed rows, asked only as far as it takes.

use std::collections::{BTreeMap, BTreeSet};

use super::answer_scorer::AnswerScorer;
use super::explore::Asking;
use super::prompted_model::PromptedModel;
use super::tally::Tally;
use crate::data::HoldoutAccess;
use crate::search::SearchResult;
use crate::session::error::SessionError;
use crate::session::start::Session;
use crate::verdict::{
    Analysis, Answered, Answers, CandidateResults, Responses, Screening, Step, Verdict, advance, decide, look, screen,
};

impl Session {
    /// The verdict where some candidates are asked: explores, screens, confirms, decides. `ask` gets the rows that a
    /// candidate has to have answered before it goes on.
    pub(super) fn conclude_with(
        &self,
        ascent: &SearchResult,
        callers: &[PromptedModel],
        ask: &mut Asking<'_>,
    ) -> Result<(Analysis, Verdict), SessionError> {
        let terms = &self.prepared.terms;
        let requests = self.requests_of(ascent);
        let mut entries = self.entries(&requests)?;
        entries.extend(self.beyond_failures(ascent));
        let called = self.explore_with(callers, &entries, ask)?;
        entries.extend(called);
        let sizes = self.sizes(&entries);
        let screening = screen(&entries, terms, sizes);
        let mut sealed = BTreeMap::new();
        let mut analysis = match look(&screening) {
            None => crate::verdict::confirm(&entries, screening, terms, None, sizes),
            Some((look, names)) => {
                let number = self.note_look(&names, &screening.sequence, &requests)?;
                let asked = (&mut sealed, ask);
                self.confirm_with((&entries, screening, callers), (&look, number), sizes, asked)?
            }
        };
        self.count_all(&mut analysis, callers, &sealed)?;
        let verdict = decide(&mut analysis, terms);
        Ok((analysis, verdict))
    }

    /// Asks the sealed rows in their random order, until every test of the sequence has ended; `sealed` gets how many each
    /// candidate was asked. One that can't be judged any more is asked nothing more.
    fn confirm_with(
        &self,
        (entries, screening, callers): (&[CandidateResults], Screening, &[PromptedModel]),
        (look, number): (&HoldoutAccess, u32),
        sizes: (u64, u64),
        (sealed, ask): (&mut BTreeMap<String, usize>, &mut Asking<'_>),
    ) -> Result<Analysis, SessionError> {
        let order = self.sealed_order(look);
        let mut answered: BTreeMap<String, Answered> = BTreeMap::new();
        let mut silent: BTreeSet<String> = BTreeSet::new();
        for caller in callers.iter().filter(|caller| look.covers(&caller.called.name)) {
            answered.insert(caller.called.name.clone(), self.answered(caller, &[])?.0);
        }
        loop {
            let rows = self.prepared.loaded.dataset.sealed_rows(look);
            let answers = Answers { order: &order, sealed: rows, by_candidate: &answered, silent: &silent };
            let wanted = match advance(entries, &screening, &self.prepared.terms, (look, number), (answers, sizes)) {
                Step::Done(analysis) => return Ok(*analysis),
                Step::Ask(wanted) => wanted,
            };
            for caller in callers.iter().filter(|caller| wanted.candidates.contains(&caller.called.name)) {
                let name = &caller.called.name;
                // Whoever has answered more than this already is not asked, nor cut back.
                if sealed.get(name).is_none_or(|&count| count < wanted.rows.len()) {
                    ask(caller, &wanted.rows)?;
                    sealed.insert(name.clone(), wanted.rows.len());
                    let (found, missing) = self.answered(caller, &wanted.rows)?;
                    answered.insert(name.clone(), found);
                    if self.is_silent(caller, missing, order.len()) {
                        silent.insert(name.clone());
                    }
                }
            }
        }
    }

    /// Whether a candidate is asked nothing more: asking was stopped, or more is missing than all sealed rows allow.
    fn is_silent(&self, caller: &PromptedModel, missing: u64, sealed: usize) -> bool {
        let all = (self.explored_rows().len() + sealed) as f64 * f64::from(caller.repeats);
        self.asking.faults.borrow().contains_key(&caller.called.name)
            || missing as f64 > self.prepared.study.budget.missing() * all
    }

    /// The sealed rows in the order in which they are asked; of copies of one row the first.
    pub(super) fn sealed_order(&self, look: &HoldoutAccess) -> Vec<u32> {
        let mut order = self.prepared.loaded.dataset.sealed_rows(look).to_vec();
        super::shuffle(&mut order, self.prepared.study.trials.seed, "confirm");
        self.prepared.loaded.dataset.without_copies(order)
    }

    /// What these rows came to, by repeat, and how many of their answers are missing.
    fn answered(&self, caller: &PromptedModel, rows: &[u32]) -> Result<(Answered, u64), SessionError> {
        let judge = AnswerScorer::new(caller, &self.prepared);
        let mut tally = Tally::default();
        let mut own: Vec<Responses> = Vec::new();
        for repeat in 0..caller.repeats {
            own.push(judge.judge(rows, &self.kept(caller, rows, repeat)?, repeat, &mut tally)?);
        }
        Ok((self.paired(own), tally.missing))
    }

    /// Counts costs and problems over all rows that each candidate was asked, `sealed` ones among them, and says which can't be
    /// judged for what is missing of all of these.
    fn count_all(
        &self,
        analysis: &mut Analysis,
        callers: &[PromptedModel],
        sealed: &BTreeMap<String, usize>,
    ) -> Result<(), SessionError> {
        for caller in callers {
            let name = &caller.called.name;
            let Some(row) = analysis.screening.rows.iter_mut().find(|row| row.name == *name) else { continue };
            let Some(&count) = sealed.get(name) else { continue };
            let order = self.sealed_order(&HoldoutAccess::at(std::slice::from_ref(name)));
            let given_up = row.calls.as_ref().and_then(|calls| calls.given_up);
            let mut rows = self.explored_rows();
            rows.truncate(given_up.map_or(rows.len(), |count| count as usize));
            rows.extend(order.into_iter().take(count));
            let whole = self.called_entry(caller, &rows, given_up)?;
            (row.calls, row.deployment) = (whole.calls, whole.deployment);
            row.unmeasured = whole.unmeasured.or(row.unmeasured.take());
        }
        Ok(())
    }
}
