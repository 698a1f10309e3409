//! Why a candidate can't be judged.

use serde::{Deserialize, Serialize};

/// Why a candidate can't be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmeasured {
    /// What is missing, and how much.
    pub kind: UnmeasuredKind,
    /// Why, as a fragment in lower case without a full stop: `the server said 401: key expired`.
    pub cause: String,
}

/// What is missing of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum UnmeasuredKind {
    /// Answers: calls that failed, answers that were cut off, empty or unreadable.
    Answers {
        /// How many are missing.
        missing: u64,
        /// Of how many that were asked for.
        asked: u64,
    },
    /// Asking was stopped since a fault of the backend is shared by all questions.
    Backend {
        /// How many answers there are.
        answered: u64,
        /// Of how many that were wanted.
        wanted: u64,
    },
    /// Trainings that failed after every retry.
    Trials {
        /// How many failed.
        failed: u64,
        /// Of how many that were asked for.
        of: u64,
        /// Whether memory ran out.
        memory: bool,
        /// Whether every one of them would only fail the same way again.
        lasting: bool,
    },
    /// What it costs in use, where a limit or the order of sizes hangs on that.
    Costs,
    /// All of it: a smaller one of its family ran out of memory.
    Untried,
    /// Its quality: the metric is not defined on what it came to.
    Unscored,
}
