//! What follows from a candidate's line in the table: what it shows, and what it could have reached.

use super::types::Row;

impl Row {
    /// Whether it is known to be within all limits, and known where it stands in the order of sizes.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.excess.is_empty() && self.unknown.is_empty()
    }

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
}
