//! Scaling laws of somebody's measured losses: from a file of points to what the curve says.
//!
//! ```text
//! points.csv -> points() -> Points -> findings() -> ScalingFindings -> report::scaling
//!                               \-> stats::curve
//! ```
//!
//! [`points()`] reads sizes, data or compute, and losses; [`findings()`] fits a law to them and answers a
//! [`Question`] by it: losses at other sizes, the best size for a budget, what size is worth in data. All
//! arithmetic is in `stats::curve`; here is only what is asked of it.

mod columns;
mod error;
mod findings;
mod fitted;
mod header;
mod lines;
mod points;
mod question;
mod role;
mod settle;
mod shape;
#[cfg(test)]
mod tests;

pub use columns::{Asked, Columns};
pub use error::{CellFault, ScalingError};
pub use findings::{
    Budget, Constant, Exchange, Fitted, Gain, HeldOutRung, Line, LogisticLink, Measured, Origin, PredictedLoss,
    ScalingFindings, Serving, Settings, Span, Spot,
};
pub use points::{Point, Points, points};
pub use question::{At, Question};
pub use role::Role;
pub use settle::findings;
