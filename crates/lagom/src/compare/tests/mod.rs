//! The policy on scores made by hand, and its error rate by simulation.

mod error_rate;
mod policy;
mod sample;
