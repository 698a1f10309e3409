//! Texts that are predicted themselves: the documents of a task of language modelling, and what likelihoods of them come to.

use super::spec::FitError;
use crate::data::{Inputs, Values};

/// The document of each row in view.
///
/// # Errors
/// The columns are not one of texts.
pub(super) fn documents<'a>(inputs: &Inputs<'a>) -> Result<Vec<&'a str>, FitError> {
    match inputs.columns {
        [column] => match &column.values {
            Values::Texts(texts) => Ok(inputs.rows.iter().map(|row| texts[*row as usize].as_str()).collect()),
            Values::Numbers(_) | Values::Categories { .. } => {
                Err(FitError::Unfit(format!("a language model reads texts, and `{}` holds none", column.name)))
            }
        },
        columns => Err(FitError::Unfit(format!("a language model reads one column of texts, found {}", columns.len()))),
    }
}

/// Bits for each byte of UTF-8 of all texts together, from the natural logarithm of the probability of each.
#[cfg(feature = "pretrained")]
pub(super) fn bits_per_byte(texts: &[&str], logs: &[f64]) -> f64 {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    -logs.iter().sum::<f64>() / std::f64::consts::LN_2 / bytes.max(1) as f64
}
