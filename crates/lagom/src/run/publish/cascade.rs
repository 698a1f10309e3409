//! A choice that is two models in a row: both are refitted and written into one bundle.

use std::path::PathBuf;

use super::refit::RefitPlan;
use super::{MODEL_FILE, Publisher};
use crate::bundle::{Beside, Bundle, BundleError, Origin};
use crate::candidate::{Cascade, Features, Learner, Model};
use crate::data::HoldoutAccess;
use crate::metric::score;
use crate::report::Handover;
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::progress::Progress;
use crate::trial::{Calibration, Executor};

/// The refits of a cascade, and from which certainty on the first answers.
pub(super) struct CascadeRefit {
    name: String,
    small: RefitPlan,
    large: RefitPlan,
    threshold: f64,
}

impl Publisher<'_> {
    /// Content address of a cascade: equal for the same two refits with the same threshold.
    fn key(&self, cascade: &CascadeRefit) -> String {
        let key = |plan| self.spec(plan, 0).key();
        let (small, large) = (key(&cascade.small), key(&cascade.large));
        let text = format!("cascade\n{small}\n{large}\n{:016x}", cascade.threshold.to_bits());
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }

    /// The cascade that a verdict chose, if it chose one whose members are both trained here; one with an asked model has no bundle.
    pub(super) fn cascade(&self, conclusion: &Conclusion) -> Option<CascadeRefit> {
        let row = conclusion.analysis.screening.row(conclusion.verdict.choice.as_ref()?)?;
        let facts = row.cascade.as_ref()?;
        // The threshold between the two is of probabilities as they are.
        let member = |name: &str| Some(RefitPlan { calibrate: false, ..self.refit_of(conclusion, name)? });
        let (small, large) = (member(&facts.pair.small)?, member(&facts.pair.large)?);
        Some(CascadeRefit { name: row.name.clone(), small, large, threshold: facts.threshold })
    }

    /// Refits both and writes their bundle, unless it is there.
    pub(super) fn publish_cascade(
        &self,
        cascade: &CascadeRefit,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        if self.is_current(&self.key(cascade)) {
            self.complete();
            return Ok(());
        }
        let path = self.file();
        // Until the new one is there none is better than that of another verdict.
        let _ = std::fs::remove_file(&path);
        let mut bundles = Vec::new();
        for (part, plan) in [("small", &cascade.small), ("large", &cascade.large)] {
            let file = self.part(part);
            let refitted = self.refit(plan, &file, executor, listener);
            let bundle = Bundle::read(&file);
            // It would only take room.
            let _ = std::fs::remove_file(&file);
            refitted?;
            bundles.push(bundle.map_err(|error| self.unwritten(cascade, &error))?);
        }
        let [small, large]: [Bundle; 2] = bundles.try_into().unwrap_or_else(|_| unreachable!("two parts, two bundles"));
        let rows = small.origin.rows.min(large.origin.rows);
        let learner = Cascade::of(small.model, large.model, cascade.threshold)
            .map_err(|error| RunError::Refit { candidate: cascade.name.clone(), failure: error.to_string() })?;
        let bundle = Bundle {
            schema: small.schema,
            model: Model { features: Features::None, learner: Learner::Cascade(learner), scale: None },
            origin: Origin {
                candidate: cascade.name.clone(),
                trial: self.key(cascade),
                rows,
                lagom: small.origin.lagom,
            },
            beside: Beside::default(),
            background: None,
        };
        bundle.write(&path).map_err(|error| self.unwritten(cascade, &error))?;
        self.put_beside();
        Ok(())
    }

    /// The bundle that was handed over for this verdict, if it was.
    pub(super) fn handover_cascade(&self, cascade: &CascadeRefit) -> Result<Option<Handover>, RunError> {
        let refits = (self.best(&cascade.small)?, self.best(&cascade.large)?);
        let ((Some(best_small), Some(best_large)), true) = (refits, self.is_current(&self.key(cascade))) else {
            return Ok(None);
        };
        let shortfalls = [self.shortfall(&cascade.small, &best_small), self.shortfall(&cascade.large, &best_large)];
        let (small, large) = (best_small.report, best_large.report);
        // The look covered both: this opens nothing new.
        let sealed = small.sealed.cascade(&large.sealed, cascade.threshold).map(|(sealed, _)| sealed);
        let look = HoldoutAccess::at(std::slice::from_ref(&cascade.name));
        let outcomes = sealed.and_then(|sealed| sealed.open(&look, &cascade.name));
        let quality = outcomes.and_then(|outcomes| score(self.workspace.prepared.terms.metric, &outcomes).ok());
        let bytes = std::fs::metadata(self.file()).map_or(small.facts.bytes + large.facts.bytes, |file| file.len());
        Ok(Some(Handover {
            candidate: cascade.name.clone(),
            file: MODEL_FILE.to_owned(),
            parameters: small.facts.parameters + large.facts.parameters,
            bytes,
            bytes_beside: small.facts.bytes_beside + large.facts.bytes_beside,
            rows: small.facts.train_rows.min(large.facts.train_rows),
            holdout_quality: quality.map(|scored| scored.value),
            shortfalls: shortfalls.into_iter().flatten().collect(),
            calibration: self.workspace.prepared.study.calibrate.then_some(Calibration::Cascade),
            as_asked: false,
        }))
    }

    /// Where a member is written until both are there.
    fn part(&self, which: &str) -> PathBuf {
        self.workspace.folder.join("models").join(format!("cascade-{which}.lagom"))
    }

    fn unwritten(&self, cascade: &CascadeRefit, error: &BundleError) -> RunError {
        RunError::Refit { candidate: cascade.name.clone(), failure: error.to_string() }
    }
}
