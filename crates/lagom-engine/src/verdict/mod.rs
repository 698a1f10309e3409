//! The verdict: which is the smallest candidate that is good enough, and how sure that is.
//!
//! ```text
//! Entry (validation outcomes, costs) -> screen -> Screening { reference, sequence }   no holdout yet
//! Screening -> Look -> confirm (sealed outcomes of all that has a quality) -> Analysis
//! Analysis, Terms -> decide -> Verdict                                                pure
//! ```
//!
//! [`screen`] chooses on validation scores alone: the best candidate within the limits (the reference),
//! and the cheaper ones to be tested against it, the most surely good enough first. Only then is the
//! holdout read: for those tests, for the staircase, and to show what all others came to, which can take a claim back
//! (`Outdone`) and make none. Each test is one-sided and the first failure ends the sequence, so the error rate of the whole
//! holds without a correction (fixed-sequence testing: Maurer, Hothorn & Lehmacher 1995). With cross-fitting, where each
//! repeat seals a fold of its own and other repeats have validated on it, all plausible candidates are tested with Holm's
//! correction in its place.

mod agreement;
mod beside;
mod carried;
mod cascade;
mod close;
#[cfg(test)]
mod close_tests;
mod compare;
mod confirm;
mod contrast;
mod costs;
#[cfg(test)]
mod crossfit;
mod decide;
mod decisive;
mod gaps;
mod holdout;
mod learned;
mod members;
mod needed;
#[cfg(test)]
mod open_tests;
mod outdone;
mod row;
mod screen;
mod sequence;
mod sequential;
mod shots;
mod staircase;
mod stand_in;
mod tangible;
mod terms;
#[cfg(test)]
mod tests;
mod types;
mod unmeasured;
#[cfg(test)]
mod unmeasured_tests;

pub use beside::{Question, look_beside, test_beside};
pub use cascade::{answered as cascade_answered, cascaded};
pub use compare::{difference, differences, quality, validation};
pub use confirm::{confirm, look};
pub use contrast::{Change, contrast};
pub use costs::{cost, excess, is_within};
pub use decide::{confidence_beyond, decide};
pub use screen::screen;
pub(crate) use screen::train_by_repeat;
pub use sequential::{Answers, Ask, Step, advance};
pub use terms::{GUESS, MARGINS, POWER, Terms};
pub use types::{
    Against, Agreement, Analysis, Answered, Basis, Beyond, Both, CallFacts, CandidateResults, CandidateStatus, Carried,
    Cascade, CascadeFacts, CloseCall, CloseTo, Distribution, FailureReason, Gain, Gaps, Learning, Outdone,
    ProblemExample, Problems, RepeatOutcomes, RepeatThreshold, Responses, Row, Scored, Screening, Sequential,
    ShotEffect, ShotStep, Stair, Staircase, StoppedRepeat, Tangible, Test, TestKind, Tokens, Uncascadable, Uncascaded,
    Unmeasured, UnmeasuredKind, Untested, Verdict, VerdictKind,
};
