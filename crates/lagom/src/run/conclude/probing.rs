//! What the probes find out about the finalists.

use super::Concluder;
use crate::probe::{ProbeResult, Subject, probe};
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::trial::Request;

impl Concluder<'_> {
    /// What the probes that the study asks for found of the choice and of what it is compared with. So far they look at what was
    /// trained here; of what is asked they say that they do not.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn probed(&self, conclusion: &Conclusion) -> Result<Vec<ProbeResult>, RunError> {
        let (prepared, verdict) = (&self.workspace.prepared, &conclusion.verdict);
        let mut finalists: Vec<&String> = verdict.choice.iter().chain(&verdict.reference).collect();
        finalists.dedup();
        let requests = self.workspace.requests_of(&conclusion.found);
        let (dataset, terms) = (&prepared.loaded.dataset, &prepared.terms);
        let mut found = Vec::new();
        for probe in prepared.study.probes.iter().filter_map(|name| probe(name)) {
            for name in &finalists {
                let own: Vec<Request> =
                    requests.iter().filter(|one| one.spec.candidate.name == **name).cloned().collect();
                let Some(first) = own.first() else {
                    found.push(ProbeResult::unseen(probe, name));
                    continue;
                };
                let entry = &self.workspace.entry(&first.spec.candidate, &own)?;
                let (metric, confidence) = (terms.metric, terms.confidence);
                found.extend(probe.run(&Subject { entry, dataset, metric, confidence }));
            }
        }
        Ok(found)
    }
}
