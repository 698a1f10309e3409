//! From the store to the verdict, and to everything that a report shows of it.

mod answering;
mod cascades;
mod climbed;
mod differences;
mod explore;
mod findings;
mod growth;
mod levers;
mod outlook;
mod probing;
#[cfg(test)]
mod tests;
mod threshold;
mod varied;

pub(super) use answering::Asking;
pub(super) use varied::is_finalist;

use super::conclusion::Conclusion;
use super::error::RunError;
use super::prompted::PromptedModel;
use super::search::search_again;
use super::workspace::Workspace;
use crate::data::HoldoutAccess;
use crate::search::SearchResult;
use crate::trial::Request;
use crate::verdict::{CandidateResults, confirm, decide, look, screen};
use answering::Answering;
use growth::awaited;

/// Decides on what a workspace holds: screens on validation rows, writes down the look, reads the sealed rows of what was looked
/// at. Trains nothing and asks nobody.
pub(super) struct Concluder<'a> {
    workspace: &'a Workspace,
}

/// A look that is written down.
struct NotedLook {
    access: HoldoutAccess,
    /// How many looks there were, this one among them.
    number: u32,
}

impl<'a> Concluder<'a> {
    /// One in this workspace.
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    /// The verdict from the store alone, under terms that may be others than those of the run.
    ///
    /// # Errors
    /// The store can't be read, lacks trials, or lacks answers of a model that these terms would have to ask.
    pub(super) fn conclude_again(&self) -> Result<Conclusion, RunError> {
        let found = search_again(self.workspace)?;
        if !self.workspace.prepared.has_calls() {
            return self.conclude(&found);
        }
        let models = self.workspace.prepared.callers()?;
        self.conclude_asking(&found, &models, &mut |caller, rows| self.in_store(caller, rows))
    }

    /// The verdict on trained candidates, on the trials that the search asked for.
    ///
    /// # Errors
    /// The store can't be read or written.
    pub(super) fn conclude(&self, found: &SearchResult) -> Result<Conclusion, RunError> {
        let mut grown: Vec<String> = Vec::new();
        loop {
            let conclusion = self.conclude_with(found, &grown)?;
            let before = grown.len();
            let new: Vec<String> =
                self.awaits_growth(&conclusion).into_iter().filter(|name| !grown.contains(name)).collect();
            grown.extend(new);
            if grown.len() == before {
                return Ok(conclusion);
            }
        }
    }

    /// The same with the trainings on half of the rows of these candidates alone. The store may have others, which the learning
    /// curve asked for later: a verdict does not hang on when it is given.
    fn conclude_with(&self, found: &SearchResult, grown: &[String]) -> Result<Conclusion, RunError> {
        let terms = &self.workspace.prepared.terms;
        let requests = self.workspace.requests_of(found);
        let entries = self.workspace.entries(&requests)?;
        let mut entries: Vec<CandidateResults> =
            entries.into_iter().map(|entry| self.handed_over(entry, grown)).collect::<Result<_, _>>()?;
        entries.extend(self.workspace.beyond_failures(found));
        self.add_figures(&mut entries)?;
        let uncascaded = self.add_cascades(&mut entries);
        let sizes = self.workspace.sizes(&entries);
        let screening = screen(&entries, terms, sizes);
        let look = match look(&screening) {
            None => None,
            Some((access, names)) => {
                Some(NotedLook { access, number: self.note_look(&names, &screening.sequence, &requests)? })
            }
        };
        let look = look.as_ref().map(|look| (&look.access, look.number));
        let mut analysis = confirm(&entries, screening, terms, look, sizes);
        let verdict = decide(&mut analysis, terms);
        Ok(Conclusion { found: found.clone(), analysis, verdict, uncascaded })
    }

    /// The verdict where some candidates are asked. `ask` gets the rows that one has to have answered before it goes on.
    ///
    /// # Errors
    /// The store can't be read or written; what `ask` fails with.
    pub(super) fn conclude_asking(
        &self,
        found: &SearchResult,
        models: &[PromptedModel],
        ask: &mut Asking<'_>,
    ) -> Result<Conclusion, RunError> {
        let terms = &self.workspace.prepared.terms;
        let mut answering = Answering::new(self.workspace, models, ask);
        let requests = self.workspace.requests_of(found);
        let mut entries = self.workspace.entries(&requests)?;
        self.add_figures(&mut entries)?;
        entries.extend(self.workspace.beyond_failures(found));
        let called = answering.explore(&entries)?;
        entries.extend(called);
        let uncascaded = self.add_cascades(&mut entries);
        let sizes = self.workspace.sizes(&entries);
        let screening = screen(&entries, terms, sizes);
        let mut analysis = match look(&screening) {
            None => confirm(&entries, screening, terms, None, sizes),
            Some((access, names)) => {
                let number = self.note_look(&names, &screening.sequence, &requests)?;
                answering.confirm(&entries, &screening, &NotedLook { access, number })?
            }
        };
        answering.count_all(&mut analysis)?;
        let verdict = decide(&mut analysis, terms);
        Ok(Conclusion { found: found.clone(), analysis, verdict, uncascaded })
    }

    /// The candidates whose trainings on half of the rows the verdict waits for. Which these are follows from the sealed outcomes.
    /// That costs nothing of the tests' error rate: one passes if every one of its bounds holds, so that where one fails without
    /// the growth that one is not needed.
    pub(super) fn awaits_growth(&self, conclusion: &Conclusion) -> Vec<String> {
        self.trained_for(awaited(&conclusion.analysis, &self.workspace.prepared.terms))
    }

    /// Counts a look before it is taken; the same terms over the same trials are the same look.
    fn note_look(&self, names: &[String], sequence: &[String], requests: &[Request]) -> Result<u32, RunError> {
        let prepared = &self.workspace.prepared;
        let terms = serde_json::to_string(&prepared.terms).map_err(|error| {
            RunError::unfit(
                format!("the terms of the verdict have no encoding: {error}"),
                "this is a fault of lagom: please report it",
            )
        })?;
        let trials: Vec<String> =
            requests.iter().map(|request| request.stopped_key().unwrap_or_else(|| request.spec.key())).collect();
        let trials = blake3::hash(trials.join(",").as_bytes()).to_hex();
        let rule = format!("{terms} {} {} {trials}", sequence.join(","), names.join(","));
        Ok(self.workspace.store.add_look(&prepared.as_given, &rule, names)?)
    }
}
