//! Headers of files that the tests write themselves, of mutilated ones, and of real ones.

mod known;
mod mutilated;
mod parts;
mod real;
pub(crate) mod writer;
mod wrong;
