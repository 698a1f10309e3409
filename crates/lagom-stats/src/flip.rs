//! Examples that turn from right to wrong.

/// What one example moves that turns from right to wrong, so that a few examples without a fault are not taken for none at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flip {
    /// Of a paired difference, which goes either way from 0: by so much.
    Difference(f64),
    /// Of a score.
    Score {
        /// The score of an example that is right, where all are.
        right: f64,
        /// The score of one that is wrong.
        wrong: f64,
    },
}

impl Flip {
    /// How far it moves the example.
    #[must_use]
    pub fn size(self) -> f64 {
        match self {
            Self::Difference(by) => by,
            Self::Score { right, wrong } => (right - wrong).abs(),
        }
    }

    /// The same where scores are turned, as those are of which less is better.
    #[must_use]
    pub fn turned(self, turn: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Difference(by) => Self::Difference(by),
            Self::Score { right, wrong } => Self::Score { right: turn(right), wrong: turn(wrong) },
        }
    }
}
