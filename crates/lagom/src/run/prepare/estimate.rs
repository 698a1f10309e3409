//! What trials will cost, before any is run: rough, from sizes alone.

use serde::Serialize;

use super::Prepared;
use crate::candidate::{Candidate, DataShape, Effort, effort};

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
    Estimate {
        name: candidate.name.clone(),
        parameters: candidate.planned_parameters,
        flops: effort.flops,
        memory: IDLE + memory as u64,
        seconds: effort.seconds + 0.05,
    }
}
