//! The stage of levers on this study: which trials it asks for, as a function of what the store holds.

mod plan;
#[cfg(test)]
mod tests;

pub use plan::LeverOptions;

use super::error::RunError;
use super::workspace::{Outcome, Workspace};
use crate::levers::{Arm, MeasuredArm, Stage, Step, Wanted, next};
use crate::trial::{Failure, Request};

/// A stage in its workspace. What comes next is replayed from the store, wave by wave.
pub(super) struct LeverStage<'a> {
    workspace: &'a Workspace,
    /// What it tries, on what.
    pub(super) stage: Stage,
}

/// What a replay came to.
pub(super) enum Replayed {
    /// The next wave of trials, as many as there are in the plan; the store may have some of them.
    Train(Vec<Request>),
    /// All that the stage asks for is there.
    Done(Vec<MeasuredArm>),
}

impl<'a> LeverStage<'a> {
    /// The stages that were run on these data and on sizes that are trained as this study trains them, the latest first: one by
    /// another `[recipe]` says nothing of this study.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn run_before(workspace: &'a Workspace) -> Result<Vec<Self>, RunError> {
        let planned =
            |stage: &Stage| stage.sizes.iter().all(|size| workspace.prepared.plan.candidates.contains(&size.plain));
        let stages = workspace.store.stages(&workspace.prepared.digest)?;
        Ok(stages.into_iter().filter(planned).map(|stage| Self { workspace, stage }).collect())
    }

    /// Writes down what is tried, before anything of it is trained.
    ///
    /// # Errors
    /// The store can't be written.
    pub(super) fn note(&self) -> Result<(), RunError> {
        Ok(self.workspace.store.add_stage(&self.workspace.prepared.digest, &self.stage)?)
    }

    /// The wave after the first `done` ones, which were run; where the stage asks for no further one, what all came to.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn after(&self, done: usize) -> Result<Replayed, RunError> {
        let mut measured: Vec<MeasuredArm> = Vec::new();
        let mut waves = 0;
        loop {
            let wanted = match next(&self.stage, &measured) {
                Step::Done => return Ok(Replayed::Done(measured)),
                Step::Train(wanted) => wanted,
            };
            if waves == done {
                return Ok(Replayed::Train(
                    wanted.iter().flat_map(|one| self.requests(&one.arm, one.repeats)).collect(),
                ));
            }
            self.read(&wanted, &mut measured)?;
            waves += 1;
        }
    }

    /// What all came to, from the store alone; none where a trial of it was never run.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn again(&self) -> Result<Option<Vec<MeasuredArm>>, RunError> {
        let mut done = 0;
        loop {
            match self.after(done)? {
                Replayed::Done(measured) => return Ok(Some(measured)),
                Replayed::Train(requests) => {
                    for request in requests {
                        if matches!(self.workspace.outcome(&request)?, Outcome::Missing) {
                            return Ok(None);
                        }
                    }
                }
            }
            done += 1;
        }
    }

    /// The trials of an arm.
    pub(super) fn requests(&self, arm: &Arm, repeats: u32) -> Vec<Request> {
        let candidate = self.stage.candidate(arm);
        candidate.map_or_else(Vec::new, |candidate| self.workspace.full_requests_of(&candidate, repeats))
    }

    /// Why none of these trials can be trained on these data; none where any can.
    fn unfit(&self, requests: &[Request]) -> Result<Option<String>, RunError> {
        let mut said = None;
        for request in requests {
            match self.workspace.outcome(request)? {
                Outcome::Failed(Failure::Unfit { message }) => said = Some(message),
                _ => return Ok(None),
            }
        }
        Ok(said)
    }

    /// Reads what came of a wave.
    fn read(&self, wanted: &[Wanted], measured: &mut Vec<MeasuredArm>) -> Result<(), RunError> {
        for Wanted { arm, repeats } in wanted {
            let Some(candidate) = self.stage.candidate(arm) else { continue };
            let requests = self.requests(arm, *repeats);
            let (entry, unfit) = (self.workspace.entry(&candidate, &requests)?, self.unfit(&requests)?);
            let found = MeasuredArm { arm: arm.clone(), asked: *repeats, entry, unfit };
            match measured.iter_mut().find(|known| known.arm == *arm) {
                Some(known) => *known = found,
                None => measured.push(found),
            }
        }
        Ok(())
    }
}
