//! Texts as sparse rows: hashed word and character n-grams, weighted by TF-IDF.
//!
//! Every n-gram falls into one of a power of two of buckets by a hash of its text (`ngram`), so no
//! vocabulary of strings is kept and the number of buckets is the rung. The [`Vectoriser`] numbers the
//! buckets that occur in the training texts: only these are columns, since a bucket that no training row
//! fills would have zero weights for ever.
//!
//! Tried and not taken, on banking77 and SST-2: keeping the most frequent n-grams under their own names in
//! place of sharing buckets (256 columns: accuracy 0.73 against 0.85), signed hashing, scaling words and
//! characters apart, other lengths of n-grams, the shapes of numbers (all within the noise).

mod config;
mod ladder;
mod ngram;
mod vectoriser;

#[cfg(test)]
mod tests;

pub use config::{NgramConfig, TextError};
pub use ladder::ngram_ladder;
pub use ngram::hashed;
pub use vectoriser::Vectoriser;
