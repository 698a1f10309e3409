//! What the stage of levers found, and what sealed rows say of its best arms.

use std::collections::BTreeSet;

use super::Concluder;
use crate::levers::{Ledger, MeasuredArm, MovedChoice, Planned, WhyNot, ask, finalists, ledger, moved, questions};
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::levers::LeverStage;
use crate::run::workspace::Outcome;
use crate::trial::{Request, TrialSpec};
use crate::verdict::{CandidateResults, look_beside};

/// A stage that was replayed to its end.
pub(in crate::run) struct Tried<'a> {
    stage: LeverStage<'a>,
    measured: Vec<MeasuredArm>,
    ledger: Ledger,
    /// What is to be put before sealed rows.
    planned: Vec<Planned>,
    /// What the verdict has measured.
    ladder: Vec<CandidateResults>,
}

impl Concluder<'_> {
    /// The ledger of the stage that was last run to its end on this study and found anything to change, from the store alone; none where
    /// there is none.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn levers(&self, conclusion: &Conclusion) -> Result<Option<Ledger>, RunError> {
        for stage in LeverStage::run_before(self.workspace)? {
            let Some(measured) = stage.again()? else { continue };
            let tried = self.tried(stage, measured, conclusion)?;
            if tried.ledger.rows.is_empty() || !self.is_whole(&tried)? {
                continue;
            }
            return Ok(Some(self.confirmed(tried, conclusion)?));
        }
        Ok(None)
    }

    /// Whether what the confirmation needs is there: else the stage was stopped before it.
    fn is_whole(&self, tried: &Tried<'_>) -> Result<bool, RunError> {
        for request in self.confirming(tried) {
            if matches!(self.workspace.outcome(&request)?, Outcome::Missing) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a stage came to, and what of it is to be put before sealed rows.
    ///
    /// # Errors
    /// The store can't be read.
    pub(in crate::run) fn tried<'s>(
        &self,
        stage: LeverStage<'s>,
        measured: Vec<MeasuredArm>,
        conclusion: &Conclusion,
    ) -> Result<Tried<'s>, RunError> {
        let (workspace, terms) = (self.workspace, &self.workspace.prepared.terms);
        let ladder = workspace.entries(&workspace.requests_of(&conclusion.found))?;
        let ledger = ledger(&stage.stage, &measured, &ladder);
        let chosen = conclusion.verdict.choice.as_ref() == Some(&ledger.choice);
        // Under other terms, or for another choice, nothing new is asked of the sealed rows.
        let asks = chosen && workspace.asked_under == *terms && conclusion.analysis.look > 0;
        let planned = if asks {
            let arms = finalists(&stage.stage, &measured, &ledger);
            let mut asked = questions(&stage.stage, &measured, (&arms, &ladder), (&conclusion.verdict, terms));
            // What is asked is compared by answers, of which a trained arm has none.
            let trained = |name: &String| ladder.iter().any(|entry| entry.candidate.name == *name);
            asked.retain(|one| trained(&one.against));
            asked
        } else {
            Vec::new()
        };
        Ok(Tried { stage, measured, ledger, planned, ladder })
    }

    /// Why nothing was measured although all was trained: no lever finds anything to change in these data.
    pub(in crate::run) fn idle(&self, tried: &Tried<'_>) -> Option<RunError> {
        if !tried.ledger.rows.is_empty() {
            return None;
        }
        let names: BTreeSet<&str> = tried.ledger.not_tried.iter().map(|one| one.lever.as_str()).collect();
        let names = names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let why = tried.ledger.not_tried.iter().find_map(|one| match &one.why {
            WhyNot::Unfit(message) => Some(message.clone()),
            WhyNot::Budget => None,
        });
        Some(RunError::unfit(
            format!(
                "there is nothing to change in these data for {names}{}",
                why.map(|why| format!(": {why}")).unwrap_or_default()
            ),
            "try others, or all with `lagom levers` without --try",
        ))
    }

    /// The trainings on half of the rows that the confirmation needs.
    pub(in crate::run) fn confirming(&self, tried: &Tried<'_>) -> Vec<Request> {
        let named = tried.entries().filter(|entry| tried.names().contains(&entry.candidate.name));
        named.flat_map(|entry| self.workspace.half_requests_of(&entry.candidate)).collect()
    }

    /// The ledger with what the sealed rows say: the look is written down before it is taken.
    ///
    /// # Errors
    /// The store can't be read or written.
    pub(in crate::run) fn confirmed(&self, tried: Tried<'_>, conclusion: &Conclusion) -> Result<Ledger, RunError> {
        if tried.planned.is_empty() {
            return Ok(tried.ledger);
        }
        let names = tried.names();
        let entries = tried.entries().cloned().map(|entry| self.handed_over(entry, &names));
        let entries: Vec<CandidateResults> = entries.collect::<Result<_, _>>()?;
        let mut requests = self.workspace.requests_of(&conclusion.found);
        requests.retain(|request| names.contains(&request.spec.candidate.name));
        requests.extend(tried.measured.iter().flat_map(|one| tried.stage.requests(&one.arm, one.asked)));
        let order: Vec<String> = tried.planned.iter().map(told).collect();
        let number = self.note_look(&names, &order, &requests)?;
        let terms = &self.workspace.prepared.terms;
        let confirmations =
            ask(&tried.stage.stage, &tried.measured, &tried.planned, &entries, (terms, &look_beside(&names), number));
        let verdict = (&tried.ladder[..], &conclusion.analysis, &conclusion.verdict);
        let moved = moved(&tried.stage.stage, &tried.measured, &confirmations, verdict, terms);
        Ok(Ledger { confirmations, moved, ..tried.ledger })
    }

    /// What takes the place of a verdict's choice by the stage of levers that was last run; none where that choice stands.
    ///
    /// # Errors
    /// The store can't be read.
    pub(in crate::run) fn moved(&self, conclusion: &Conclusion) -> Result<Option<MovedChoice>, RunError> {
        Ok(self.levers(conclusion)?.and_then(|ledger| ledger.moved))
    }
}

/// A question as the rule of its look has it.
fn told(planned: &Planned) -> String {
    let asked = if planned.good_enough { "good enough beside" } else { "better than" };
    format!("{} {asked} {}", planned.candidate, planned.against)
}

impl Tried<'_> {
    /// All that was measured, plain and under levers; each once.
    fn entries(&self) -> impl Iterator<Item = &CandidateResults> {
        let measured = |entry: &&CandidateResults| {
            !self.measured.iter().any(|one| one.entry.candidate.name == entry.candidate.name)
        };
        let plain = self.ladder.iter().filter(measured);
        plain.chain(self.measured.iter().map(|one| &one.entry))
    }

    /// Those whose sealed rows are to be read.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.planned.iter().flat_map(|one| [one.candidate.clone(), one.against.clone()]).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The first trials of the arms that have a line of the ledger and of the plain recipe beside them, which are to be timed; and
    /// the first trials of all arms.
    pub(in crate::run) fn first_trials(&self) -> (Vec<TrialSpec>, Vec<TrialSpec>) {
        let first = |one: &MeasuredArm| {
            let requests = self.stage.requests(&one.arm, 1);
            requests.into_iter().next().map(|request| request.spec)
        };
        let shown = |one: &&MeasuredArm| {
            let size = &self.stage.stage.sizes[one.arm.size].plain.name;
            let is_own = self.ledger.rows.iter().any(|row| row.size == *size && row.settings == one.arm.settings);
            (one.arm.is_plain() || is_own) && !one.entry.repeats.is_empty()
        };
        let timed = self.measured.iter().filter(shown).filter_map(first).collect();
        (timed, self.measured.iter().filter_map(first).collect())
    }
}
