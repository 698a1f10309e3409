//! A run, from the first question to the reports: the story in one place.

use std::path::Path;

use super::ask::Asker;
use super::conclude::{Concluder, is_finalist};
use super::conclusion::Conclusion;
use super::error::RunError;
use super::labels::LabelStage;
use super::levers::{LeverOptions, LeverStage, Replayed};
use super::overfitting::OverfittingStage;
use super::prepare::Prepared;
use super::progress::{Progress, Stage, Tracker};
use super::prompted::{asking, variants, varied_rows};
use super::publish::Publisher;
use super::train::Trainer;
use super::workspace::Workspace;
use crate::report::Findings;
use crate::search::SearchResult;
use crate::study::Overrides;
use crate::trial::Executor;

/// A study in its folder, from its data to its verdict.
#[derive(Debug)]
pub struct Run {
    workspace: Workspace,
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// Something was done, or a moment went by.
    Progress(&'a Progress),
    /// A stage is over: what is told next starts anew.
    StageOver,
    /// What backends noticed and changes how their answers are to be read; whole sentences.
    Notes(Vec<String>),
}

/// What came of a run.
#[derive(Debug)]
pub struct Execution {
    /// Everything that the reports show.
    pub findings: Findings,
    /// Why there is no model to hand over although the verdict asks for one. The verdict stands without it.
    pub unfinished: Option<RunError>,
}

/// Is told what happens.
type Listener<'a> = dyn FnMut(RunEvent<'_>) + 'a;

impl Run {
    /// Opens or makes the folder and writes down what is about to be run.
    ///
    /// # Errors
    /// The folder can't be written, or its store can't be used.
    pub fn start(prepared: Prepared, folder: &Path) -> Result<Self, RunError> {
        Ok(Self { workspace: Workspace::start(prepared, folder)? })
    }

    /// Opens a study that was run before, with another margin or other limits if any are given.
    ///
    /// # Errors
    /// There is no study, its store can't be used, or the overrides make no sense.
    pub fn reopen(folder: &Path, overrides: &Overrides) -> Result<Self, RunError> {
        Ok(Self { workspace: Workspace::reopen(folder, overrides)? })
    }

    /// The folder: store, prepared data, reports and the bundle.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.workspace.folder
    }

    /// The study with its data, terms and plan.
    #[must_use]
    pub fn prepared(&self) -> &Prepared {
        &self.workspace.prepared
    }

    /// Measures what the store does not have, decides, hands the model over and writes the reports.
    ///
    /// # Errors
    /// It was stopped, the folder can't be written, or no job can be started.
    pub fn execute(&self, executor: &dyn Executor, listener: &mut Listener<'_>) -> Result<Execution, RunError> {
        let asker = Asker::new(&self.workspace, executor)?;
        let conclusion = self.conclude_by(&asker, executor, listener)?;
        let trainer = Trainer::new(&self.workspace, executor);
        trainer.learning_curve(&conclusion.verdict, &mut |progress| listener(RunEvent::Progress(progress)))?;
        self.compare_over_labels(&conclusion, executor, listener)?;
        let mut unfinished = self.hand_over(&conclusion, executor, listener)?;
        // There may be nothing to put levers on: a model that is asked, or none.
        if self.workspace.prepared.study.levers.run && self.workspace.trained(&conclusion.verdict) {
            match self.try_levers(&conclusion, &LeverOptions::default(), executor, listener) {
                // The verdict stands, whatever there is to try on its choice.
                Err(RunError::Unfit { message, hint }) => {
                    listener(RunEvent::Notes(vec![format!("no levers were tried: {message}; {hint}")]));
                }
                other => other?,
            }
            // A lever may have moved the choice down: then that is the model.
            unfinished = self.hand_over(&conclusion, executor, listener)?;
        }
        if self.workspace.prepared.study.levers.overfitting {
            match self.spoil_labels(&conclusion, executor, listener) {
                Err(RunError::Unfit { message, hint }) => {
                    listener(RunEvent::Notes(vec![format!("overfitting was not measured: {message}; {hint}")]));
                }
                other => other?,
            }
        }
        trainer.look(&conclusion, &mut |progress| listener(RunEvent::Progress(progress)))?;
        self.ask_varied(&conclusion, &asker, &mut |progress| listener(RunEvent::Progress(progress)))?;
        listener(RunEvent::StageOver);
        Publisher::new(&self.workspace).write_differences(&conclusion)?;
        let findings = self.found(conclusion)?;
        Publisher::new(&self.workspace).write_reports(&findings)?;
        Ok(Execution { findings, unfinished })
    }

    /// Measures what the store does not have and decides: the first steps of [`execute`](Self::execute), without what follows from
    /// the verdict.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn conclude(&self, executor: &dyn Executor, listener: &mut Listener<'_>) -> Result<Conclusion, RunError> {
        self.conclude_by(&Asker::new(&self.workspace, executor)?, executor, listener)
    }

    fn conclude_by(
        &self,
        asker: &Asker<'_>,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<Conclusion, RunError> {
        asker.preflight(&mut |progress| listener(RunEvent::Progress(progress)))?;
        let trainer = Trainer::new(&self.workspace, executor);
        let found = trainer.train(&mut |progress| listener(RunEvent::Progress(progress)))?;
        trainer.time(&mut |progress| listener(RunEvent::Progress(progress)))?;
        listener(RunEvent::StageOver);
        trainer.look_before(&found, &mut |progress| listener(RunEvent::Progress(progress)))?;
        listener(RunEvent::StageOver);
        let mut told = |progress: &Progress| listener(RunEvent::Progress(progress));
        let conclusion = if self.workspace.prepared.has_calls() {
            self.decide_asking(&found, asker, &mut told)?
        } else {
            self.decide_training(&found, &trainer, &mut told)?
        };
        listener(RunEvent::StageOver);
        listener(RunEvent::Notes(asker.notes()));
        Ok(conclusion)
    }

    /// Refits the choice of a verdict on all rows but a holdout that the user gave, and writes its bundle, unless it is there.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); the refit fails.
    pub fn publish(
        &self,
        conclusion: &Conclusion,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<(), RunError> {
        let publisher = self.publisher(conclusion)?;
        let published = publisher.publish(conclusion, executor, &mut |progress| listener(RunEvent::Progress(progress)));
        listener(RunEvent::StageOver);
        published
    }

    /// Publishes; why there is no model although the verdict asks for one, if its refit fails: the verdict stands without it.
    fn hand_over(
        &self,
        conclusion: &Conclusion,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<Option<RunError>, RunError> {
        match self.publish(conclusion, executor, listener) {
            Err(error @ RunError::Refit { .. }) => Ok(Some(error)),
            other => other.map(|()| None),
        }
    }

    /// Tries levers on the choice of a study that was run, as far as the store does not have it, hands over the model of a smaller size
    /// that a lever lets pass, and writes the reports with the ledger.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); there is no choice that is trained here, a lever that is named changes nothing in it, or the
    /// budget is too small for one pair.
    pub fn levers(
        &self,
        options: &LeverOptions,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<Execution, RunError> {
        let conclusion = Concluder::new(&self.workspace).conclude_again()?;
        self.try_levers(&conclusion, options, executor, listener)?;
        let unfinished = self.hand_over(&conclusion, executor, listener)?;
        let findings = self.found(conclusion)?;
        Publisher::new(&self.workspace).write_reports(&findings)?;
        Ok(Execution { findings, unfinished })
    }

    /// Measures overfitting by size on a study that was run, as far as the store does not have it, and writes the reports with it.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); no family that is trained here was measured at two sizes or more.
    pub fn overfitting(&self, executor: &dyn Executor, listener: &mut Listener<'_>) -> Result<Findings, RunError> {
        let conclusion = Concluder::new(&self.workspace).conclude_again()?;
        self.spoil_labels(&conclusion, executor, listener)?;
        let findings = self.found(conclusion)?;
        Publisher::new(&self.workspace).write_reports(&findings)?;
        Ok(findings)
    }

    /// Trains one candidate of each adaptation on some of its rows, where there are several.
    fn compare_over_labels(
        &self,
        conclusion: &Conclusion,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<(), RunError> {
        let Some(stage) = LabelStage::plan(&self.workspace, conclusion)? else { return Ok(()) };
        let mut told = |progress: &Progress| listener(RunEvent::Progress(progress));
        let mut tracker = Tracker::new(Stage::LabelCurves, &mut told);
        Trainer::new(&self.workspace, executor).requested(stage.requests(), &mut tracker)?;
        listener(RunEvent::StageOver);
        Ok(())
    }

    /// Trains sizes of one family with wrong and with shuffled labels.
    fn spoil_labels(
        &self,
        conclusion: &Conclusion,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<(), RunError> {
        let stage = OverfittingStage::plan(&self.workspace, conclusion)?;
        let mut told = |progress: &Progress| listener(RunEvent::Progress(progress));
        let mut tracker = Tracker::new(Stage::Overfitting, &mut told);
        Trainer::new(&self.workspace, executor).requested(stage.requests(), &mut tracker)?;
        listener(RunEvent::StageOver);
        Ok(())
    }

    /// Trains the pairs of a stage, wave by wave, then what its confirmation needs; times what the ledger shows.
    fn try_levers(
        &self,
        conclusion: &Conclusion,
        options: &LeverOptions,
        executor: &dyn Executor,
        listener: &mut Listener<'_>,
    ) -> Result<(), RunError> {
        let stage = LeverStage::plan(&self.workspace, conclusion, options)?;
        stage.note()?;
        let trainer = Trainer::new(&self.workspace, executor);
        let concluder = Concluder::new(&self.workspace);
        let mut told = |progress: &Progress| listener(RunEvent::Progress(progress));
        let mut tracker = Tracker::new(Stage::Levers, &mut told);
        let mut waves = 0;
        let measured = loop {
            match stage.after(waves)? {
                Replayed::Done(measured) => break measured,
                Replayed::Train(requests) => trainer.requested(requests, &mut tracker)?,
            }
            waves += 1;
        };
        let tried = concluder.tried(stage, measured, conclusion)?;
        if let Some(error) = concluder.idle(&tried) {
            listener(RunEvent::StageOver);
            return Err(error);
        }
        trainer.requested(concluder.confirming(&tried), &mut tracker)?;
        listener(RunEvent::StageOver);
        let (timed, all) = tried.first_trials();
        trainer.time_levers(&timed, &all, &mut |progress| listener(RunEvent::Progress(progress)))?;
        listener(RunEvent::StageOver);
        Ok(())
    }

    /// What the study found, from the store alone: nothing is trained, and nobody is asked.
    ///
    /// # Errors
    /// The store can't be read, or lacks trials or answers that these terms need.
    pub fn findings(&self) -> Result<Findings, RunError> {
        self.found(Concluder::new(&self.workspace).conclude_again()?)
    }

    /// Asks as it goes, only as far as it takes.
    fn decide_asking(
        &self,
        found: &SearchResult,
        asker: &Asker<'_>,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<Conclusion, RunError> {
        let mut tracker = Tracker::new(Stage::Ask, listener);
        let concluder = Concluder::new(&self.workspace);
        let conclusion =
            concluder.conclude_asking(found, asker.models(), &mut |model, rows| asker.ask(model, rows, &mut tracker));
        asker.let_go();
        tracker.tell();
        conclusion
    }

    /// Asks the finalists once more about rows in other forms, as far as the store does not have it and the budget goes.
    fn ask_varied(
        &self,
        conclusion: &Conclusion,
        asker: &Asker<'_>,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<(), RunError> {
        let rows = varied_rows(&self.workspace.prepared);
        let mut tracker = Tracker::new(Stage::Ask, listener);
        for asks in asking(&self.workspace.prepared) {
            for model in asker.models().iter().filter(|model| is_finalist(conclusion, model)) {
                asker.ask(model, &rows, &mut tracker)?;
                for variant in variants(&self.workspace.prepared, asks, model, &rows)?.asked {
                    asker.ask(&variant.model, &rows, &mut tracker)?;
                }
            }
        }
        asker.let_go();
        tracker.tell();
        Ok(())
    }

    /// Trains the two of every test that would decide on half of their rows, in every repeat, as far as the store does
    /// not have it, and those of the steps of the staircase that may be of use; until nothing waits for it.
    fn decide_training(
        &self,
        found: &SearchResult,
        trainer: &Trainer<'_>,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<Conclusion, RunError> {
        let mut tracker = Tracker::new(Stage::Growth, listener);
        let concluder = Concluder::new(&self.workspace);
        // What an earlier run could not train keeps the verdict back until it is tried again.
        trainer.failed_halves(&mut tracker)?;
        let mut done: Vec<String> = Vec::new();
        loop {
            let conclusion = concluder.conclude(found)?;
            let awaited = concluder.awaits_growth(&conclusion);
            let new: Vec<String> = awaited.into_iter().filter(|name| !done.contains(name)).collect();
            if new.is_empty() {
                return Ok(conclusion);
            }
            trainer.halves(&new, &mut tracker)?;
            // What failed is not tried again: its test stays open.
            done.extend(new);
        }
    }

    fn found(&self, conclusion: Conclusion) -> Result<Findings, RunError> {
        let bundle = self.publisher(&conclusion)?.handover(&conclusion)?;
        Concluder::new(&self.workspace).findings(conclusion, bundle)
    }

    /// Who hands over what the verdict asks for, or what levers moved its choice to.
    fn publisher(&self, conclusion: &Conclusion) -> Result<Publisher<'_>, RunError> {
        Ok(Publisher::new(&self.workspace).moved_to(Concluder::new(&self.workspace).moved(conclusion)?))
    }
}
