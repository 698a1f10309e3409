//! The model that is handed over: the choice, refitted on all rows, or all but a holdout that the user gave.

use serde::{Deserialize, Serialize};

use super::error::SessionError;
use super::progress::{Progress, Stage};
use super::start::Session;
use super::train::{ATTEMPTS, Crew, garbled, of_a_candidate};
use crate::bundle::{Beside, Bundle, Seen};
use crate::candidate::TunedParams;
use crate::data::{HoldoutAccess, Sealed, seed};
use crate::metric::score;
use crate::report::Handover;
use crate::study::Source;
use crate::trial::{Executor, Failure, Job, RefitSpec, Report, TrialStats};
use crate::verdict::{Analysis, Verdict};

/// File name of the bundle within the study's folder.
pub const MODEL_FILE: &str = "model.lagom";

/// What is kept of a refit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refit {
    /// The candidate.
    candidate: String,
    facts: TrialStats,
    sealed: Sealed,
}

impl Session {
    /// Refits the choice with what its repeats settled on and writes the bundle, unless it is there.
    ///
    /// With no choice there is nothing to hand over, and an older bundle is removed.
    ///
    /// # Errors
    /// As [`Session::train`]; the refit fails.
    pub fn publish(
        &self,
        (analysis, verdict): (&Analysis, &Verdict),
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), SessionError> {
        self.guard.check()?;
        let path = self.folder.join(MODEL_FILE);
        let Some(spec) = self.choice(analysis, verdict) else {
            // An older run's bundle must not pass for this verdict's.
            let _ = std::fs::remove_file(path);
            return Ok(());
        };
        let key = spec.key();
        if self.store.refit::<Refit>(&key)?.is_some() && self.is_current(&key) {
            return Ok(());
        }
        // Until the new one is there none is better than that of another verdict.
        let _ = std::fs::remove_file(&path);
        let name = spec.candidate.name.clone();
        let job = Job::Refit {
            spec,
            data: self.data(),
            schema: self.prepared.loaded.schema.clone(),
            bundle: std::path::absolute(&path).unwrap_or_else(|_| path.clone()),
        };
        let mut progress = Progress::new(Stage::Refit, 1, 0);
        let mut failed = None;
        for attempt in 1..=ATTEMPTS {
            failed = None;
            let (crew, jobs) = (Crew::of(executor, attempt), std::slice::from_ref(&job));
            self.follow(&crew, jobs, (&[name.as_str()], &[1.0]), &mut progress, &mut |progress, ended| {
                failed = match ended {
                    Some((_, Ok(Report::Refit(facts, sealed)))) => {
                        self.store.add_refit(&key, &Refit { candidate: name.clone(), facts: *facts, sealed })?;
                        None
                    }
                    Some((_, Ok(_))) => Some(garbled("the worker answered another question".to_owned())),
                    Some((_, Err(failure))) => Some(of_a_candidate(failure)?),
                    None => failed.take(),
                };
                listener(progress);
                Ok(())
            })?;
            if !failed.as_ref().is_some_and(Failure::worth_retrying) {
                break;
            }
            if attempt < ATTEMPTS {
                progress.again(1);
            }
        }
        if failed.is_none() {
            self.put_beside(&path);
        }
        failed.map_or(Ok(()), |failure| Err(SessionError::Refit { candidate: name.clone(), failure: failure.short() }))
    }

    /// Puts what the inputs held in training beside the model, for warnings of `predict`: without it there are none.
    fn put_beside(&self, path: &std::path::Path) {
        let Ok(mut bundle) = Bundle::read(path) else { return };
        let (dataset, study) = (&self.prepared.loaded.dataset, &self.prepared.study);
        let rows = dataset.handed_over_rows(self.gives_back());
        let seen = dataset.columns.iter().map(|column| Seen::of(column, &rows)).collect();
        bundle.beside = Beside { seen, missing: study.task.cells.missing.clone() };
        // The model is there in any case.
        let _ = bundle.write(path);
    }

    /// The model that was handed over for this verdict, if it was.
    pub(super) fn handover(&self, analysis: &Analysis, verdict: &Verdict) -> Result<Option<Handover>, SessionError> {
        let Some(spec) = self.choice(analysis, verdict) else { return Ok(None) };
        let Some(refit) = self.store.refit::<Refit>(&spec.key())? else { return Ok(None) };
        if !self.is_current(&spec.key()) {
            return Ok(None);
        }
        let name = &spec.candidate.name;
        // All that was trained often enough to be a choice was looked at: this opens nothing new.
        let outcomes = refit.sealed.open(&HoldoutAccess::at(std::slice::from_ref(name)), name);
        let quality = outcomes.and_then(|outcomes| score(self.prepared.terms.metric, &outcomes).ok());
        Ok(Some(Handover {
            candidate: name.clone(),
            file: MODEL_FILE.to_owned(),
            parameters: refit.facts.parameters,
            bytes: refit.facts.bytes,
            rows: refit.facts.train_rows,
            holdout_quality: quality.map(|scored| scored.value),
        }))
    }

    /// Whether the sealed rows are given back to the refit: those that lagom sealed are, a holdout that the user gave as
    /// a file of its own stays out of every training.
    fn gives_back(&self) -> bool {
        matches!(self.prepared.study.task.source, Source::Split(_))
    }

    /// Rows that the model handed over is trained on.
    pub(super) fn handed_over_on(&self) -> u64 {
        self.prepared.loaded.dataset.handed_over_rows(self.gives_back()).len() as u64
    }

    /// Whether the bundle in the folder is that of this refit.
    fn is_current(&self, key: &str) -> bool {
        Bundle::read(&self.folder.join(MODEL_FILE)).is_ok_and(|bundle| bundle.origin.trial == key)
    }

    /// The refit that a verdict asks for: its choice, with what the repeats settled on.
    fn choice(&self, analysis: &Analysis, verdict: &Verdict) -> Option<RefitSpec> {
        let name = verdict.choice.as_ref()?;
        let candidate = self.prepared.plan.candidates.iter().find(|one| one.name == *name)?;
        let settled: Vec<TunedParams> =
            analysis.screening.row(name)?.trials.iter().map(|facts| facts.settled).collect();
        Some(RefitSpec {
            candidate: candidate.clone(),
            settled: TunedParams::median(&settled),
            seed: seed::derive(self.prepared.study.trials.seed, "refit", 0),
            give_back: self.gives_back(),
            data: self.prepared.digest.clone(),
        })
    }
}
