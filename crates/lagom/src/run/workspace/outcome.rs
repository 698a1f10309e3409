//! What is known of a trial.

use crate::trial::{Failure, Measurement, Stopped};

/// What came of a trial that was asked for.
pub(crate) enum Outcome {
    /// It was measured.
    Finished(Box<Measurement>),
    /// It was ended early, since it can't matter.
    Stopped(Box<Stopped>),
    /// It failed, perhaps not for good.
    Failed(Failure),
    /// It has not been run.
    Missing,
}
