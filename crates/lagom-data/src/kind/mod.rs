//! What a column is, and which column is meant as the target.
//!
//! [`profile`] judges one column by its cells alone, [`profiles`] all of a table, where one column tells how another writes
//! decimals; [`doubts`] says what was guessed and what else it could be; [`guess_target`] judges the table, by names and
//! kinds, for a first study file that the user then reads.

mod column_profile;
mod distinct;
mod profile;
mod remarks;
mod tally;
mod target;

pub use super::read::{Decimal, parse_number, parse_number_as};
pub use column_profile::{ColumnKind, ColumnProfile, Stray};
pub(crate) use profile::{Judged, judged};
pub use profile::{profile, profiles};
pub use remarks::doubts;
pub use target::{TargetGuess, guess_target};
