//! What is scored: repeats with the values of their examples, and which examples are one source of chance together.

/// One repeat: one split and one initialisation, scored on some examples.
#[derive(Debug, Clone, Copy)]
pub struct Repeat<'a> {
    /// The ids of the examples; in any order, each once. Repeats may share examples.
    pub examples: &'a [u32],
    /// The value of each of these examples, in the same order: a score, a paired difference, or for a
    /// metric that is no mean the estimate plus the example's influence. Their mean is the repeat's
    /// estimate.
    pub values: &'a [f64],
}

/// Which examples are one source of chance together.
#[derive(Debug, Clone, Copy)]
pub struct Clusters<'a> {
    /// The cluster of each example, at the place of its id; an example beyond the end is a cluster of its own.
    pub of: &'a [u32],
    /// Whether the examples of a cluster are copies of one another, which turn from right to wrong together.
    pub copies: bool,
}

impl Clusters<'_> {
    pub(super) fn of(&self, example: u32) -> u64 {
        let own = (1 << 32) | u64::from(example);
        self.of.get(example as usize).map_or(own, |&cluster| u64::from(cluster))
    }

    pub(super) fn are_several(&self, examples: &[u32]) -> bool {
        examples.iter().any(|&example| self.of(example) != self.of(examples[0]))
    }

    /// How many clusters the examples are of; their own number where all are of one, whose spread nothing tells then.
    pub(super) fn count(&self, examples: &[u32]) -> f64 {
        let mut seen: Vec<u64> = examples.iter().map(|&example| self.of(example)).collect();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() > 1 { seen.len() as f64 } else { examples.len() as f64 }
    }
}
