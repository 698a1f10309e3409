//! What each example, or cluster of them, adds to a mean over repeats: the terms of its variance.

use super::error::StatsError;
use super::repeats::{Clusters, Repeat};

/// The weighted deviations `g` of [`crossed`](super::crossed()) by example (or cluster) and repeat, in this order.
pub(super) struct Deviations {
    pub(super) all: Vec<(u64, usize, f64)>,
    /// Number of distinct examples.
    pub(super) examples_seen: u64,
}

impl Deviations {
    /// From repeats with their means.
    pub(super) fn of(
        repeats: &[Repeat<'_>],
        means: &[f64],
        clusters: Option<Clusters<'_>>,
    ) -> Result<Self, StatsError> {
        // One cluster in one repeat has no spread that could be seen: its examples are all there is to go by.
        let several_of = |clusters: &Clusters<'_>| repeats.len() > 1 || clusters.are_several(repeats[0].examples);
        let clusters = clusters.filter(several_of);
        let mut all = Vec::with_capacity(repeats.iter().map(|repeat| repeat.values.len()).sum());
        for (index, (repeat, centre)) in repeats.iter().zip(means).enumerate() {
            let n = repeat.values.len() as f64;
            let independent = clusters.map_or(n, |clusters| clusters.count(repeat.examples));
            let weight = (independent / (independent - 1.0)).sqrt() / (repeats.len() as f64 * n);
            let pairs = repeat.examples.iter().zip(repeat.values);
            all.extend(pairs.map(|(&example, value)| (u64::from(example), index, (value - centre) * weight)));
        }
        // stable, so the repeats of one example stay in order; fast, since each repeat is mostly sorted
        all.sort_by_key(|&(example, _, _)| example);
        let mut examples_seen = 0;
        for group in all.chunk_by(|a, b| a.0 == b.0) {
            if let Some(twice) = group.windows(2).find(|pair| pair[0].1 == pair[1].1) {
                return Err(StatsError::DuplicateExample { repeat: twice[0].1, example: twice[0].0 as u32 });
            }
            examples_seen += 1;
        }
        if let Some(clusters) = clusters {
            all = gathered(all, clusters);
        }
        Ok(Self { all, examples_seen })
    }

    /// The sum over repeats for each example or cluster, by its number.
    pub(super) fn sums(&self) -> Vec<(u64, f64)> {
        let of_one = self.all.chunk_by(|a, b| a.0 == b.0);
        of_one.map(|group| (group[0].0, group.iter().map(|entry| entry.2).sum())).collect()
    }
}

/// The deviations of each repeat summed over the examples of a cluster, in the order of clusters and repeats.
fn gathered(deviations: Vec<(u64, usize, f64)>, clusters: Clusters<'_>) -> Vec<(u64, usize, f64)> {
    let named = |(example, repeat, value): (u64, usize, f64)| (clusters.of(example as u32), repeat, value);
    let mut named: Vec<(u64, usize, f64)> = deviations.into_iter().map(named).collect();
    named.sort_by_key(|&(cluster, repeat, _)| (cluster, repeat));
    let same = named.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    same.map(|one| (one[0].0, one[0].1, one.iter().map(|entry| entry.2).sum())).collect()
}
