//! From answers to the verdict: screening with the explored rows, then the sealed rows, asked only as far as it takes.

use std::collections::BTreeMap;

use super::caller::Caller;
use super::explore::Asking;
use super::judge::Judge;
use crate::climb::Ascent;
use crate::data::Look;
use crate::metric::Outcomes;
use crate::session::error::SessionError;
use crate::session::start::Session;
use crate::verdict::{
    Analysis, Answered, Answers, Entry, Problems, Screening, Step, Verdict, advance, decide, look, screen,
};

impl Session {
    /// The verdict where some candidates are asked: explores, screens, confirms, decides. `ask` gets the rows that a
    /// candidate has to have answered before it goes on.
    pub(super) fn conclude_with(
        &self,
        ascent: &Ascent,
        callers: &[Caller],
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
        let mut analysis = match look(&screening) {
            None => crate::verdict::confirm(&entries, screening, terms, None, sizes),
            Some((look, names)) => {
                let number = self.note_look(&names, &screening.sequence, &requests)?;
                self.confirm_with((&entries, screening, callers), (&look, number), sizes, ask)?
            }
        };
        self.count_all(&mut analysis, callers)?;
        let verdict = decide(&mut analysis, terms);
        Ok((analysis, verdict))
    }

    /// Asks the sealed rows in their random order, until every test of the sequence has ended.
    fn confirm_with(
        &self,
        (entries, screening, callers): (&[Entry], Screening, &[Caller]),
        (look, number): (&Look, u32),
        sizes: (u64, u64),
        ask: &mut Asking<'_>,
    ) -> Result<Analysis, SessionError> {
        let order = self.sealed_order(look);
        let mut answered: BTreeMap<String, Answered> = BTreeMap::new();
        for caller in callers.iter().filter(|caller| look.covers(&caller.called.name)) {
            answered.insert(caller.called.name.clone(), self.answered(caller, &[])?);
        }
        loop {
            let sealed = self.prepared.loaded.dataset.sealed_rows(look);
            let answers = Answers { order: &order, sealed, by_candidate: &answered };
            let wanted = match advance(entries, &screening, &self.prepared.terms, (look, number), (answers, sizes)) {
                Step::Done(analysis) => return Ok(*analysis),
                Step::Ask(wanted) => wanted,
            };
            for caller in callers.iter().filter(|caller| wanted.candidates.contains(&caller.called.name)) {
                let seen = answered.get(&caller.called.name).and_then(|repeats| repeats.first());
                // Whoever has answered more than this already is not asked, nor cut back.
                if seen.is_none_or(|(_, rows, _)| rows.len() < wanted.rows.len()) {
                    ask(caller, &wanted.rows)?;
                    answered.insert(caller.called.name.clone(), self.answered(caller, &wanted.rows)?);
                }
            }
        }
    }

    /// The sealed rows in the order in which they are asked; of copies of one row the first.
    pub(super) fn sealed_order(&self, look: &Look) -> Vec<u32> {
        let mut order = self.prepared.loaded.dataset.sealed_rows(look).to_vec();
        super::shuffle(&mut order, self.prepared.study.trials.seed, "confirm");
        self.prepared.loaded.dataset.without_copies(order)
    }

    fn answered(&self, caller: &Caller, rows: &[u32]) -> Result<Answered, SessionError> {
        let judge = Judge::new(caller, &self.prepared.loaded.dataset, &self.prepared.terms);
        let outcomes = |repeat: u32| -> Result<Outcomes, SessionError> {
            Ok(judge.outcomes(rows, &self.answers(caller, rows, repeat)?, &mut Problems::default()))
        };
        let own: Vec<Outcomes> = (0..caller.repeats).map(outcomes).collect::<Result<_, _>>()?;
        let of = |(number, outcomes)| (number, rows.to_vec(), outcomes);
        Ok(self.paired(own).into_iter().map(of).collect())
    }

    /// Counts costs and problems over all rows that each candidate has answered, the sealed ones of the look among them.
    fn count_all(&self, analysis: &mut Analysis, callers: &[Caller]) -> Result<(), SessionError> {
        for caller in callers {
            let Some(row) = analysis.screening.rows.iter_mut().find(|row| row.name == caller.called.name) else {
                continue;
            };
            let look = Look::at(std::slice::from_ref(&caller.called.name));
            let order = self.sealed_order(&look);
            let answers = self.answers(caller, &order, 0)?;
            // Up to the last one answered: what failed before it counts too.
            let Some(sealed) = answers.iter().rposition(Option::is_some).map(|last| last + 1) else { continue };
            let given_up = row.calls.as_ref().and_then(|calls| calls.given_up);
            let mut rows = self.explored_rows();
            rows.truncate(given_up.map_or(rows.len(), |count| count as usize));
            rows.extend(order.into_iter().take(sealed));
            let whole = self.called_entry(caller, &rows, given_up)?;
            (row.calls, row.deployment) = (whole.calls, whole.deployment);
        }
        Ok(())
    }
}
