//! Metrics of texts, of choices and of likelihoods: numbers of each example, and a formula over their sums.
//!
//! ```text
//! answer, references        -> TextScorer::statistics   \
//! likelihoods of choices    -> choice_statistics         > numbers of each example -> Formula -> value, influences
//! likelihood of a text      -> likelihood_statistics    /
//! ```
//!
//! BLEU cuts texts by a `Cutter`: rules, MeCab as a process, or the pieces of a SentencePiece model.
//!
//! The numbers are all that a resample needs, so no text is ever scored twice. What is counted equals sacreBLEU
//! 2.6.0, rouge-score 0.1.2, the SQuAD scripts and lm-evaluation-harness.

mod bleu;
mod chinese;
mod choice;
mod chrf;
mod cutter;
mod exact;
mod formula;
mod json;
mod likelihood;
mod longest;
mod mecab;
mod ngram;
mod number;
mod options;
mod outcomes;
mod pieces;
mod porter;
mod rouge;
mod scorer;
mod signature;
mod space;
mod squad;
mod systems;
mod ter;
mod tokenise;
mod unspaced;

#[cfg(test)]
mod tests;

pub use choice::{Choice, choice_statistics};
pub use cutter::TokeniserFiles;
pub use formula::Formula;
pub use likelihood::{bits_per_byte_statistics, likelihood_statistics};
pub use options::{Ignored, OptionFault, SmoothingMethod, TextOptions};
pub use outcomes::TextOutcomes;
pub use scorer::{TextScorer, count_texts};
pub use systems::{Resampling, SystemDifference, SystemScore, compare_systems};
pub use unspaced::{Blind, Unspaced};
