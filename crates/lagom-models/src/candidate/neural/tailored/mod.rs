//! Perceptrons that are built otherwise than a stack of layers with ReLU, or changed after their training.
//!
//! ```text
//! columns -> Columns (periodic and category embeddings) -> blocks: layer, Norm, activation, dropout (+ input) -> last layer
//! trained -> pruned, quantised (Matrix) -> Tailored (one network, or the mean of several)
//! ```
//!
//! Networks of embeddings have the second line alone (`texts`). Gradients are written out: the tensor library's `exp` and `tanh` are scalar, and each operation of its graph costs
//! microseconds; here activations are loops that the compiler makes vectors of.

mod activation;
mod columns;
mod fit;
mod matrix;
mod model;
mod network;
mod norm;
mod texts;

pub use columns::Part;
pub use fit::{Perceptron, fit_perceptron};
pub use model::Tailored;
pub use texts::{TailoredTexts, TextNetwork, fit_texts};

#[cfg(test)]
pub(super) use activation::{activate, slopes};
#[cfg(test)]
pub(super) use columns::Piece;
#[cfg(test)]
pub(super) use network::Built;

#[cfg(test)]
mod tests;
