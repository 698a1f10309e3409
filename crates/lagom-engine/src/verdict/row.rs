//! What follows from a candidate's line in the table: its cost, and what it could have reached.

use super::types::Row;
use crate::measure::Deployment;

/// Memory in use, in bytes; infinite where nobody knows it, as of a model on another machine.
pub(super) fn known_memory(found: &Deployment) -> f64 {
    if found.memory > 0 { found.memory as f64 } else { f64::INFINITY }
}

impl Row {
    /// What a candidate whose trainings were ended early could at most have reached, in the metric's unit: the mean
    /// over its repeats, as its quality would have been.
    #[must_use]
    pub fn ceiling(&self) -> Option<f64> {
        let ceilings: Vec<f64> = self.stopped.iter().map(|one| one.ceiling).collect();
        (self.quality.is_none() && !ceilings.is_empty()).then(|| crate::stats::mean(&ceilings))
    }

    /// The difference to the reference that a reader is shown: on the rows of the verdict where both were read, else on validation
    /// rows.
    #[must_use]
    pub fn shown_difference(&self) -> Option<&crate::stats::Estimate> {
        self.holdout_difference.as_ref().or(self.difference.as_ref())
    }

    /// The quality of the one training that was enough to see that it can't matter; none for others.
    #[must_use]
    pub fn once(&self) -> Option<f64> {
        let one = self.quality.is_none() && self.failures.is_empty() && self.stopped.is_empty();
        if let (true, [only]) = (one, self.by_repeat.as_slice()) { Some(*only) } else { None }
    }

    /// Whether a table has a figure of its quality: measured, or of the one training that was enough.
    #[must_use]
    pub fn is_figured(&self) -> bool {
        self.quality.is_some() || self.once().is_some()
    }

    /// The cost of this candidate by the study's measure of size; infinite where it was not measured.
    #[must_use]
    pub fn cost(&self, by: crate::study::SmallestBy) -> f64 {
        use crate::study::SmallestBy;
        let deployed = |pick: fn(&Deployment) -> f64| self.deployment.as_ref().map_or(f64::INFINITY, pick);
        match by {
            SmallestBy::Parameters => self.parameters.map_or(f64::INFINITY, |count| count as f64),
            SmallestBy::Bytes if self.bytes == 0 => f64::INFINITY,
            SmallestBy::Bytes => self.bytes as f64,
            SmallestBy::Latency => deployed(|found| found.latency_p95),
            SmallestBy::Memory => deployed(known_memory),
            // What is trained here costs nothing per answer.
            SmallestBy::Cost => {
                self.calls.as_ref().map_or(0.0, |calls| calls.money_per_thousand.unwrap_or(f64::INFINITY))
            }
        }
    }
}
