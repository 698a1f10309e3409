//! `[cascade]`: which two candidates stand in a row.

use serde::{Deserialize, Serialize};

/// Two candidates in a row: the first answers where it is sure, the second answers the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CascadeSpec {
    /// The candidate that is asked first; one that is trained here.
    pub small: String,
    /// The candidate that answers where the first is unsure; trained here or asked.
    pub large: String,
}

impl CascadeSpec {
    /// The name of the two in tables: `linear-12+trees-8x250`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}+{}", self.small, self.large)
    }
}
