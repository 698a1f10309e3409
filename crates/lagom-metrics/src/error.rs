//! Why outcomes have no score.

use super::names::Metric;
use super::tokeniser_error::TokeniserError;
use thiserror::Error;

/// Why outcomes could not be recorded, read or scored.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MetricError {
    /// There is nothing to score.
    #[error("there are no examples to score")]
    Empty,
    /// The columns of the outcomes are of different lengths.
    #[error("the column `{column}` has {found} entries for {expected} examples")]
    Lengths {
        /// The name of the column.
        column: &'static str,
        /// How many entries it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A prediction, loss or true value is infinite or not a number.
    #[error("the {what} of example {example} is not a finite number")]
    NotFinite {
        /// Which of the numbers.
        what: &'static str,
        /// Position of the example.
        example: usize,
    },
    /// A predicted probability is not between 0 and 1.
    #[error("example {example} has {value} as a probability; it must lie between 0 and 1")]
    Probability {
        /// Position of the example.
        example: usize,
        /// The offending number.
        value: f32,
    },
    /// The metric is not made for such outcomes.
    #[error("the metric {} does not fit {outcomes}", metric.name())]
    DoesNotFit {
        /// The metric.
        metric: Metric,
        /// What the outcomes are, in words.
        outcomes: String,
    },
    /// Texts are to be predicted, which only called models do.
    #[error("a trained model gives classes or numbers, not texts")]
    Texts,
    /// There is no reference to compare with.
    #[error("the metric {} needs a reference", metric.name())]
    NoReference {
        /// The metric.
        metric: Metric,
    },
    /// A reference is not what the metric needs.
    #[error("the metric {} needs {expected} as reference, found {found}", metric.name())]
    Reference {
        /// The metric.
        metric: Metric,
        /// What it needs, in words.
        expected: &'static str,
        /// What is there, or what is wrong with it.
        found: String,
    },
    /// The tokeniser of a metric of texts can't be used.
    #[error(transparent)]
    Tokeniser(#[from] TokeniserError),
    /// A log-probability that none can be.
    #[error("the log-probability {value} is not a finite number of at most 0")]
    LogProbability {
        /// The number.
        value: f64,
    },
    /// A setting of a metric is out of range.
    #[error("the setting {name} of {} is {found}; it must be {expected}", metric.name())]
    Setting {
        /// The metric.
        metric: Metric,
        /// The setting.
        name: &'static str,
        /// What it may be, in words.
        expected: &'static str,
        /// What it is.
        found: f64,
    },
    /// An example has too many or too few numbers.
    #[error("the metric {} keeps {expected} numbers of each example, found {found}", metric.name())]
    Width {
        /// The metric.
        metric: Metric,
        /// How many an example has.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The area under the curve needs examples of both classes.
    #[error("auc needs examples of both classes, but none is of class {absent}")]
    ClassAbsent {
        /// The class without an example (0 or 1).
        absent: u32,
    },
    /// R² needs a target that varies.
    #[error("r2 needs a target that varies, but all true values are the same")]
    ConstantTruth,
    /// A position to select lies outside the outcomes.
    #[error("there is no example {position} among {examples}")]
    NoSuchExample {
        /// The position asked for.
        position: usize,
        /// How many examples there are.
        examples: usize,
    },
    /// Outcomes could not be written to bytes or read from them.
    #[error("stored outcomes cannot be decoded: {0}")]
    Codec(String),
}
