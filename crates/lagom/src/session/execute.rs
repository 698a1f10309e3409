//! A run, from the first question to the reports: the story in one place.

use super::error::SessionError;
use super::progress::Progress;
use super::start::Session;
use crate::report::Findings;
use crate::trial::Executor;

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
    pub unfinished: Option<SessionError>,
}

impl Session {
    /// Measures what the store does not have, decides, hands the model over and writes the reports.
    ///
    /// # Errors
    /// It was stopped, the folder can't be written, or no job can be started.
    pub fn execute(
        &self,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<Execution, SessionError> {
        self.preflight(executor, &mut |progress| listener(RunEvent::Progress(progress)))?;
        let ascent = self.train(executor, &mut |progress| listener(RunEvent::Progress(progress)))?;
        self.time(executor, &mut |progress| listener(RunEvent::Progress(progress)))?;
        listener(RunEvent::StageOver);
        let (analysis, verdict) = if self.has_calls() {
            self.conclude_asking(&ascent, executor, &mut |progress| listener(RunEvent::Progress(progress)))?
        } else {
            self.measure_growth(&ascent, executor, &mut |progress| listener(RunEvent::Progress(progress)))?;
            self.conclude(&ascent)?
        };
        listener(RunEvent::StageOver);
        listener(RunEvent::Notes(self.asking_notes()));
        self.learning_curve(&verdict, executor, &mut |progress| listener(RunEvent::Progress(progress)))?;
        let choice = (&analysis, &verdict);
        let handed = self.publish(choice, executor, &mut |progress| listener(RunEvent::Progress(progress)));
        listener(RunEvent::StageOver);
        let unfinished = match handed {
            Err(error @ SessionError::Refit { .. }) => Some(error),
            other => other.map(|()| None)?,
        };
        let findings = self.findings(&ascent, analysis, verdict)?;
        self.write_reports(&findings)?;
        Ok(Execution { findings, unfinished })
    }
}
