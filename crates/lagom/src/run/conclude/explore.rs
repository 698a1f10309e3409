//! Exploring: every asked candidate answers a part of the labelled rows, the hopeless ones as few as it takes to see it.

use super::answering::Answering;
use crate::run::answers::Extent;
use crate::run::error::RunError;
use crate::run::prompted::{FIRST, PromptedModel};
use crate::study::Rule;
use crate::verdict::{CandidateResults, Terms, difference, is_within, quality, validation};

impl Answering<'_> {
    /// Asks in stages of twice as many rows, and gives up between them who surely is short of the best by more than
    /// the margin (or below the bar). The entries of all candidates that are asked, in the study's order.
    ///
    /// A function of the answers alone: with an `ask` that only looks into the store it comes to the same again.
    pub(super) fn explore(&mut self, trained: &[CandidateResults]) -> Result<Vec<CandidateResults>, RunError> {
        let callers = self.models;
        let rows = self.workspace.prepared.explored_rows();
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
                self.ask(&callers[at], &rows[..count])?;
                asked[at] = count;
            }
            let entry = |(at, caller): (usize, &PromptedModel)| {
                let given_up = (asked[at] < count && !lost[at]).then_some(asked[at] as u64);
                let (rows, fault) = (&rows[..asked[at]], self.fault(caller));
                self.answers(caller).entry(&Extent { rows, given_up, fault })
            };
            entries = callers.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
            for &at in &active {
                let all = rows.len() as u64 * u64::from(callers[at].repeats);
                lost[at] = self.fault(&callers[at]).is_some() || self.is_lost(&entries[at], all);
            }
            active.retain(|&at| !lost[at]);
            if count < rows.len() {
                let hopeless = |at: &usize| is_hopeless(&entries[*at], trained, &entries, &self.workspace.asked_under);
                active.retain(|at| !hopeless(at));
            }
        }
        Ok(entries)
    }

    /// Whether so much of these rows' answers is missing that all others could not make up for it.
    fn is_lost(&self, entry: &CandidateResults, all: u64) -> bool {
        let most = self.workspace.prepared.study.budget.missing();
        entry.calls.as_ref().is_some_and(|calls| calls.missing as f64 > most * all as f64)
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
            let rival =
                |other: &&CandidateResults| other.candidate.name != entry.candidate.name && is_within(other, terms);
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
