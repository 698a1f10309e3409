//! Why weights can't be used.

use lagom_pretrained::WeightsError;

/// Weights that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WeightsFault {
    /// What was found, and what was expected.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl From<WeightsError> for WeightsFault {
    fn from(error: WeightsError) -> Self {
        let usual = || "name another folder of weights under [[candidate]], or leave the table out".to_owned();
        Self { hint: error.hint().unwrap_or_else(usual), message: error.to_string() }
    }
}
