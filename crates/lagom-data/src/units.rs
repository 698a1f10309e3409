//! Units: rows that stand or fall together, since they are copies of one another or of one group.
//!
//! `copies.rs` finds them.

/// Which rows count as one, in splits and in the variance of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    /// The unit of each row.
    pub(super) of_row: Vec<u32>,
    /// The unit of each sealed row, in the order of the seal.
    pub(super) of_sealed: Vec<u32>,
    /// Whether the rows of a unit are copies of one another; else they are of one group.
    pub(super) copies: bool,
    /// Whether any rows are kept together since they are copies.
    pub(super) joined: bool,
}

impl Units {
    /// The unit of each row of the data set.
    #[must_use]
    pub fn of_rows(&self) -> &[u32] {
        &self.of_row
    }

    /// The unit of each sealed row: the first of the holdout is at 0.
    #[must_use]
    pub fn of_sealed(&self) -> &[u32] {
        &self.of_sealed
    }

    /// Whether the rows of a unit are copies of one another, which turn from right to wrong together.
    #[must_use]
    pub fn are_copies(&self) -> bool {
        self.copies
    }
}
