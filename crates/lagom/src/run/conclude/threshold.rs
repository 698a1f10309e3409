//! The threshold of the choice, where the study's metric ranks rows and names no classes.

use super::Concluder;
use crate::metric::{ClassOutcomes, Metric, Outcomes, Threshold, threshold};
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::trial::Request;

impl Concluder<'_> {
    /// From which probability on the choice is to call a row positive, by its validation rows; none where the metric is
    /// another one, or nothing was chosen that was trained.
    pub(super) fn threshold(&self, conclusion: &Conclusion) -> Result<Option<Threshold>, RunError> {
        let chosen = conclusion.verdict.choice.as_ref().filter(|_| self.workspace.prepared.terms.metric == Metric::Auc);
        let Some(name) = chosen else { return Ok(None) };
        let own = |request: &Request| request.spec.candidate.name == *name;
        let requests: Vec<Request> = self.workspace.requests_of(&conclusion.found).into_iter().filter(own).collect();
        let Some(first) = requests.first() else { return Ok(None) };
        let entry = self.workspace.entry(&first.spec.candidate, &requests)?;
        let classes = entry.repeats.iter().filter_map(|one| match &one.validation {
            Outcomes::Classes(of) => Some(of),
            _ => None,
        });
        Ok(threshold(classes.collect::<Vec<&ClassOutcomes>>()))
    }
}
