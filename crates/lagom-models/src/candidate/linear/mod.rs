//! Linear models: softmax (logistic) and ridge regression with an L2 penalty, for dense and sparse
//! columns.
//!
//! The family's cheapest rungs, and the yardstick of every other family. One call, [`fit`], walks the
//! recipe's grid of L2 strengths from strong to weak, each solution the start of the next, keeps the one
//! with the lowest validation loss and counts what the whole search cost.
//!
//! Why an own trainer: `linfa-logistic` takes dense matrices only, `rustlearn` is unmaintained and trains
//! one class against the rest, and `liblinear` binds C++ and has no multinomial loss, so no kept crate
//! fits a sparse softmax. The solvers used here are short, have no learning rate to tune and give
//! the same bits on every run.
//!
//! | data | solver | certificate of being done |
//! |---|---|---|
//! | classes, sparse | stochastic dual coordinate ascent (`dual`) | duality gap per row |
//! | classes, dense | L-BFGS (`lbfgs`) | gradient norm per row |
//! | values, dense, up to 1,024 columns | Cholesky (`ridge`) | exact |
//! | values, otherwise | L-BFGS | gradient norm per row |
//! | any, with a penalty on absolute weights | OWL-QN (`owlqn`) | pseudo-gradient norm per row |
//!
//! Everywhere the objective is `sum of losses + l2 / 2 * |weights|²`, so `l2` is scikit-learn's `1 / C`
//! of `LogisticRegression` and `alpha` of `Ridge`. Budgets are passes over the data, never wall time.

mod activation;
mod dual;
mod error;
mod fit;
mod fitted;
mod labels;
mod lbfgs;
mod loss;
mod matrix;
mod model;
mod omega;
mod owlqn;
mod recipe;
mod ridge;
mod solver;

#[cfg(test)]
mod tests;

pub use error::LinearError;
pub use fit::fit;
pub use fitted::LinearFit;
pub use matrix::{Matrix, Sparse, Training};
pub use model::{Linear, Target};
pub use recipe::{Recipe, Tried};
