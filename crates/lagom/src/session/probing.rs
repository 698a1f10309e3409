//! What the probes find out about the finalists.

use super::error::SessionError;
use super::start::Session;
use crate::probe::{ProbeResult, Subject, probe};
use crate::search::SearchResult;
use crate::trial::Request;
use crate::verdict::Verdict;

impl Session {
    /// What the probes that the study asks for found of the choice and of what it is compared with. So far they look at what was
    /// trained here; of what is asked they say that they do not.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn probed(&self, ascent: &SearchResult, verdict: &Verdict) -> Result<Vec<ProbeResult>, SessionError> {
        let mut finalists: Vec<&String> = verdict.choice.iter().chain(&verdict.reference).collect();
        finalists.dedup();
        let requests = self.requests_of(ascent);
        let (dataset, terms) = (&self.prepared.loaded.dataset, &self.prepared.terms);
        let mut found = Vec::new();
        for probe in self.prepared.study.probes.iter().filter_map(|name| probe(name)) {
            for name in &finalists {
                let own: Vec<Request> =
                    requests.iter().filter(|one| one.spec.candidate.name == **name).cloned().collect();
                let Some(first) = own.first() else {
                    found.push(ProbeResult::unseen(probe, name));
                    continue;
                };
                let entry = &self.entry(&first.spec.candidate, &own)?;
                let (metric, confidence) = (terms.metric, terms.confidence);
                found.extend(probe.run(&Subject { entry, dataset, metric, confidence }));
            }
        }
        Ok(found)
    }
}
