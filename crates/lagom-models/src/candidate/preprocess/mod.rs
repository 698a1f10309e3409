//! Treatment: from typed columns to a matrix of numbers, fitted on the training rows of one trial.
//!
//! ```text
//! Inputs -> Treatment::fit -> Treatment -> transform(Inputs) -> Dense matrix
//! ```
//!
//! Two styles: [`Style::Scaled`] for linear models and networks (imputed, standardised, one-hot), and
//! [`Style::Raw`] for trees (numbers as they are, missing cells kept, categories ordered by frequency
//! or one-hot). Nothing is ever fitted on validation or holdout rows.

mod encoding;
mod fit;
mod numbers;
mod parsed;
mod plan;
mod rank;
mod scale;
mod target;
#[cfg(test)]
mod tests;

pub use encoding::Encoding;
pub use fit::{Preprocessor, Treated};
pub use parsed::Reader;
pub use plan::{Categories, PreprocessPlan, Scaling, Style, TextPlan};
pub use scale::TargetScale;
