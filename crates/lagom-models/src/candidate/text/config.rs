//! Which n-grams are taken, and how many.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is taken from a text. Part of a trial's content address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NgramConfig {
    /// Shortest and longest run of words; `(0, 0)` takes none. A word is a run of letters and digits of
    /// any script; every other character that is not white space is a word by itself.
    pub words: (u8, u8),
    /// Shortest and longest run of characters inside a word padded by one space on either side (parted at
    /// white space, as scikit-learn's `char_wb`); `(0, 0)` takes none.
    pub characters: (u8, u8),
    /// Number of hash buckets: a power of two, at most 2^24. N-grams of one bucket share a column.
    pub buckets: u32,
    /// Whether texts are lowercased first.
    pub lowercase: bool,
    /// Whether a count `t` weighs `1 + ln t` in place of `t`.
    pub sublinear_tf: bool,
}

impl Default for NgramConfig {
    fn default() -> Self {
        Self { words: (1, 2), characters: (3, 5), buckets: 1 << 16, lowercase: true, sublinear_tf: true }
    }
}

/// Why texts could not be vectorised.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// The configuration cannot be followed.
    #[error("the n-gram configuration cannot be followed: {0}")]
    Config(&'static str),
}

impl NgramConfig {
    /// Refuses a configuration that cannot be followed.
    ///
    /// # Errors
    /// [`TextError::Config`].
    pub(super) fn check(&self) -> Result<(), TextError> {
        let sound = |(shortest, longest): (u8, u8)| longest == 0 || (1..=longest).contains(&shortest);
        if !sound(self.words) || !sound(self.characters) {
            return Err(TextError::Config("a range of lengths starts at 1 or more and does not fall"));
        }
        if self.words.1 == 0 && self.characters.1 == 0 {
            return Err(TextError::Config("neither words nor characters are taken"));
        }
        if !self.buckets.is_power_of_two() || self.buckets > 1 << 24 {
            return Err(TextError::Config("buckets must be a power of two, at most 2^24"));
        }
        Ok(())
    }
}
