//! `lagom explain-row`: why the chosen model gives its answer for one row.

mod row;
mod told;
mod verb;

pub(crate) use verb::{Args, perform};
