//! How the tested differences grow with the rows: the trainings on half of them that a verdict needs.

use super::Concluder;
use crate::run::error::RunError;
use crate::verdict::{Analysis, Basis, CandidateResults, Stair, Terms, Test, Untested};

/// A step of the staircase is worth its trainings where by the estimate it lies within so many margins.
const REACH: f64 = 3.0;

impl Concluder<'_> {
    /// Adds how many rows the model handed over is trained on, and what is known of the trainings on half of the rows if it is one
    /// of those whose growth is asked for.
    ///
    /// Where any of them failed the growth is not known: the repeats that are left are no fair sample, and a verdict that hangs on
    /// the candidate is kept back with the cause.
    pub(super) fn handed_over(&self, entry: CandidateResults, grown: &[String]) -> Result<CandidateResults, RunError> {
        let mut entry =
            CandidateResults { handed_over_on: Some(self.workspace.handed_over_rows().len() as u64), ..entry };
        if !grown.contains(&entry.candidate.name) {
            return Ok(entry);
        }
        let requests = self.workspace.half_requests_of(&entry.candidate);
        let found = self.workspace.entry(&entry.candidate, &requests)?;
        if found.unmeasured.is_none() && found.repeats.len() == requests.len() {
            entry.halves = found.repeats;
        }
        entry.unmeasured = entry.unmeasured.or(found.unmeasured);
        Ok(entry)
    }
}

/// The candidates of the tests that would decide, were it known how they grow, and of the steps that lack it.
pub(super) fn awaited(analysis: &Analysis, terms: &Terms) -> Vec<String> {
    let waiting = |test: &&Test| test.counted && test.carried.as_ref().is_some_and(|carried| carried.awaits_growth);
    let tests = analysis.tests.iter().filter(waiting).map(|test| (&test.candidate, &test.against));
    let far = |found: f64| terms.margin().is_some_and(|margin| found < -REACH * margin);
    let open = |step: &&Stair| {
        step.basis == Basis::Untested(Untested::Growth) && step.difference.as_ref().is_some_and(|one| !far(one.point))
    };
    let steps = analysis.staircase.steps.iter().filter(open).map(|step| (&step.candidate, &step.against));
    let mut names: Vec<String> =
        tests.chain(steps).flat_map(|(one, other)| std::iter::once(one).chain(other)).cloned().collect();
    names.sort();
    names.dedup();
    names
}
