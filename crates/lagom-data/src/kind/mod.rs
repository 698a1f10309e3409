//! What a column is, and which column is meant as the target.
//!
//! [`look`] judges one column by its cells alone, [`looks`] all of a table, where one column tells how another writes
//! decimals; [`doubts`] says what was guessed and what else it could be; [`guess_target`] judges the table, by names and
//! kinds, for a first study file that the user then reads.

mod decimal;
mod distinct;
mod look;
mod remarks;
mod tally;
mod target;

pub use super::read::{Decimal, parse_number, parse_number_as};
pub use decimal::looks;
pub use look::{ColumnKind, Look, Stray, look};
pub use remarks::doubts;
pub use target::{TargetGuess, guess_target};
