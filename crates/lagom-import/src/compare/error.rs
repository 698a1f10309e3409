//! Why results can't be judged.

use thiserror::Error;

use crate::stats::StatsError;
use crate::study::{Cost, RuleError};

/// Why results can't be judged.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum CompareError {
    /// A margin, a bar or a confidence makes no sense.
    #[error("{0}")]
    Rule(#[from] RuleError),
    /// A margin as wide as everything the scores can be.
    #[error("found a margin of {margin}, expected one below {width}, the width of the range of `{metric}`")]
    MarginTooWide {
        /// The margin.
        margin: f64,
        /// The width of the range.
        width: f64,
        /// The metric.
        metric: String,
    },
    /// More than two candidates, and nothing says which of them is cheaper.
    #[error("nothing says which of the {} candidates is cheaper: {}", .names.len(), some(.names))]
    NoOrder {
        /// Their names.
        names: Vec<String>,
    },
    /// A cost is not known of every candidate.
    #[error("the {} of {} is not known, so the candidates can't be ordered by it", .cost.about().name, some(.missing))]
    CostUnknown {
        /// The cost.
        cost: &'static dyn Cost,
        /// The candidates without it.
        missing: Vec<String>,
        /// All candidates.
        names: Vec<String>,
    },
    /// A name in the order, or the reference, is no candidate.
    #[error("there is no candidate `{name}`; there are {}", some(.names))]
    NoCandidate {
        /// The name.
        name: String,
        /// All candidates.
        names: Vec<String>,
    },
    /// The order names a candidate twice.
    #[error("the order names `{0}` twice")]
    OrderTwice(String),
    /// The order leaves a candidate out.
    #[error("the order leaves out {}", some(.missing))]
    OrderIncomplete {
        /// The candidates left out.
        missing: Vec<String>,
    },
    /// The named reference is the cheapest candidate, so nothing can replace it.
    #[error("the reference `{0}` is the cheapest candidate, so there is nothing smaller to test against it")]
    ReferenceIsCheapest(String),
    /// The named reference exceeds a limit.
    #[error("the reference `{0}` exceeds a limit")]
    ReferenceOverLimits(String),
    /// A mean without a standard error.
    #[error("`{candidate}` has no standard error for `{metric}` on `{task}`")]
    NoStandardError {
        /// The candidate.
        candidate: String,
        /// The task.
        task: String,
        /// The metric.
        metric: String,
    },
    /// Only means are known, and a replay needs the single examples.
    #[error("a replay needs the score of every example, but these files hold means alone")]
    NothingToReplay,
    /// The numbers allow no estimate.
    #[error("`{metric}` on `{task}`: {source}")]
    Stats {
        /// The task.
        task: String,
        /// The metric.
        metric: String,
        /// What is wrong.
        source: StatsError,
    },
}

impl CompareError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            CompareError::Rule(error) => Some(error.hint()),
            CompareError::MarginTooWide { width, .. } => {
                Some(format!("margins are in units of the metric, such as {}", width / 100.0))
            }
            CompareError::NoOrder { names } => Some(by_hand(names)),
            CompareError::CostUnknown { names, cost, .. } => Some(format!(
                "add the column `{}` to the table of candidates; or {}",
                cost.about().name,
                by_hand(names)
            )),
            CompareError::OrderTwice(_) => Some("name each candidate once, the cheapest first".to_owned()),
            CompareError::OrderIncomplete { .. } => {
                Some("name every candidate once, the cheapest first, with commas between".to_owned())
            }
            CompareError::NoCandidate { .. } => Some("names are taken as the files write them".to_owned()),
            CompareError::ReferenceIsCheapest(_) => {
                Some("name a dearer one, or leave --reference out to compare with whichever is best".to_owned())
            }
            CompareError::ReferenceOverLimits(_) => Some("ease the limit, or name another reference".to_owned()),
            CompareError::NoStandardError { .. } => Some(
                "give the logs of single examples instead (lm-evaluation-harness: --log_samples), or leave that task out with --task"
                    .to_owned(),
            ),
            CompareError::NothingToReplay => Some(
                "leave --replay out, or give the logs of single examples (lm-evaluation-harness: --log_samples)"
                    .to_owned(),
            ),
            CompareError::Stats { .. } => Some("it takes two examples (or clusters) at least, and many more to decide anything".to_owned()),
        }
    }
}

/// How the order is told by hand.
fn by_hand(names: &[String]) -> String {
    format!(
        "say the order, cheapest first: --order {}; or give sizes or prices in a table: --candidates TABLE (columns candidate, parameters, price)",
        if names.len() > SHOWN { "NAME,NAME,…".to_owned() } else { names.join(",") }
    )
}

/// How many names a message shows.
pub(super) const SHOWN: usize = 5;

/// The first few names and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    let first = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
