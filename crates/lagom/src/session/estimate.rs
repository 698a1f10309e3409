//! What trials will cost, before any is run: rough, from sizes alone.

use serde::Serialize;

use super::prepare::Prepared;
use crate::candidate::neural;
use crate::candidate::treatment::{Style, Treatment};
use crate::candidate::{Candidate, Spec};
use crate::data::{Dataset, Inputs, Values};

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
/// Operations a second of dense products in the tensor library on one core, and seconds of one of its
/// steps however small (log/2026-11-22-acceptance.md).
const DENSE: (f64, f64) = (4.5e10, 5e-5);
/// Sparse multiply-adds a second on one core (log/2026-11-22-acceptance.md).
const SPARSE: f64 = 1.0e9;
/// Operations a second on embeddings gathered row by row, on one core (log/2026-11-22-acceptance.md).
const GATHERED: f64 = 1.5e9;
/// Cells a second that the tree learner looks at (log/2026-11-22-acceptance.md).
const CELLS: f64 = 7.0e8;

impl Prepared {
    /// What one trial of each candidate will cost.
    #[must_use]
    pub fn estimates(&self) -> Vec<Estimate> {
        let dataset = &self.loaded.dataset;
        let size = Size::of(dataset, self.study.trials.validation);
        self.plan.candidates.iter().map(|candidate| size.estimate(candidate)).collect()
    }
}

/// The numbers that costs depend on.
struct Size {
    /// Training rows of a repeat.
    rows: f64,
    /// Columns after treatment, for linear models and networks; for trees.
    widths: (f64, f64),
    /// Outputs of a model.
    outputs: f64,
    /// Mean number of characters of a text.
    characters: f64,
    /// Cells of the data set: what every worker holds.
    cells: f64,
}

impl Size {
    fn of(dataset: &Dataset, validation: f64) -> Self {
        let inputs = Inputs { columns: &dataset.columns, rows: &dataset.development };
        let width = |style| Treatment::width_on(&inputs, style) as f64;
        let count = |column: &crate::data::Column| match &column.values {
            Values::Texts(texts) => texts.iter().map(String::len).sum::<usize>(),
            Values::Numbers(_) | Values::Categories { .. } => 0,
        };
        let all = dataset.development.len() + dataset.holdout_rows();
        let characters: usize = dataset.columns.iter().map(count).sum();
        Self {
            rows: dataset.development.len() as f64 * (1.0 - validation),
            widths: (width(Style::Scaled), width(Style::Raw)),
            outputs: f64::from(dataset.classes().max(1)),
            characters: characters as f64 / all.max(1) as f64,
            cells: (all * dataset.columns.len()) as f64 * 8.0 + characters as f64,
        }
    }

    fn estimate(&self, candidate: &Candidate) -> Estimate {
        let (flops, seconds, matrix) = match &candidate.spec {
            Spec::Baseline => (self.rows, 0.0, 0.0),
            Spec::Called { .. } => (0.0, 0.0, 0.0),
            Spec::Linear => {
                // About 150 passes over the grid of penalties, forward and backward.
                let flops = 600.0 * self.rows * self.widths.0 * self.outputs;
                (flops, flops / (2.0 * SPARSE), self.widths.0)
            }
            Spec::Trees { leaves, rounds } => {
                let trees = if self.outputs > 2.0 { self.outputs } else { 1.0 };
                let cells = self.rows * self.widths.1 * f64::from(*rounds) * f64::from(*leaves).log2() * trees;
                (cells, cells / CELLS, self.widths.1 * 1.5)
            }
            Spec::Mlp { .. } => {
                let (flops, steps) = self.network(&neural::Recipe::default(), candidate.planned_parameters as f64);
                (flops, flops / DENSE.0 + steps * DENSE.1, self.widths.0)
            }
            Spec::Ngrams { .. } => {
                // Three n-grams begin at each character; about 40 passes over the grid of penalties.
                let flops = 160.0 * self.rows * self.characters * 3.0 * self.outputs;
                (flops, flops / (4.0 * SPARSE), self.characters * 6.0)
            }
            Spec::Embedding { dimension, .. } => {
                // About four n-grams begin at each character.
                let touched = (self.characters * 4.0 + self.outputs) * f64::from(*dimension);
                let (flops, _) = self.network(&neural::Recipe::embedding(), touched);
                (flops, flops / GATHERED, self.characters)
            }
        };
        let memory = self.cells + 4.0 * self.rows * matrix * 1.3 + 20.0 * candidate.planned_parameters as f64;
        Estimate {
            name: candidate.name.clone(),
            parameters: candidate.planned_parameters,
            flops,
            memory: IDLE + memory as u64,
            seconds: seconds + 0.05,
        }
    }

    /// Operations and steps of a network that uses `weights` weights a row: its main training, and the
    /// search of its learning rate.
    fn network(&self, recipe: &neural::Recipe, weights: f64) -> (f64, f64) {
        let rows = self.rows.max(1.0) as usize;
        let steps =
            recipe.horizon(rows, 6.0 * weights) as f64 * (1.0 + recipe.search_share * recipe.rates.len() as f64);
        (steps * recipe.batch(rows) as f64 * 6.0 * weights, steps)
    }
}
