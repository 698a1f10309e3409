//! The final training: of what was measured, on all rows that may be trained on. A training can be unlucky, and no row is left to show it
//! but those that it was trained on; so its quality on these is held against that of the repeats, which the verdict rests on.

use std::path::{Path, PathBuf};

use super::Publisher;
use crate::bundle::Bundle;
use crate::candidate::{Candidate, TunedParams};
use crate::data::{seed, write_whole};
use crate::report::Shortfall;
use crate::run::crew::{ATTEMPTS, Crew, Task, garbled, of_a_candidate};
use crate::run::error::RunError;
use crate::run::progress::{Progress, Stage, Tracker};
use crate::study::Rule;
use crate::trial::{Executor, Failure, Job, RefitReport, RefitSpec, Report};
use crate::verdict::Terms;

/// How often an unlucky training is begun anew, the first time counted in.
const TRAININGS: u32 = 3;

/// What is to be trained once more.
pub(super) struct RefitPlan {
    pub(super) candidate: Candidate,
    /// What its repeats settled on.
    pub(super) settled: TunedParams,
    /// Quality on training rows of each of its repeats, in the metric's unit.
    pub(super) repeats: Vec<f64>,
    /// Whether it is brought to a temperature where that surely helps.
    pub(super) calibrate: bool,
}

/// One refit out of the store.
pub(super) struct StoredRefit {
    /// Its content address.
    pub(super) key: String,
    pub(super) report: RefitReport,
    /// How many there are of it.
    trainings: u32,
    /// Whether no further training would be of use: it is no worse than its repeats, or was begun anew often enough, or in vain.
    pub(super) is_settled: bool,
    /// Whether another seed came to the same: then it is not luck that it is worse on more rows than its repeats are on theirs.
    knows_no_luck: bool,
}

impl Publisher<'_> {
    /// The training of a plan with one of its seeds; that of 0 stands for the plan.
    pub(super) fn spec(&self, plan: &RefitPlan, training: u32) -> RefitSpec {
        RefitSpec {
            candidate: plan.candidate.clone(),
            settled: plan.settled,
            seed: seed::derive(self.workspace.prepared.study.trials.seed, "refit", u64::from(training)),
            give_back: self.workspace.gives_back(),
            calibrate: plan.calibrate,
            data: self.workspace.prepared.digest.clone(),
        }
    }

    /// The best refit that the store has of a plan: the first that is no worse than its repeats, else the best of them.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn best(&self, plan: &RefitPlan) -> Result<Option<StoredRefit>, RunError> {
        let mut best: Option<StoredRefit> = None;
        for training in 0..TRAININGS {
            let key = self.spec(plan, training).key();
            let Some(report) = self.workspace.store.refit::<RefitReport>(&key)? else { break };
            let (trainings, short) = (training + 1, self.falls_short(plan, &report));
            let found = StoredRefit {
                key,
                report,
                trainings,
                is_settled: !short || trainings == TRAININGS,
                knows_no_luck: false,
            };
            if !short {
                return Ok(Some(found));
            }
            if let Some(best) = best.take_if(|best| best.report.train_quality == found.report.train_quality) {
                return Ok(Some(StoredRefit { trainings, is_settled: true, knows_no_luck: true, ..best }));
            }
            best = Some(match best {
                Some(best) if !self.is_better(&found.report, &best.report) => {
                    StoredRefit { trainings, is_settled: found.is_settled, ..best }
                }
                _ => found,
            });
        }
        Ok(best)
    }

    /// That even the best of the trainings of a plan is worse than its repeats, if it is.
    pub(super) fn shortfall(&self, plan: &RefitPlan, best: &StoredRefit) -> Option<Shortfall> {
        let is_short = !best.knows_no_luck && self.falls_short(plan, &best.report);
        let quality = best.report.train_quality.filter(|_| is_short)?;
        let (least, _) = self.ends(&plan.repeats)?;
        Some(Shortfall { candidate: plan.candidate.name.clone(), quality, least, trainings: best.trainings })
    }

    /// Trains a plan into a file, anew with other seeds as long as it comes out worse than its repeats.
    ///
    /// # Errors
    /// It was stopped, the store or the file can't be written, no worker can be started, or the first training fails.
    pub(super) fn refit(
        &self,
        plan: &RefitPlan,
        path: &Path,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        let candidate = || plan.candidate.name.clone();
        let mut tracker = Tracker::new(Stage::Refit, listener);
        for training in 0..TRAININGS {
            let (spec, file) = (self.spec(plan, training), self.trained(training));
            let known = self.workspace.store.refit::<RefitReport>(&spec.key())?;
            if known.is_none() || !is_of(&file, &spec.key()) {
                tracker.progress.add(1, 0);
                match self.train(&spec, &file, executor, &mut tracker)? {
                    Some(failure) if training == 0 => {
                        return Err(RunError::Refit { candidate: candidate(), failure: failure.short() });
                    }
                    // What was trained before is a model all the same.
                    Some(_) => break,
                    None => {}
                }
            }
            if self.best(plan)?.is_some_and(|best| best.is_settled) {
                break;
            }
        }
        let best = self.best(plan)?.map(|best| best.key);
        let mut moved = Err("nothing was trained".to_owned());
        for training in 0..TRAININGS {
            let file = self.trained(training);
            if best.as_ref().is_some_and(|key| is_of(&file, key)) {
                moved = move_to(&file, path).map_err(|error| error.to_string());
            } else {
                // It would only take room.
                let _ = std::fs::remove_file(&file);
            }
        }
        moved.map_err(|failure| RunError::Refit { candidate: candidate(), failure })
    }

    /// Trains once, as often as a failure is worth it; what the last attempt failed by, if it did.
    fn train(
        &self,
        spec: &RefitSpec,
        path: &Path,
        executor: &dyn Executor,
        tracker: &mut Tracker<'_>,
    ) -> Result<Option<Failure>, RunError> {
        let job = || Job::Refit {
            spec: spec.clone(),
            data: self.workspace.data(),
            schema: self.workspace.prepared.loaded.schema.clone(),
            bundle: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            metric: self.workspace.prepared.terms.metric,
        };
        let mut failed = None;
        for attempt in 1..=ATTEMPTS {
            failed = None;
            let tasks = vec![Task { job: job(), name: spec.candidate.name.clone(), work: 1.0 }];
            Crew::of(self.workspace, executor, attempt).run(tasks, tracker, &mut |_, ended| {
                failed = match ended {
                    Ok(Report::Refit(report)) => {
                        self.workspace.store.add_refit(&spec.key(), &report)?;
                        None
                    }
                    Ok(_) => Some(garbled("the worker answered another question".to_owned())),
                    Err(failure) => Some(of_a_candidate(failure)?),
                };
                Ok(())
            })?;
            if !failed.as_ref().is_some_and(Failure::worth_retrying) {
                break;
            }
            if attempt < ATTEMPTS {
                tracker.progress.again(1);
            }
        }
        Ok(failed)
    }

    /// Whether a training is worse on its own rows than every repeat, by more than the repeats differ and than anybody would notice.
    fn falls_short(&self, plan: &RefitPlan, report: &RefitReport) -> bool {
        let prepared = &self.workspace.prepared;
        let (metric, dataset) = (prepared.terms.metric, &prepared.loaded.dataset);
        let unnoticed = match prepared.terms.rule {
            Rule::Margin(margin) => margin,
            Rule::Bar(_) => Terms::proposed_margin(metric, dataset),
        };
        let Some((quality, (least, most))) = report.train_quality.zip(self.ends(&plan.repeats)) else { return false };
        let (least, most) = (metric.orient(least), metric.orient(most));
        metric.orient(quality) < least - (most - least).max(unnoticed)
    }

    fn is_better(&self, report: &RefitReport, than: &RefitReport) -> bool {
        let metric = self.workspace.prepared.terms.metric;
        let oriented =
            |report: &RefitReport| report.train_quality.map_or(f64::NEG_INFINITY, |value| metric.orient(value));
        oriented(report) > oriented(than)
    }

    /// The worst and the best of at least two qualities: from one nobody knows how far trainings differ.
    fn ends(&self, qualities: &[f64]) -> Option<(f64, f64)> {
        let metric = self.workspace.prepared.terms.metric;
        let by_quality = |a: &&f64, b: &&f64| metric.orient(**a).total_cmp(&metric.orient(**b));
        let (least, most) = (qualities.iter().min_by(by_quality)?, qualities.iter().max_by(by_quality)?);
        (qualities.len() > 1).then_some((*least, *most))
    }

    /// Where a training is kept until it is known which is handed over.
    fn trained(&self, training: u32) -> PathBuf {
        self.workspace.folder.join("models").join(format!("handed-over-{training}.lagom"))
    }
}

/// Puts a file in another place, also where that is on another disk.
fn move_to(file: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::rename(file, to) {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            write_whole(to, &std::fs::read(file)?)?;
            std::fs::remove_file(file)
        }
        moved => moved,
    }
}

/// Whether a file holds the model of this refit.
pub(super) fn is_of(path: &Path, key: &str) -> bool {
    Bundle::read(path).is_ok_and(|bundle| bundle.origin.trial == key)
}
