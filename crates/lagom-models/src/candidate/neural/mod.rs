//! Small neural networks trained on the user's data: perceptrons on tables ([`fit_mlp`]) and
//! averaged n-gram embeddings on texts ([`fit_embedding`]).

mod adam;
mod data;
mod embedding;
mod error;
mod ladder;
mod loss;
mod mixing;
mod mlp;
mod objective;
mod optimiser;
mod products;
mod pruning;
mod recipe;
mod schedule;
mod settings;
mod stack;
mod tailored;
mod train;

pub use data::{Bags, Dense, Training, Watch};
pub use embedding::{Embedding, EmbeddingShape, fit_embedding};
pub use error::NeuralError;
pub use ladder::{embedding_ladder, mlp_ladder};
pub use mlp::{Mlp, MlpShape, fit_mlp};
pub use products::square_product;
pub use recipe::{NetworkFit, Recipe, SearchPoint};
pub use settings::{Activation, ClassLoss, Normalisation, NumberLoss, Optimiser, Schedule, WeightAveraging};
pub use tailored::{Part, Perceptron, Tailored, TailoredTexts, TextNetwork, fit_perceptron, fit_texts};

#[cfg(test)]
mod pytorch_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod watch_tests;
