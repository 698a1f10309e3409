//! Boosted trees: gradient boosting with `forust-ml` as the tree learner, and a
//! compact forest of our own for predicting and saving.
//!
//! The boosting loop is ours, since the library's knows no softmax, no common
//! number of rounds over the classes and no losses per round; finding the bins
//! and growing one tree are the library's. Everything runs on one thread and
//! draws nothing at random unless a share of rows or columns is asked for, so the same rows and seed give the same bits.

mod adapter;
mod config;
mod forest;
mod loss;
mod monotone;
#[cfg(test)]
mod tests;

pub use adapter::fit;
pub use config::{TreesConfig, trees_ladder};
pub use forest::{Forest, Link, Split, Tree};
pub use types::{Drawn, Features, ForestFit, TreesError};

mod types;
