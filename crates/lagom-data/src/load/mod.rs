//! From the files of a study to its data set, with all faults of the data reported at once.
//!
//! ```text
//! Study -> read (one file or two) -> Source -> target, inputs, group or time -> Dataset, Schema, notes, cautions
//! ```

mod build;
mod cautions;
mod choices;
mod error;
mod inputs;
mod keys;
mod labels;
mod memory;
mod places;
mod reviewed;
#[cfg(test)]
mod reviewed_tests;
mod rows;
mod sides;
mod target;
#[cfg(test)]
mod tests;
mod texts;

pub use build::{Loaded, load};
pub use error::{DataError, DataFault};
pub use labels::class_key;
pub use memory::in_memory;
pub use places::{Place, Places};
pub use reviewed::{CUT, REVIEW_COLUMNS, SUSPECT_COLUMNS};
pub use rows::file_format;
