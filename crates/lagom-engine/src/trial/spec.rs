//! One trial: what to train, on which rows, and the address its measurement is kept under.

use serde::{Deserialize, Serialize};

use crate::candidate::{Candidate, fingerprint};
use crate::data::SplitSpec;
use crate::metric::Metric;
use crate::stats::STOPPING;

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
    /// BLAKE3 of the candidate's family, size, recipe, levers and code version, the split and the data digest;
    /// margins, limits and the candidate's name are not part of it, so changing them reuses trials.
    #[must_use]
    pub fn key(&self) -> String {
        let split = serde_json::to_string(&self.split)
            .unwrap_or_else(|error| unreachable!("numbers by name are JSON: {error}"));
        let text = format!("{}\n{split}\n{}", fingerprint(&self.candidate), self.data);
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }
}

/// A trial as it is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What to train, and on which rows.
    pub spec: TrialSpec,
    /// What its training is watched by.
    pub metric: Metric,
    /// The oriented quality on its validation rows below which it can't matter: it is stopped where its own curve
    /// shows that it stays there. None where it is trained in full.
    pub target: Option<f64>,
}

impl Request {
    /// Content address of a training that this request ends early: equal for those that must end at the same step. None
    /// where it asks for a full training.
    ///
    /// BLAKE3 of the trial's own address, the metric, the bits of the target and the version of the rule, so a
    /// training that was stopped for one target never passes for what another one asks for.
    #[must_use]
    pub fn stopped_key(&self) -> Option<String> {
        let target = self.target?;
        let (trial, metric) = (self.spec.key(), self.metric.name());
        let text = format!("stopped\n{STOPPING}\n{trial}\n{metric}\n{:016x}", target.to_bits());
        Some(blake3::hash(text.as_bytes()).to_hex()[..32].to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Spec;

    fn spec(name: &str, hidden: u32, repeat: u32, data: &str) -> TrialSpec {
        let candidate = Candidate::new(name, Spec::of("mlp").with_each("hidden", &[hidden]), 9);
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

    #[test]
    fn what_was_stopped_for_one_target_is_not_taken_for_another() {
        let of = |hidden, metric, target| Request { spec: spec("a", hidden, 0, "d"), metric, target }.stopped_key();
        let key = of(8, Metric::Accuracy, Some(0.9));
        assert!(key.is_some() && key == of(8, Metric::Accuracy, Some(0.9)));
        let others = [
            of(8, Metric::Accuracy, Some(0.9 + 1e-15)),
            of(8, Metric::MacroF1, Some(0.9)),
            of(9, Metric::Accuracy, Some(0.9)),
        ];
        assert!(others.iter().all(|other| other.is_some() && *other != key));
        assert_ne!(key, Some(spec("a", 8, 0, "d").key()));
        assert_eq!(of(8, Metric::Accuracy, None), None);
    }
}
