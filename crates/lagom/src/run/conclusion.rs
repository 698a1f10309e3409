//! What a verdict is, and rests on: handed from whoever decides to whoever hands over.

use crate::search::SearchResult;
use crate::verdict::{Analysis, Uncascaded, Verdict};

/// What was decided, on what.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// The trials that the search asked for.
    pub found: SearchResult,
    /// The candidates, their tests and the staircase.
    pub analysis: Analysis,
    /// The verdict.
    pub verdict: Verdict,
    /// The cascades that could not be put together.
    pub uncascaded: Vec<Uncascaded>,
}
