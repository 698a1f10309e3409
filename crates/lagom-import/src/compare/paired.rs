//! The scores of all candidates on the same examples, and the bounds that they give.

use crate::scores::Scores;
use crate::stats::{Bounded, SeedLuck, SeedSpread, StatsError, clustered, clustered_difference};

/// With fewer examples that differ than this, made-up ones take part in the standard error: a spread measured on so few
/// says little about the rest.
const FEW: usize = 10;

/// Scores on the same examples. Turned so that higher is better.
pub(super) struct Paired {
    /// For each candidate the mean over all of its seeds: one value an example.
    pub(super) means: Vec<Vec<f64>>,
    /// How the seeds of each candidate vary; empty where none has more than one.
    spreads: Vec<SeedSpread>,
    /// The cluster of each example; empty where each is its own.
    pub(super) clusters: Vec<u32>,
    pub(super) cluster_count: Option<u64>,
    /// Whether all scores are 0 or 1.
    right_wrong: bool,
    /// The least and the largest score that is possible; where nobody knows, the extremes that were seen.
    pub(super) range: (f64, f64),
    /// Whether the range is known.
    known: bool,
    /// The seeds of each candidate.
    pub(super) counts: Vec<u64>,
}

impl Paired {
    /// From the scores of every example; `turn` is −1 where lower ones are better.
    ///
    /// # Errors
    /// Several seeds, but fewer than two examples or clusters.
    pub(super) fn of(scores: &Scores, turn: f64) -> Result<Self, StatsError> {
        let turned = |values: &[f32]| values.iter().map(|value| turn * f64::from(*value)).collect::<Vec<f64>>();
        let clusters = scores.clusters.clone().unwrap_or_default();
        let counts: Vec<u64> = scores.candidates.iter().map(|scored| scored.seeds.len() as u64).collect();
        let several = counts.iter().any(|count| *count > 1);
        let (mut means, mut spreads) = (Vec::with_capacity(counts.len()), Vec::new());
        for scored in &scores.candidates {
            let seeds: Vec<Vec<f64>> = scored.seeds.iter().map(|seed| turned(&seed.scores)).collect();
            if several {
                spreads.push(SeedSpread::of(&seeds, &clusters)?);
            }
            means.push(averaged_over(seeds));
        }
        let (low, high) = scores.range.unwrap_or_else(|| scores.observed());
        // Scores that are all the same tell no range; one unit is as good as another.
        let high = if high > low { high } else { low + 1.0 };
        let range = if turn > 0.0 { (low, high) } else { (-high, -low) };
        let cluster_count = scores.clusters.as_ref().map(|ids| {
            let distinct: std::collections::HashSet<u32> = ids.iter().copied().collect();
            distinct.len() as u64
        });
        let (right_wrong, known) = (scores.right_or_wrong(), scores.range.is_some());
        Ok(Self { means, spreads, clusters, cluster_count, right_wrong, range, known, counts })
    }

    /// Whether counts of right and wrong say everything.
    pub(super) fn exact(&self) -> bool {
        self.right_wrong && self.spreads.is_empty() && self.clusters.is_empty()
    }

    /// The clusters of the examples, where there are some.
    pub(super) fn cluster_ids(&self) -> Option<&[u32]> {
        (!self.clusters.is_empty()).then_some(&self.clusters)
    }

    /// Whether the seeds of some candidate take part in the intervals.
    pub(super) fn seeded(&self) -> bool {
        !self.spreads.is_empty()
    }

    /// What the seeds add to the error of these candidates (one, or two that are compared).
    pub(super) fn luck(&self, of: &[usize]) -> Option<SeedLuck> {
        let own: Vec<SeedSpread> = of.iter().filter_map(|at| self.spreads.get(*at).copied()).collect();
        let others = self.spreads.iter().enumerate().filter(|(at, _)| !of.contains(at));
        let others: Vec<SeedSpread> = others.map(|(_, spread)| *spread).collect();
        SeedLuck::pooled(&own, &others)
    }

    /// The mean of a candidate with its bounds.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn mean(&self, at: usize) -> Result<Bounded, StatsError> {
        let values = &self.means[at];
        let examples = clustered(values, &self.clusters)?;
        Ok(Bounded::of(values, &self.clusters, (examples, self.luck(&[at])), self.range)?.within(self.limits()))
    }

    /// The difference of two candidates with its bounds.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn difference(&self, at: usize, other: usize) -> Result<Bounded, StatsError> {
        let values = minus(&self.means[at], &self.means[other]);
        let differ = values.iter().filter(|value| **value != 0.0).count();
        let width = self.range.1 - self.range.0;
        let floor = (self.exact() || differ < FEW).then_some(width);
        let examples = clustered_difference(&values, &self.clusters, floor)?;
        // where nobody knows what is possible, the largest difference seen stands for what may not have been seen
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let end = if self.known || differ < FEW { width } else { largest };
        let limits = self.known.then_some((-width, width));
        let limits = limits.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Ok(Bounded::of(&values, &self.clusters, (examples, self.luck(&[at, other])), (-end, end))?.within(limits))
    }

    /// What a mean can be. Errors, lower being better, are never below 0 if none is, whatever their range.
    pub(super) fn limits(&self) -> (f64, f64) {
        match (self.known, self.range) {
            (true, range) => range,
            // turned, errors lie below 0
            (false, (low, high)) if high <= 0.0 && low < 0.0 => (f64::NEG_INFINITY, 0.0),
            (false, _) => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

fn averaged_over(seeds: Vec<Vec<f64>>) -> Vec<f64> {
    let count = seeds.len() as f64;
    let mut seeds = seeds.into_iter();
    let mut sums = seeds.next().unwrap_or_default();
    for seed in seeds {
        sums.iter_mut().zip(seed).for_each(|(sum, value)| *sum += value);
    }
    if count > 1.0 {
        sums.iter_mut().for_each(|sum| *sum /= count);
    }
    sums
}

/// Differences, one an example.
pub(super) fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
