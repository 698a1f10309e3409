//! The keys of `study.toml`, each declared once: name, kind of values with their range, what holds without it, meaning.
//!
//! ```text
//! keys! { "trials": SEED: Key<Whole<u64>, Is<u64>> = "seed", Whole { … }, Is(1, ""), "the same number gives …"; }
//!   -> read      section.value(faults, &trials::SEED): the value or the default, and every fault
//!   -> template  the line of `init` with its comment
//!   -> reference `lagom explain seed`, and the table in the documentation
//!   -> the options of the command line that take the place of a key
//! ```
//!
//! A file has the keys of one table; `values` has the kinds of values, and how each is read.

pub(crate) mod budget;
pub(crate) mod candidate;
pub(crate) mod cascade;
pub(crate) mod good_enough;
pub(crate) mod handed_over;
mod key;
pub(crate) mod ladder;
pub(crate) mod levers;
pub(crate) mod metric;
pub(crate) mod price;
pub(crate) mod prices;
pub(crate) mod prompt;
mod registered;
mod tables;
pub(crate) mod task;
pub(crate) mod trials;
pub(crate) mod values;

pub(crate) use key::{Constant, Key};
pub use key::{Declared, KeyDefault, KeyHelp};
pub(crate) use registered::{COLUMN, LIMITS};
pub(crate) use tables::{TABLES, heading, hint_for_key, hint_for_table, keys, names};
pub use values::Shape;
