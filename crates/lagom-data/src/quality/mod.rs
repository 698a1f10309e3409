//! Quality of the data: what is wrong with rows and labels, each with its rows. Knows no model: where probabilities are needed,
//! somebody else hands them in.

mod error;
mod label_errors;

pub use error::QualityError;
pub use label_errors::{LabelErrors, Suspect, label_errors};
