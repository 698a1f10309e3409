//! What is known of candidates before they are compared.

use super::cost::Order;
use super::findings::Costs;
use super::matrix::{Mean, ScoreMatrix};
use super::terms::CompareTerms;

/// Everything about one field before it is compared.
pub(super) struct ComparisonContext<'a> {
    pub(super) matrix: &'a ScoreMatrix,
    pub(super) terms: &'a CompareTerms,
    pub(super) costs: Vec<Costs>,
    pub(super) order: Order,
    pub(super) means: Vec<Mean>,
    /// Positions within the limits, the cheapest first.
    pub(super) members: Vec<usize>,
    /// Position of the reference.
    pub(super) reference: Option<usize>,
}
