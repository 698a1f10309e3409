//! The verdict on results that other tools measured: `lagom compare`.
//!
//! ```text
//! Results (room `scores`), CompareTerms -> judge -> CompareFindings        pure; same input, same bits
//! ```
//!
//! Here the labels are all there are: the best candidate is picked and the others are tested on the same
//! examples. So nothing may be claimed of "the best" as if it had been named beforehand. By default the
//! claims are multiple comparisons with the best (Hsu 1981; 1996, chapter 4): a candidate is good enough
//! only if its lower bound against *every* other one exceeds −margin, and the bounds are such that they
//! hold for whichever candidate truly is the best. For that it is enough that the one-sided bounds of all
//! others against the true best hold at once (Dunnett 1955 with the best as control); since nobody knows
//! which it is, the widest of the bounds over all of them as control is taken, from the least correlation among the
//! differences (Slepian 1962). With two candidates this needs
//! no correction. A reference that the user names beforehand, and a bar, take simultaneous bounds of the
//! candidates that are tested against it. `matrix` holds the numbers, `joint` the quantile, `decide` the
//! policy.
//!
//! Of more than [`MANY`] candidates the quantile is Bonferroni's, and rivals are those that are not surely worse than the best
//! measured (`hardest`): where the bounds against the true best hold, it is among them.
//!
//! By simulation (`tests/error_rate.rs`: 1,000 studies of 400 examples a row, confidence 0.95), where every
//! cheaper candidate is worse by just the margin, smaller is said to be enough in 5.3 % of the studies with 2
//! candidates, 1.8 % with 4, 0.3 % with 8, and 5.3 % with five against a named reference.

mod context;
mod cost;
mod decide;
mod error;
mod findings;
mod hardest;
mod joint;
mod judge;
mod matrix;
mod notes;
mod paired;
mod pool;
mod propose;
mod readings;
mod replay;
mod terms;
#[cfg(test)]
mod tests;

pub use crate::scores::DirectionFrom;
pub use error::CompareError;
pub use findings::{
    CompareFindings, CompareRow, CompareVerdict, ComparedWith, Comparison, Costs, Discordance, Evidence, Front,
    Judgement, OrderReading, Priced, Replayed,
};
pub use hardest::MANY;
pub use judge::judge;
pub use terms::CompareTerms;
