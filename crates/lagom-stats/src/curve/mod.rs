//! Scaling laws and learning curves: fits, forecasts and when not to trust them.
//!
//! [`fit`] fits L(N) = E + A·N^−α, L(D) = E + B·D^−β or L(N, D) = E + A/N^α + B/D^β to measured losses and
//! tests itself on the largest rung; [`Fit::predict`] predicts a loss with an interval, or refuses;
//! [`shape`] names what no law describes. [`outlook`] predicts a learning curve from a few fractions of the
//! data, as odds.

mod bootstrap;
mod bounded;
mod drift;
mod fit;
mod fitted;
mod fitting;
mod held_out;
mod law;
mod observation;
mod outlook;
mod predict;
mod scatter;
mod search;
mod shape;
mod solve;

#[cfg(test)]
mod lcdb_tests;
#[cfg(test)]
mod outlook_tests;
#[cfg(test)]
mod real_tests;
#[cfg(test)]
mod tests;

pub use bounded::{BoundedFit, Link, Quality, fit_bounded};
pub use fit::fit;
pub use fitted::{Fit, HeldOut};
pub use fitting::Fitting;
pub use law::{Form, Law, Term};
pub use observation::{Axis, CurveError, Observation, form_for};
pub use outlook::{Amount, Outlook, outlook};
pub use predict::{Prediction, Refusal};
pub use shape::{Shape, shape};
