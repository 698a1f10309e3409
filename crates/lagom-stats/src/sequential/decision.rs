//! The decision rule, and what it would have said along the way.

use serde::{Deserialize, Serialize};

use super::sequence::Sequence;
use crate::error::StatsError;

/// About how many points of the path a replay keeps.
const POINTS: u64 = 200;

/// What a sequence says of a candidate's paired differences to a reference (higher is better), at any
/// stopping time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SequentialDecision {
    /// The candidate is worse by less than the margin: lower bound at or above −margin.
    GoodEnough,
    /// The candidate is worse by more than the margin: upper bound at or below −margin.
    Worse,
    /// Good enough, and not better by the margin either.
    Equivalent,
    /// None of these is shown yet.
    CantTell,
}

impl SequentialDecision {
    /// The decision of `sequence` at present.
    ///
    /// The bounds are one-sided at the sequence's α. A bound is a value that was itself rejected, so it may
    /// equal ∓margin. The chance of ever saying "good enough" where the truth is −margin or less is at most
    /// α, and so is that of ever saying "worse" where it is −margin or more: only one of them can be false.
    /// "Equivalent" is false only if one of its two bounds is (two one-sided tests, Schuirmann 1987), and
    /// the truth can lie beyond only one of them: at most α, too.
    pub fn of(sequence: &Sequence, margin: f64) -> Self {
        let (low, high) = (sequence.lower(), sequence.upper());
        match (low >= -margin, high <= margin, high <= -margin) {
            (_, _, true) => SequentialDecision::Worse,
            (true, true, _) => SequentialDecision::Equivalent,
            (true, false, _) => SequentialDecision::GoodEnough,
            (false, _, false) => SequentialDecision::CantTell,
        }
    }
}

/// What the rule would have said, had the examples been scored one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// After how many examples the first decision stood; none if they did not suffice.
    pub decided_after: Option<u64>,
    /// That decision; can't tell if there was none.
    pub decision: SequentialDecision,
    /// The decision after all examples: the first one, or equivalent where it was good enough.
    pub at_end: SequentialDecision,
    /// The two-sided interval (low, high) when the first decision stood, or after all examples.
    pub interval: (f64, f64),
    /// The mean of the differences up to then.
    pub mean: f64,
    /// How many examples there are.
    pub examples: u64,
    /// Examples seen and the two-sided interval then, for a plot: about 200 points, the moment of the
    /// decision and the end among them.
    pub path: Vec<(u64, f64, f64)>,
}

/// Runs the rule over `differences` (candidate minus reference on the same example, higher is better) in
/// their order, which has to be random: shuffle them with a seed before.
///
/// `range` is what a difference can be, as (−1, 1) for right/wrong scores; `margin` is at least 0;
/// `confidence` is one-sided for the decision and two-sided for the interval, as 0.95. `population` is the
/// number of labelled examples if the question is about them alone, usually the number of differences (see
/// [`Sequence::new`]).
///
/// # Errors
/// A margin that is negative or not finite, a confidence outside 0 to 1, a difference outside the range, more
/// differences than the population.
pub fn replay(
    differences: &[f64],
    range: (f64, f64),
    margin: f64,
    confidence: f64,
    population: Option<u64>,
) -> Result<Replay, StatsError> {
    if !margin.is_finite() || margin < 0.0 {
        return Err(StatsError::Margin(margin));
    }
    run(Sequence::watching(range, 1.0 - confidence, population, &[-margin, margin])?, differences, margin)
}

/// Pushes the differences one by one and notes what the rule says.
pub(super) fn run(mut sequence: Sequence, differences: &[f64], margin: f64) -> Result<Replay, StatsError> {
    let examples = differences.len() as u64;
    let mut first: Option<(u64, SequentialDecision, (f64, f64), f64)> = None;
    let mut path = Vec::new();
    for value in differences {
        sequence.push(*value)?;
        let (count, now) = (sequence.count(), SequentialDecision::of(&sequence, margin));
        let (low, high) = sequence.interval();
        let decides = first.is_none() && now != SequentialDecision::CantTell;
        if decides {
            first = Some((count, now, (low, high), sequence.mean()));
        }
        if decides || count == examples || kept(count, examples) {
            path.push((count, low, high));
        }
    }
    let at_end = SequentialDecision::of(&sequence, margin);
    let last = (examples, SequentialDecision::CantTell, sequence.interval(), sequence.mean());
    let (_, decision, interval, mean) = first.unwrap_or(last);
    let decided_after = first.map(|(count, ..)| count);
    Ok(Replay { decided_after, decision, at_end, interval, mean, examples, path })
}

/// Whether the path keeps this count: every few examples in proportion to how many have been seen, so that
/// the points lie evenly on a logarithmic axis.
fn kept(count: u64, examples: u64) -> bool {
    let logarithm = |count: u64| (count as f64).ln() / (examples.max(2) as f64).ln() * POINTS as f64;
    count == 1 || logarithm(count).floor() > logarithm(count - 1).floor()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
