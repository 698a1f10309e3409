//! Why a model gives its answer for one row.
//!
//! ```text
//! Model, training rows -> Background::of -> Background (kept in the bundle)
//! Model, Background, one row -> explain -> Explanation
//! ```
//!
//! Boosted trees and linear models of a table are told exactly, by Shapley values that add up to the score (`trees`, `linear`); texts by leaving
//! words out (`words`); every other model of a table by setting one column at a time to what is usual (`replaced`), which is no
//! Shapley value and adds up to nothing.

mod background;
mod explain;
mod linear;
mod replaced;
#[cfg(test)]
mod tests;
mod trees;
mod types;
mod words;

pub use background::{Background, Learned, Usual};
pub use explain::explain;
pub use types::{Effects, ExplainError, Explanation, Way};
