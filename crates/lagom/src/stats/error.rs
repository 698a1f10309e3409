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
}
