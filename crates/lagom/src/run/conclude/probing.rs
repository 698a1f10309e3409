//! What the probes find out about the finalists.

use super::Concluder;
use super::varied::{is_finalist, seen};
use crate::probe::{Figures, LooksAtModels, Other, Probe, ProbeResult, Seen, Subject, Told, Validated, probe};
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::probes::{deciding, decisive_request, look_requests};
use crate::run::prompted::asking;
use crate::trial::Request;
use crate::verdict::CandidateResults;

impl Concluder<'_> {
    /// What the probes that the study asks for found: in stored outcomes of the choice and of what it is compared with, and in what the models of the
    /// finalists were measured to be. So far they look at what was trained here; of what is asked they say that they do not.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn probed(&self, conclusion: &Conclusion) -> Result<Vec<ProbeResult>, RunError> {
        let mut found = Vec::new();
        for probe in self.workspace.prepared.study.probes.iter().filter_map(|name| probe(name)) {
            match probe.models() {
                Some(looks) => found.extend(self.seen(conclusion, (probe, looks))?),
                None => found.extend(self.read(conclusion, probe)?),
            }
        }
        found.extend(self.varied(conclusion)?);
        Ok(found)
    }

    /// Adds what the store has of the probes that limits or the order of sizes hang on.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn add_figures(&self, entries: &mut [CandidateResults]) -> Result<(), RunError> {
        let terms = &self.workspace.prepared.terms;
        for (probe, looks) in deciding(terms) {
            for entry in entries.iter_mut() {
                let Some(request) = decisive_request(self.workspace, entry, (probe, looks)) else { continue };
                let figures = self.workspace.store.probe(&request.key)?;
                let found = figures.and_then(|figures| looks.estimate(&figures, (terms.metric, terms.confidence)));
                entry.probed.extend(found.map(|found| (probe.about().name.to_owned(), found)));
            }
        }
        Ok(())
    }

    /// What a probe finds in stored outcomes.
    fn read(&self, conclusion: &Conclusion, probe: &dyn Probe) -> Result<Vec<ProbeResult>, RunError> {
        let (prepared, verdict) = (&self.workspace.prepared, &conclusion.verdict);
        let mut finalists: Vec<&String> = verdict.choice.iter().chain(&verdict.reference).collect();
        finalists.dedup();
        let requests = self.workspace.requests_of(&conclusion.found);
        let (dataset, terms) = (&prepared.loaded.dataset, &prepared.terms);
        let (mut found, mut entries) = (Vec::new(), Vec::new());
        for name in &finalists {
            let own: Vec<Request> = requests.iter().filter(|one| one.spec.candidate.name == **name).cloned().collect();
            match own.first() {
                Some(first) => entries.push((name.as_str(), self.workspace.entry(&first.spec.candidate, &own)?)),
                None => {
                    let is_pair = conclusion.analysis.screening.row(name).is_some_and(|row| row.cascade.is_some());
                    let said = format!(
                        "{name} is two models in a row; each of them is looked at where it is a finalist itself."
                    );
                    let unseen = ProbeResult::unseen(probe, name);
                    found.push(if is_pair { ProbeResult { said, ..unseen } } else { unseen });
                }
            }
        }
        let repeats: Vec<Vec<Validated<'_>>> = entries.iter().map(|(_, entry)| validated(entry)).collect();
        for (at, (candidate, entry)) in entries.iter().enumerate() {
            let other = (0..entries.len()).find(|other| *other != at);
            found.extend(probe.run(&Subject {
                candidate,
                repeats: &repeats[at],
                other: other.map(|other| Other { candidate: entries[other].0, repeats: &repeats[other] }),
                units: entry.units.as_deref(),
                dataset,
                slices: prepared.loaded.slices.as_ref(),
                leads: at == 0,
                metric: terms.metric,
                confidence: terms.confidence,
            }));
        }
        Ok(found)
    }

    /// What a probe found in the models of the finalists, as far as the store has it.
    fn seen(
        &self,
        conclusion: &Conclusion,
        (probe, looks): (&dyn Probe, &dyn LooksAtModels),
    ) -> Result<Vec<ProbeResult>, RunError> {
        let requests = look_requests(self.workspace, conclusion, (probe, looks));
        let mut figures: Vec<(Option<Figures>, String)> = Vec::new();
        for request in &requests {
            let found = self.workspace.store.probe(&request.key)?;
            let why = match (&found, self.workspace.store.failure(&request.key)?) {
                (Some(_), _) => String::new(),
                (None, Some(failure)) => failure.short(),
                (None, None) => "no run has measured it yet; `lagom run` does".to_owned(),
            };
            figures.push((found, why));
        }
        let seen = requests.iter().zip(&figures).map(|(request, (figures, why))| Seen {
            name: &request.name,
            parameters: request.parameters,
            figures: figures.as_ref(),
            why,
        });
        let seen: Vec<Seen<'_>> = seen.collect();
        let (terms, classes) = (&self.workspace.prepared.terms, &self.workspace.prepared.loaded.schema.classes);
        let choice = conclusion.verdict.choice.as_deref();
        let mut told = looks.tell(&seen, &Told { metric: terms.metric, confidence: terms.confidence, choice, classes });
        let family = |one: &Seen<'_>| conclusion.analysis.screening.row(one.name).map(|row| row.family);
        let known = || seen.iter().filter(|one| one.figures.is_some());
        if let (Some(told), Some(small), Some(large)) = (&mut told, known().next(), known().next_back())
            && family(small) != family(large)
        {
            // Size alone is not what sets a linear model and trees apart.
            told.said.push_str(&format!(
                " {} and {} are of different families: what sets them apart may be that, and not the size.",
                small.name, large.name
            ));
        }
        let hint = if probe.asked().is_some() { " `corrupted` under [budget] has it answer such rows." } else { "" };
        let main = conclusion.verdict.choice.iter().chain(&conclusion.verdict.reference);
        // What it asks is told apart.
        let paid = probe.asked().is_some() && self.workspace.prepared.study.budget.corrupted.is_some();
        let asked =
            |name: &&String| !paid && conclusion.analysis.screening.row(name).is_some_and(|row| row.calls.is_some());
        let mut asked: Vec<&String> = main.filter(asked).collect();
        asked.dedup();
        Ok(told
            .into_iter()
            .chain(asked.into_iter().map(|name| {
                let unseen = ProbeResult::unseen(probe, name);
                ProbeResult { said: format!("{}{hint}", unseen.said), ..unseen }
            }))
            .collect())
    }

    /// What the finalists that are asked came to on rows in other forms, as far as the store has it.
    fn varied(&self, conclusion: &Conclusion) -> Result<Vec<ProbeResult>, RunError> {
        let prepared = &self.workspace.prepared;
        let (terms, classes) = (&prepared.terms, &prepared.loaded.schema.classes);
        let choice = conclusion.verdict.choice.as_deref();
        let told = Told { metric: terms.metric, confidence: terms.confidence, choice, classes };
        let mut found = Vec::new();
        for asks in asking(prepared) {
            for model in prepared.callers()?.iter().filter(|model| is_finalist(conclusion, model)) {
                found.push(asks.tell_asked(&seen(self.workspace, asks, model)?, &told));
            }
        }
        Ok(found)
    }
}

/// What each repeat of a candidate came to on its validation rows.
fn validated(entry: &CandidateResults) -> Vec<Validated<'_>> {
    entry.repeats.iter().map(|one| Validated { rows: &one.rows, outcomes: &one.validation }).collect()
}
