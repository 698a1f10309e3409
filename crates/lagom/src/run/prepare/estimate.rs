//! What trials will cost, before any is run: rough, from sizes alone.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Prepared;
use crate::candidate::{Candidate, DataShape, Effort, effort, once};

/// What one trial of a candidate will cost: right within a factor of about three on a current core.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Name of the candidate.
    pub name: String,
    /// Planned number of parameters.
    pub parameters: u64,
    /// Floating-point operations of one trial, its search included.
    pub flops: f64,
    /// Peak memory of the worker, in bytes.
    pub memory: u64,
    /// Core-seconds of one trial.
    pub seconds: f64,
    /// What of that is worked out once for all trials on the same weights; none where nothing is.
    pub once: Option<Once>,
}

/// Work that one trial does for all on the same weights: a distillation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Once {
    /// Content hash of the weights.
    pub weights: String,
    /// What it takes.
    pub work: Work,
}

/// What several trials take together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Work {
    /// Floating-point operations.
    pub flops: f64,
    /// Core-seconds.
    pub seconds: f64,
}

impl Work {
    /// Of these trials, where those of `made` are done already: what is worked out once for several counts once, and not at all where
    /// one of `made` did it.
    #[must_use]
    pub fn of<'e>(
        trials: impl IntoIterator<Item = &'e Estimate>,
        made: impl IntoIterator<Item = &'e Estimate>,
    ) -> Self {
        let mut known: BTreeSet<&str> = made.into_iter().filter_map(Estimate::weights).collect();
        let mut all = Self::default();
        for one in trials {
            (all.flops, all.seconds) = (all.flops + one.flops, all.seconds + one.seconds);
            if let Some(once) = one.once.as_ref().filter(|once| !known.insert(&once.weights)) {
                (all.flops, all.seconds) = (all.flops - once.work.flops, all.seconds - once.work.seconds);
            }
        }
        all
    }
}

impl Estimate {
    /// The weights on which something is worked out once for several trials.
    pub(in crate::run) fn weights(&self) -> Option<&str> {
        self.once.as_ref().map(|once| once.weights.as_str())
    }
}

/// Resident memory of a worker that does nothing, in bytes (log/2026-11-22-acceptance.md).
const IDLE: u64 = 18_000_000;
/// Times the data that a worker holds while it reads them: the bytes of the file, and what they become; and bytes a row
/// that it takes to find copies and to hand over what each row came to (log/2026-11-28-memory.md).
const READING: (f64, f64) = (2.5, 150.0);
/// What lagom itself holds beside its workers: times the data, bytes a row, bytes a column, and whatever the data
/// (log/2026-11-28-memory.md).
const OWN: (f64, f64, f64, f64) = (3.5, 400.0, 5_000.0, 28e6);
impl Prepared {
    /// Peak memory of lagom itself, beside its workers, in bytes.
    #[must_use]
    pub fn own_memory(&self) -> u64 {
        let dataset = &self.loaded.dataset;
        let shape = DataShape::of(dataset, self.study.trials.validation);
        (OWN.0 * shape.cells + OWN.1 * shape.all + OWN.2 * dataset.columns.len() as f64 + OWN.3) as u64
    }

    /// What one trial of each candidate will cost.
    #[must_use]
    pub fn estimates(&self) -> Vec<Estimate> {
        self.estimates_of(&self.plan.candidates)
    }

    /// What one trial of a candidate on so many training rows will cost.
    pub(in crate::run) fn estimate_on(&self, candidate: &Candidate, rows: f64) -> Estimate {
        estimate(candidate, &DataShape::of(&self.loaded.dataset, self.study.trials.validation).with_rows(rows))
    }

    /// What one trial of each of these will cost, which need not be sizes of the ladder.
    #[must_use]
    pub fn estimates_of<'c>(&self, candidates: impl IntoIterator<Item = &'c Candidate>) -> Vec<Estimate> {
        let shape = DataShape::of(&self.loaded.dataset, self.study.trials.validation);
        candidates.into_iter().map(|candidate| estimate(candidate, &shape)).collect()
    }
}

/// What one trial of a candidate will cost: reading the data, and what its family says of the training.
fn estimate(candidate: &Candidate, shape: &DataShape<'_>) -> Estimate {
    // What is asked is not trained.
    let nothing = Effort { weights: candidate.planned_parameters as f64, ..Effort::default() };
    let effort = effort(candidate, shape).unwrap_or(nothing);
    let read = READING.0 * shape.cells + READING.1 * shape.all;
    let learned = 4.0 * shape.rows * effort.width * 1.3 + 20.0 * effort.weights;
    let memory = read + effort.machinery + learned;
    let shared = once(candidate).ok().filter(|shared| !shared.is_none());
    let shared = shared.zip(candidate.weights.as_ref());
    Estimate {
        name: candidate.name.clone(),
        parameters: candidate.planned_parameters,
        flops: effort.flops,
        memory: IDLE + memory as u64,
        seconds: effort.seconds + 0.05,
        once: shared.map(|(shared, weights)| Once {
            weights: weights.digest.clone(),
            work: Work { flops: shared.flops, seconds: shared.cpu_seconds },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(weights: Option<&str>) -> Estimate {
        let once = |name: &str| Once { weights: name.to_owned(), work: Work { flops: 1_000.0, seconds: 10.0 } };
        Estimate {
            name: "one".to_owned(),
            parameters: 1,
            flops: 1_002.0,
            memory: 1,
            seconds: 11.0,
            once: weights.map(once),
        }
    }

    #[test]
    fn what_is_worked_out_once_counts_once() {
        let (own, other, plain) = (trial(Some("a")), trial(Some("b")), trial(None));
        let three = [&own, &own, &own];
        // 3 · 11 s, of which 10 s are spared twice.
        assert_eq!(Work::of(three, []), Work { flops: 1_006.0, seconds: 13.0 });
        assert_eq!(Work::of(three, [&own]), Work { flops: 6.0, seconds: 3.0 });
        assert_eq!(Work::of(three, [&other, &plain]), Work { flops: 1_006.0, seconds: 13.0 });
        assert_eq!(Work::of([&own, &other, &plain, &plain], []), Work { flops: 4_008.0, seconds: 44.0 });
        assert_eq!(Work::of([], [&own]), Work::default());
    }
}
