//! What can be wrong with the numbers handed in.

use thiserror::Error;

/// Why a statistic could not be computed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StatsError {
    /// There is no repeat at all.
    #[error("there is no repeat to estimate from")]
    NoRepeats,
    /// A repeat has fewer than two examples, so its spread is unknown.
    #[error("repeat {repeat} has {examples} example(s); at least 2 are needed")]
    TooFewExamples {
        /// Position of the repeat in the input.
        repeat: usize,
        /// How many examples it has.
        examples: usize,
    },
    /// A repeat has not as many values as examples.
    #[error("repeat {repeat} has {examples} examples but {values} values")]
    Lengths {
        /// Position of the repeat in the input.
        repeat: usize,
        /// Number of example ids.
        examples: usize,
        /// Number of values.
        values: usize,
    },
    /// The same example occurs twice in one repeat.
    #[error("example {example} occurs more than once in repeat {repeat}")]
    DuplicateExample {
        /// Position of the repeat in the input.
        repeat: usize,
        /// The example's id.
        example: u32,
    },
    /// A value is infinite or not a number.
    #[error("the value of example {example} in repeat {repeat} is not a finite number")]
    NotFinite {
        /// Position of the repeat in the input.
        repeat: usize,
        /// The example's id.
        example: u32,
    },
    /// The floor is negative, infinite or not a number.
    #[error("the floor {0} is not a finite number of at least 0")]
    Floor(f64),
    /// There are fewer than two clusters, so the spread between them is unknown.
    #[error("there are {clusters} cluster(s) of examples; at least 2 are needed")]
    TooFewClusters {
        /// How many there are.
        clusters: usize,
    },
    /// There are not as many ids of clusters as values.
    #[error("there are {clusters} cluster ids for {values} values")]
    Clusters {
        /// Number of cluster ids.
        clusters: usize,
        /// Number of values.
        values: usize,
    },
    /// Candidates that are compared on the same examples have different numbers of them.
    #[error("a candidate has {found} values where the first has {expected}")]
    Columns {
        /// Number of values of the first.
        expected: usize,
        /// Number of values found.
        found: usize,
    },
    /// The margin is negative, infinite or not a number.
    #[error("the margin {0} is not a finite number of at least 0")]
    Margin(f64),
    /// A confidence, or the error rate that is one less it, is not between 0 and 1.
    #[error("{0} is no probability between 0 and 1 (both excluded)")]
    Probability(f64),
    /// The range of values is empty, infinite or not a number.
    #[error("values can't range from {low} to {high}; the first has to be below the second, both finite")]
    Range {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// A value lies outside the range that was promised.
    #[error("value {value} lies outside {low} to {high}")]
    Outside {
        /// The value.
        value: f64,
        /// The smallest value promised.
        low: f64,
        /// The largest value promised.
        high: f64,
    },
    /// More values were drawn without replacement than there are.
    #[error("there are no more than {0} values to draw without replacement")]
    Exhausted(u64),
}
