//! Language models from nothing but texts: a vocabulary of byte pairs, a decoder of the Llama shape, next-token loss.
//!
//! ```text
//! texts ── LanguageShape::of_width ──> width, depth, heads, vocabulary      one dial
//! texts ── BytePairs::train ──> tokens                                      byte pairs, so that every text has some
//! LanguageTraining { shape, vocabulary, texts, recipe, seed }.run(resume, watch) ──> LanguageModel ── log_likelihoods
//! ```
//!
//! Each document begins with a token of its own that no text has, which only stands before it and is never counted. Texts of a batch lie
//! behind each other and see nothing of one another, so packing them costs nothing. One that is longer than the context is cut into
//! windows: each begins with the last token of the one before it, so that every token of a document is predicted exactly once
//! (`loglikelihood_rolling` of lm-evaluation-harness with a context of one token).

mod model;
mod recipe;
mod shape;
mod state;
#[cfg(test)]
mod tests;
mod training;
mod vocabulary;
mod windows;

pub use model::LanguageModel;
pub use recipe::LanguageRecipe;
pub use shape::LanguageShape;
pub use training::{LanguageTraining, TrainedLanguage};
pub use vocabulary::BytePairs;
