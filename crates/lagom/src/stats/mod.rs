//! Statistics: pure `f64` mathematics on slices. This room knows no other room.
//!
//! - [`crossed`] turns repeats (own split, own initialisation) scored on examples into an
//!   [`Estimate`] whose interval covers both sources of chance.
//! - [`resolvable_margin`], [`examples_needed`], [`needed`] and [`confirmation_power`] plan: what can
//!   be told apart, and what it would take.
//! - [`curve`] fits scaling laws and learning curves, and says when not to trust them.
//! - [`wilson`], [`percentile`], [`mean`], [`variance`], [`median`], [`normal_quantile`] and
//!   [`t_quantile`] are the usual small ones; [`pareto_front`] finds what nothing else dominates.

mod crossed;
pub mod curve;
mod error;
mod pareto;
mod plan;
mod quantile;
mod summary;

#[cfg(test)]
mod coverage;

pub use crossed::{Estimate, Repeat, crossed};
pub use error::StatsError;
pub use pareto::pareto_front;
pub use plan::{Needed, confirmation_power, examples_needed, needed, resolvable_margin};
pub use quantile::{normal_cdf, normal_quantile, t_quantile};
pub use summary::{mean, median, percentile, variance, wilson};
