//! Quality of the data: what is wrong with rows, columns and labels, each with its rows, and the ceiling that follows. Knows no model:
//! where probabilities are needed, somebody else hands them in.
//!
//! ```text
//! Dataset, Cautions -> look -> Look { Quality { findings, ceiling }, Alike }
//! labels, probabilities out of sample -> label_errors -> Quality::with_labels
//! sides,  probabilities out of sample -> two_sample   -> Quality::with_shift
//! ```
//!
//! What is found as the data are read (`tells`, `load/keys`) is taken from its cautions; there is no second detector of the same thing.

mod balance;
mod ceiling;
mod columns;
mod equals;
mod error;
mod issue;
mod label_errors;
mod look;
mod missing;
mod near;
mod neighbours;
mod part;
mod reviewed;
mod shift;

pub use ceiling::{Ceiling, EqualInputs, WrongLabels};
pub use error::QualityError;
pub use issue::{Finding, Holdout, Issue, Likeness, Severity};
pub use label_errors::{LabelErrors, Suspect, label_errors};
pub use look::{Alike, Checked, Depth, Limited, Look, Part, Quality, look};
pub use part::{Sides, spaced};
pub use reviewed::{ChangedShare, ReviewFound, SuspectedRows};
pub use shift::{TwoSample, two_sample};
