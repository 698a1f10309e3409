//! What a column is, and which column is meant as the target.
//!
//! [`look`] judges one column by its cells alone; [`guess_target`] judges the table, by names and
//! kinds, for a first study file that the user then reads.

mod look;
mod tally;
mod target;

pub use super::read::{Decimal, parse_number, parse_number_as};
pub use look::{ColumnKind, Look, Stray, look};
pub use target::{TargetGuess, guess_target};
