//! What the probes find out about the finalists.

use super::error::SessionError;
use super::start::Session;
use crate::climb::Ascent;
use crate::probe::{ProbeResult, Subject, probe};
use crate::trial::Request;
use crate::verdict::Verdict;

impl Session {
    /// What the probes that the study asks for found of the choice and of what it is compared with, as far as they were
    /// trained here.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn probed(&self, ascent: &Ascent, verdict: &Verdict) -> Result<Vec<ProbeResult>, SessionError> {
        let wanted = self.prepared.study.probes.iter().filter_map(|name| probe(name));
        let mut finalists: Vec<&String> = verdict.choice.iter().chain(&verdict.reference).collect();
        finalists.dedup();
        let requests = self.requests_of(ascent);
        let mut subjects = Vec::new();
        for name in finalists {
            let own: Vec<Request> = requests.iter().filter(|one| one.spec.candidate.name == *name).cloned().collect();
            if let Some(first) = own.first() {
                subjects.push(self.entry(&first.spec.candidate, &own)?);
            }
        }
        let (dataset, terms) = (&self.prepared.loaded.dataset, &self.prepared.terms);
        let mut found = Vec::new();
        for probe in wanted {
            let subject = |entry| Subject { entry, dataset, metric: terms.metric, confidence: terms.confidence };
            found.extend(subjects.iter().filter_map(|entry| probe.run(&subject(entry))));
        }
        Ok(found)
    }
}
