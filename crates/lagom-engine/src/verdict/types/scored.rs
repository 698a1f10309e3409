//! Outcomes on some examples, and what is missing of them.

use crate::metric::Outcomes;
use crate::stats::Clusters;

/// One repeat's outcomes on some examples.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// Number of the repeat.
    pub repeat: u32,
    /// Identities of the examples.
    pub examples: &'a [u32],
    /// Outcomes on them, in the same order.
    pub outcomes: &'a Outcomes,
    /// Which examples count as one, by their identities; none where each counts for itself.
    pub units: Option<Clusters<'a>>,
    /// Where answers are missing: the same rows and the missing ones, filled in.
    pub gaps: Option<&'a Gaps>,
}

/// The outcomes of all rows that count, the missing ones filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaps {
    /// The rows: those that are known first, then those that are missing.
    pub rows: Vec<u32>,
    /// Outcomes on them, the missing ones at their worst.
    pub worst: Outcomes,
    /// The same with the missing ones at their best.
    pub best: Outcomes,
}

/// What one repeat of a candidate came to on some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Responses {
    /// Number of the repeat.
    pub repeat: u32,
    /// Rows with a known outcome.
    pub rows: Vec<u32>,
    /// Outcomes on them.
    pub outcomes: Outcomes,
    /// Where answers are missing: all rows, filled in.
    pub gaps: Option<Gaps>,
    /// Rows that were asked and count for nothing (refusals, where the study leaves them out).
    pub left_out: Vec<u32>,
}

/// What an asked candidate has come to on the sealed rows that it was asked so far, by repeat.
pub type Answered = Vec<Responses>;
