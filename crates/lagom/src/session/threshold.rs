//! The threshold of the choice, where the study's metric ranks rows and names no classes.

use super::error::SessionError;
use super::start::Session;
use crate::metric::{ClassOutcomes, Metric, Outcomes, Threshold, threshold};
use crate::search::SearchResult;
use crate::trial::Request;
use crate::verdict::Verdict;

impl Session {
    /// From which probability on the choice is to call a row positive, by its validation rows; none where the metric is
    /// another one, or nothing was chosen that was trained.
    pub(super) fn threshold(
        &self,
        ascent: &SearchResult,
        verdict: &Verdict,
    ) -> Result<Option<Threshold>, SessionError> {
        let chosen = verdict.choice.as_ref().filter(|_| self.prepared.terms.metric == Metric::Auc);
        let Some(name) = chosen else { return Ok(None) };
        let own = |request: &Request| request.spec.candidate.name == *name;
        let requests: Vec<Request> = self.requests_of(ascent).into_iter().filter(own).collect();
        let Some(first) = requests.first() else { return Ok(None) };
        let entry = self.entry(&first.spec.candidate, &requests)?;
        let classes = entry.repeats.iter().filter_map(|one| match &one.validation {
            Outcomes::Classes(of) => Some(of),
            _ => None,
        });
        Ok(threshold(classes.collect::<Vec<&ClassOutcomes>>()))
    }
}
