//! Evaluation that may stop at any time.
//!
//! An interval for a fixed number of examples is wrong if one looks after each example and stops when it
//! suits: sooner or later chance crosses any fixed bound. A confidence *sequence* holds at all times at
//! once: with probability 1 − α the true mean is never outside, however the stopping time is chosen.
//!
//! - [`Sequence`] is such a sequence for the mean of bounded values, by betting.
//! - [`SequentialDecision`] is the rule on paired differences; [`replay`] runs it over results in hand.

mod bets;
mod decision;
mod sequence;

#[cfg(test)]
mod coverage;

pub use decision::{Replay, SequentialDecision, replay};
pub use sequence::Sequence;
