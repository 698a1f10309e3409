//! Who looks at a training on its way.

use std::ops::ControlFlow;

use super::model::TunedModel;

/// What the caller makes of a training on its way; `M` is what is trained.
pub trait Watch<M = TunedModel> {
    /// A look at the model after so many steps. [`Look::Best`] keeps its weights as the result so far.
    fn look(&mut self, progress: &Progress, model: &M) -> Look;

    /// Whether to go on after a step. `Break` ends the training behind a checkpoint, without a result
    /// ([`TuneError::Ended`](super::TuneError::Ended)).
    fn goes_on(&mut self, _: &Progress) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// The state after so many steps, from which [`FineTuning::run`](super::FineTuning::run) goes on to the same bits. `Break` ends the
    /// training without a result ([`TuneError::Ended`](super::TuneError::Ended)).
    fn checkpoint(&mut self, progress: &Progress, state: &[u8]) -> ControlFlow<()>;
}

/// What follows from a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The best one so far: its weights are kept.
    Best,
    /// Not better; go on.
    GoOn,
    /// Enough: the best one so far is the result (the present one where none was called best).
    Stop,
}

/// How far a training is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: u64,
    /// Mean training loss since the last look (since the start before the first).
    pub loss: f64,
    /// Floating-point operations of the training so far: three forward passes a full step, two one of low-rank additions, whose own are
    /// few. Those of looks are the caller's.
    pub operations: u64,
}

/// Nobody looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl<M> Watch<M> for Unwatched {
    fn look(&mut self, _: &Progress, _: &M) -> Look {
        Look::GoOn
    }

    fn checkpoint(&mut self, _: &Progress, _: &[u8]) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
