//! Examples that turn from right to wrong.

/// What one example moves that turns from right to wrong, so that a few examples without a fault are not taken for none at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flip {
    /// Of a paired difference, which goes either way from 0: by so much.
    Difference(f64),
    /// Of a score: by so much, from the best that there is.
    Score {
        /// How much it takes off the score of the example.
        by: f64,
        /// The score of an example that is right, where all are.
        best: f64,
    },
}

impl Flip {
    /// What it takes off.
    #[must_use]
    pub fn size(self) -> f64 {
        match self {
            Self::Difference(by) | Self::Score { by, .. } => by,
        }
    }
}
