//! Exploring: every asked candidate answers a part of the labelled rows, the hopeless ones as few as it takes to see it.

use super::prompted_model::PromptedModel;
use crate::call::CallFailure;
use crate::session::error::SessionError;
use crate::session::progress::{Progress, Stage};
use crate::session::start::Session;
use crate::study::Rule;
use crate::trial::Executor;
use crate::verdict::{CandidateResults, Terms, difference, excess, quality, validation};

/// Rows of the first stage: fewer tell nothing apart.
pub(super) const FIRST: usize = 32;

/// Questions that tell whether all are refused, where the first one is.
const FEW: usize = 4;

/// Asks a candidate these rows, as far as they are not answered yet.
pub(super) type Asking<'a> = dyn FnMut(&PromptedModel, &[u32]) -> Result<(), SessionError> + 'a;

impl Session {
    /// Puts the first question to every model before anything is trained, so that a wrong key, address, model or
    /// program is found out first, all of them at once. Exploring starts with the same row, so nothing is asked twice.
    ///
    /// # Errors
    /// As [`Session::conclude_asking`]; where several backends can't be asked, all of them.
    pub fn preflight(&self, executor: &dyn Executor, listener: &mut dyn FnMut(&Progress)) -> Result<(), SessionError> {
        let callers = self.prepared.callers()?;
        let rows = self.explored_rows();
        let mut progress = Progress::new(Stage::Ask, 0, 0);
        let mut faults = Vec::new();
        for caller in &callers {
            // A file costs nothing, and may well lack an answer to the first row.
            let on_disk = !caller.manner.is_called;
            let first = if on_disk { &rows[..] } else { &rows[..rows.len().min(1)] };
            let mut asked = self.ask_all(caller, first, executor, (&mut progress, listener));
            // Whether the first one alone is refused, or all are: a few more tell.
            if asked.is_ok() && !on_disk && self.refused_of(caller, first)?.is_some() {
                asked = self.ask_all(caller, &rows[..rows.len().min(FEW)], executor, (&mut progress, listener));
            }
            match asked {
                Ok(()) if !on_disk => {
                    faults.extend(self.unanswered(caller, first)?);
                    // Not the study's fault, it may be, but that of what all its questions to this model have in common.
                    if let Some(failure) = self.refused_of(caller, &rows[..rows.len().min(FEW)])? {
                        self.stop_asking(caller, &rows, &format!("its first questions were all {failure}"))?;
                    }
                }
                Ok(()) => {}
                Err(error @ SessionError::Call { .. }) => faults.push(error),
                Err(error) => return Err(error),
            }
        }
        if faults.len() > 1 { Err(SessionError::Several(faults)) } else { faults.pop().map_or(Ok(()), Err) }
    }

    /// What kept these rows from an answer and may be mended; nothing where they are answered, or never will be.
    fn unanswered(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Option<SessionError>, SessionError> {
        let Some(open) = self.open_questions(caller, rows)?.into_iter().next() else { return Ok(None) };
        let Some(found) = self.store.call_failure(&open.key)? else { return Ok(None) };
        if matches!(found.failure, CallFailure::Rejected { .. } | CallFailure::Stopped { .. }) {
            return Ok(None);
        }
        Ok(Some(SessionError::Call {
            candidate: caller.called.name.clone(),
            message: format!("its first question got no answer: {}", found.failure),
            hint: Some("mend it, then run the same command again".to_owned()),
        }))
    }

    /// How the last of these questions was refused, where every one was; nothing where one was answered, or was not asked.
    fn refused_of(&self, caller: &PromptedModel, rows: &[u32]) -> Result<Option<CallFailure>, SessionError> {
        let mut last = None;
        for kept in self.kept(caller, rows, 0)? {
            match kept.failure {
                Some(failure @ CallFailure::Rejected { .. }) if kept.answer.is_none() => last = Some(failure),
                _ => return Ok(None),
            }
        }
        Ok(last)
    }

    /// Whether so much of these rows' answers is missing that all others could not make up for it.
    fn is_lost(&self, entry: &CandidateResults, all: u64) -> bool {
        let most = self.prepared.study.budget.missing();
        entry.calls.as_ref().is_some_and(|calls| calls.missing as f64 > most * all as f64)
    }

    /// Asks in stages of twice as many rows, and gives up between them who surely is short of the best by more than
    /// the margin (or below the bar). The entries of all candidates that are asked, in the study's order.
    ///
    /// A function of the answers alone: with an `ask` that only checks the store it comes to the same again.
    pub(super) fn explore_with(
        &self,
        callers: &[PromptedModel],
        trained: &[CandidateResults],
        ask: &mut Asking<'_>,
    ) -> Result<Vec<CandidateResults>, SessionError> {
        let rows = self.explored_rows();
        let mut entries: Vec<CandidateResults> = Vec::new();
        // How many rows each is asked; given up where it is fewer than all.
        let mut asked = vec![0_usize; callers.len()];
        // Of whom too much is missing, or who can't be asked any more: neither good nor bad.
        let mut lost = vec![false; callers.len()];
        let mut active: Vec<usize> = (0..callers.len()).collect();
        let mut count = 0;
        while count < rows.len() {
            count = if count == 0 { FIRST } else { count * 2 }.min(rows.len());
            // The rest of less than half a stage is taken along.
            if rows.len() - count < count / 2 {
                count = rows.len();
            }
            for &at in &active {
                ask(&callers[at], &rows[..count])?;
                asked[at] = count;
            }
            let entry = |(at, caller): (usize, &PromptedModel)| {
                let given_up = (asked[at] < count && !lost[at]).then_some(asked[at] as u64);
                self.called_entry(caller, &rows[..asked[at]], given_up)
            };
            entries = callers.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
            for &at in &active {
                let all = rows.len() as u64 * u64::from(callers[at].repeats);
                lost[at] = self.asking.faults.borrow().contains_key(&callers[at].called.name)
                    || self.is_lost(&entries[at], all);
            }
            active.retain(|&at| !lost[at]);
            if count < rows.len() {
                let hopeless = |at: &usize| is_hopeless(&entries[*at], trained, &entries, &self.asked_under);
                active.retain(|at| !hopeless(at));
            }
        }
        Ok(entries)
    }
}

/// Whether a candidate is surely not good enough: against the best of all on the rows that both have, or the bar.
fn is_hopeless(
    entry: &CandidateResults,
    trained: &[CandidateResults],
    called: &[CandidateResults],
    terms: &Terms,
) -> bool {
    let own = validation(entry);
    if terms.incumbent.as_ref() == Some(&entry.candidate.name) {
        return false;
    }
    match terms.rule {
        Rule::Bar(bar) => quality(terms.metric, &own).is_some_and(|found| {
            let over =
                crate::stats::Estimate { point: terms.metric.orient(found.point) - terms.metric.orient(bar), ..found };
            over.upper(terms.confidence) < 0.0
        }),
        Rule::Margin(margin) => {
            // One that exceeds a limit is no reason to give up another.
            let rival = |other: &&CandidateResults| {
                other.candidate.name != entry.candidate.name && excess(other, terms).is_empty()
            };
            // Where there is an incumbent it is the only one that counts.
            let counts = |other: &&CandidateResults| match &terms.incumbent {
                Some(incumbent) => *incumbent == other.candidate.name,
                None => rival(other),
            };
            let rivals: Vec<&CandidateResults> = trained.iter().chain(called).filter(counts).collect();
            // The best of many looks better than it is, so the error rate is shared among them.
            let confidence = 1.0 - (1.0 - terms.confidence) / rivals.len().max(1) as f64;
            let differences = rivals.iter().filter_map(|other| difference(terms.metric, &own, &validation(other)));
            differences.into_iter().any(|found| found.upper(confidence) < -margin)
        }
    }
}
