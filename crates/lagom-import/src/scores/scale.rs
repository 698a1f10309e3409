//! Whether candidates are scored on one scale: else a difference between them is one of scales.

use super::error::ScoresError;
use super::span::Span;
use super::types::{Scored, Scores};

/// No mean of scores from 0 to 1 is this large: one of scores from 0 to 100 that is cannot be on their scale.
pub(super) const PERCENT: f64 = 10.0;

/// Usual tops of scales below 100, and which share of another candidate's scores has to be above one so that it can't be on
/// that scale. On marks from 1 to 5 a good candidate still has some of 1.
const TOPS: [(f64, f64); 3] = [(1.0, 0.75), (5.0, 0.9), (10.0, 0.9)];

/// Errors of two candidates may differ by more than scales do; from so many times on it is worth a word.
const FAR: f64 = 10.0;

/// What is looked at of one candidate.
struct ScaleCheck<'a> {
    name: &'a str,
    scores: Vec<f64>,
    span: Span,
}

impl<'a> ScaleCheck<'a> {
    fn at(scored: &'a Scored) -> Self {
        let scores: Vec<f64> =
            scored.seeds.iter().flat_map(|seed| &seed.scores).map(|score| f64::from(*score)).collect();
        let low = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let high = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
        Self { name: &scored.name, scores, span: Span { low, high, mean } }
    }

    fn above(&self, top: f64) -> f64 {
        self.scores.iter().filter(|score| **score > top).count() as f64 / self.scores.len().max(1) as f64
    }

    /// Whether `self` is on a scale that ends where `other`'s scores begin. One score all through fits any scale.
    fn ends_below(&self, other: &ScaleCheck<'_>) -> bool {
        let within = |top: f64| self.span.low >= 0.0 && self.span.high <= top && self.span.high > self.span.low;
        let percent = self.span.low >= 0.0 && (f64::MIN_POSITIVE..=1.0).contains(&self.span.high);
        let in_percent = other.span.low >= 0.0 && other.span.high <= 100.0 && other.span.mean > PERCENT;
        percent && in_percent || TOPS.into_iter().any(|(top, share)| within(top) && other.above(top) >= share)
    }
}

/// Refuses candidates on different scales, where higher is better: 0 to 1 beside 1 to 5 or percent, 0 to 10 beside 0 to 100. Of
/// errors, which may differ that much, a sentence is all.
///
/// # Errors
/// Two candidates on different scales.
pub(super) fn check(scores: &mut Scores) -> Result<(), ScoresError> {
    let looks: Vec<ScaleCheck<'_>> = scores.candidates.iter().map(ScaleCheck::at).collect();
    let pairs = || looks.iter().flat_map(|small| looks.iter().map(move |large| (small, large)));
    if scores.higher_is_better {
        return match pairs().find(|(small, large)| small.ends_below(large)) {
            Some((small, large)) => Err(ScoresError::MixedScales {
                task: scores.task.clone(),
                metric: scores.metric.clone(),
                small: small.name.to_owned(),
                of_small: Box::new(small.span),
                large: large.name.to_owned(),
                of_large: Box::new(large.span),
            }),
            None => Ok(()),
        };
    }
    let apart = |small: &ScaleCheck<'_>, large: &ScaleCheck<'_>| {
        small.span.low >= 0.0 && large.span.low > small.span.high && large.span.mean > FAR * small.span.mean
    };
    let note = pairs().find(|(small, large)| apart(small, large)).map(|(small, large)| {
        format!(
            "Careful: all of {} is {} and all of {} {}. If these are two scales or units, the verdict is one on scales.",
            small.name, small.span, large.name, large.span
        )
    });
    scores.notes.splice(0..0, note);
    Ok(())
}
