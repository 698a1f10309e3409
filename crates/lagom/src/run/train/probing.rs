//! Looks at the models of finalists, for the probes that the study asks for.

use super::Trainer;
use crate::probe::{LooksAtModels, Probe};
use crate::run::conclusion::Conclusion;
use crate::run::crew::{ATTEMPTS, Crew, Task, garbled, of_a_candidate};
use crate::run::error::RunError;
use crate::run::probes::{LookRequest, deciding, decisive_request, kept_repeats, look_requests, looking};
use crate::run::progress::{Progress, Stage, Tracker};
use crate::search::SearchResult;
use crate::trial::{Failure, Job, ProbeJob, Report, TrialSpec};

/// A look that the store lacks.
struct Look {
    probe: &'static str,
    request: LookRequest,
}

impl Trainer<'_> {
    /// Looks at the models of the finalists, as far as the store does not have it; then takes the models away that were kept for it.
    ///
    /// A model that is not there any more is trained once more from the same seed. What can't be looked at after every attempt is a record in the
    /// store, not an error.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(crate) fn look(&self, conclusion: &Conclusion, listener: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        if kept_repeats(self.workspace) == 0 {
            return Ok(());
        }
        let mut wanted = Vec::new();
        for probe in looking(self.workspace) {
            let requests = look_requests(self.workspace, conclusion, probe);
            wanted.extend(requests.into_iter().map(|request| Look { probe: probe.0.about().name, request }));
        }
        self.look_at(wanted, listener)?;
        self.clear_away()
    }

    /// Looks at the models of all candidates for the probes that limits or the order of sizes hang on, as far as the store does not have it: which
    /// of them are finalists follows from what is found.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub(crate) fn look_before(
        &self,
        found: &SearchResult,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        let probes = deciding(&self.workspace.prepared.terms);
        if probes.is_empty() {
            return Ok(());
        }
        let mut wanted = Vec::new();
        for entry in self.workspace.entries(&self.workspace.requests_of(found))? {
            let of = |probe: (&'static dyn Probe, &'static dyn LooksAtModels)| {
                let request = decisive_request(self.workspace, &entry, probe)?;
                Some(Look { probe: probe.0.about().name, request })
            };
            wanted.extend(probes.iter().copied().filter_map(of));
        }
        self.look_at(wanted, listener)
    }

    /// Looks at these models, as far as the store does not have it.
    fn look_at(&self, wanted: Vec<Look>, listener: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        let (mut left, mut there) = (Vec::new(), 0);
        for look in wanted {
            let key = &look.request.key;
            let settled = self.workspace.store.failure(key)?.is_some_and(|one| !one.worth_retrying());
            if settled || self.workspace.store.probe(key)?.is_some() {
                there += 1;
            } else {
                left.push(look);
            }
        }
        let mut tracker = Tracker::new(Stage::Probe, listener);
        tracker.progress.add(left.len(), there);
        for attempt in 1..=ATTEMPTS {
            if left.is_empty() {
                break;
            }
            self.bring_back(&left, tracker.listener())?;
            left = self.look_once(left, attempt, &mut tracker)?;
            if attempt < ATTEMPTS {
                tracker.progress.again(left.len());
            }
        }
        tracker.tell();
        Ok(())
    }

    /// Trains the models anew that are not in their place.
    fn bring_back(&self, looks: &[Look], listener: &mut dyn FnMut(&Progress)) -> Result<(), RunError> {
        let mut gone: Vec<TrialSpec> = Vec::new();
        for spec in looks.iter().flat_map(|look| &look.request.trials) {
            if !self.workspace.model(&spec.key()).is_file() && !gone.contains(spec) {
                gone.push(spec.clone());
            }
        }
        let gone: Vec<_> = gone.iter().map(|spec| self.workspace.request(spec, None)).collect();
        if gone.is_empty() { Ok(()) } else { self.trials(gone, &mut Tracker::new(Stage::Models, listener)) }
    }

    /// Looks once. Hands back what failed as it might not another time.
    fn look_once(&self, looks: Vec<Look>, attempt: u32, tracker: &mut Tracker<'_>) -> Result<Vec<Look>, RunError> {
        let task = |look: &Look| {
            let LookRequest { name, trials, .. } = &look.request;
            let bundles = trials.iter().map(|spec| self.workspace.model(&spec.key())).collect();
            let job = ProbeJob {
                probe: look.probe.to_owned(),
                trials: trials.clone(),
                bundles,
                data: self.workspace.data(),
                metric: self.workspace.prepared.terms.metric,
            };
            Task { job: Job::Probe(job), name: name.clone(), work: 1.0 }
        };
        let tasks = looks.iter().map(task).collect();
        let mut failed = Vec::new();
        Crew::of(self.workspace, self.executor, attempt).run(tasks, tracker, &mut |at, ended| {
            let LookRequest { key, trials, .. } = &looks[at].request;
            let failure = match ended {
                Ok(Report::Probe(found)) => return Ok(self.workspace.store.add_probe(key, &found)?),
                Ok(_) => garbled("the worker answered another question".to_owned()),
                Err(failure) => of_a_candidate(failure)?,
            };
            if matches!(failure, Failure::Crashed { .. }) {
                // It may be a file: the next attempt is at new ones.
                trials.iter().for_each(|spec| drop(std::fs::remove_file(self.workspace.model(&spec.key()))));
            }
            self.workspace.store.add_unprobed(key, &trials[0], &failure)?;
            if failure.worth_retrying() {
                failed.push(at);
            }
            Ok(())
        })?;
        Ok(looks.into_iter().enumerate().filter(|(at, _)| failed.contains(at)).map(|(_, look)| look).collect())
    }

    /// Takes the models away that have done their duty; one that is not timed yet waits for that.
    fn clear_away(&self) -> Result<(), RunError> {
        for spec in &self.workspace.prepared.plan.trials {
            let key = spec.key();
            if spec.split.repeat > 0 || self.workspace.store.deployment(&key)?.is_some() {
                // A leftover file would only take room.
                let _ = std::fs::remove_file(self.workspace.model(&key));
            }
        }
        Ok(())
    }
}
