//! One trial: what to train, on which rows, and the address its measurement is kept under.

use serde::{Deserialize, Serialize};

use crate::candidate::{Candidate, fingerprint};
use crate::data::SplitSpec;

/// One candidate, one seed, one fraction of the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialSpec {
    /// What to train.
    pub candidate: Candidate,
    /// On which rows; its seed and repeat also fix initial weights and the order of examples.
    pub split: SplitSpec,
    /// Digest of the data set.
    pub data: String,
}

impl TrialSpec {
    /// Content address: equal for trials that must come to the same measurement.
    ///
    /// BLAKE3 of the candidate's family, size, recipe and code version, the split and the data digest;
    /// margins, limits and the candidate's name are not part of it, so changing them reuses trials.
    #[must_use]
    pub fn key(&self) -> String {
        let split = serde_json::to_string(&self.split).unwrap_or_default();
        let text = format!("{}\n{split}\n{}", fingerprint(&self.candidate.spec), self.data);
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Spec;

    fn spec(name: &str, hidden: u32, repeat: u32, data: &str) -> TrialSpec {
        let candidate =
            Candidate { name: name.to_owned(), spec: Spec::Mlp { hidden: vec![hidden] }, planned_parameters: 9 };
        let split = SplitSpec { seed: 1, repeat, windows: 0, validation: 0.2, fraction: 1.0, folds: 0, explored: None };
        TrialSpec { candidate, split, data: data.to_owned() }
    }

    #[test]
    fn the_address_is_of_the_content_not_of_the_name() {
        let key = spec("a", 8, 0, "d").key();
        assert_eq!(key, spec("b", 8, 0, "d").key());
        for other in [spec("a", 9, 0, "d"), spec("a", 8, 1, "d"), spec("a", 8, 0, "e")] {
            assert_ne!(key, other.key());
        }
    }
}
