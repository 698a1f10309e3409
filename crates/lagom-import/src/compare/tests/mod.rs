//! The policy on scores made by hand, and its error rate by simulation.

mod clusters;
mod error_rate;
mod many;
mod order;
mod policy;
mod rare;
mod sample;
mod seeds;
