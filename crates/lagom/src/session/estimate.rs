//! What trials will cost, before any is run: rough, from sizes alone.

use serde::Serialize;

use super::prepare::Prepared;
use crate::candidate::neural;
use crate::candidate::text::{NgramConfig, hashed};
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
/// Times the data that a worker holds while it reads them: the bytes of the file, and what they become; and bytes a row
/// that it takes to find copies and to hand over what each row came to (log/2026-11-28-memory.md).
const READING: (f64, f64) = (2.5, 150.0);
/// What the machinery of trees takes, whatever the data and for each training row (log/2026-11-28-memory.md).
const TREES: (f64, f64) = (6e6, 100.0);
/// What the machinery of networks and of embeddings takes, whatever the data (log/2026-11-28-memory.md).
const NETWORKS: (f64, f64) = (7e6, 30e6);
/// Bytes of a bin of a column while trees grow, and bins of a column (log/2026-11-28-memory.md).
const BIN: (f64, f64) = (60.0, 256.0);
/// What lagom itself holds beside its workers: times the data, bytes a row, bytes a column, and whatever the data
/// (log/2026-11-28-memory.md).
const OWN: (f64, f64, f64, f64) = (3.5, 400.0, 5_000.0, 28e6);
/// Characters of texts in which different n-grams are counted; how many all texts hold is carried on from there.
const COUNTED: usize = 1_000_000;
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
    /// Peak memory of lagom itself, beside its workers, in bytes.
    #[must_use]
    pub fn own_memory(&self) -> u64 {
        let dataset = &self.loaded.dataset;
        let size = Size::of(dataset, self.study.trials.validation);
        (OWN.0 * size.cells + OWN.1 * size.all + OWN.2 * dataset.columns.len() as f64 + OWN.3) as u64
    }

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
    /// All rows.
    all: f64,
    /// Columns after treatment, for linear models and networks; for trees.
    widths: (f64, f64),
    /// Outputs of a model.
    outputs: f64,
    /// Mean number of characters of a text.
    characters: f64,
    /// Different n-grams of the training texts.
    ngrams: f64,
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
        let rows = dataset.development.len() as f64 * (1.0 - validation);
        Self {
            rows,
            all: all as f64,
            widths: (width(Style::Scaled), width(Style::Raw)),
            outputs: f64::from(dataset.classes().max(1)),
            characters: characters as f64 / all.max(1) as f64,
            ngrams: different_ngrams(dataset, rows),
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
        let machinery = match &candidate.spec {
            Spec::Trees { .. } => TREES.0 + TREES.1 * self.rows + self.widths.1 * self.rows.min(BIN.1) * BIN.0,
            Spec::Mlp { .. } => NETWORKS.0,
            Spec::Embedding { .. } => NETWORKS.1,
            _ => 0.0,
        };
        let read = READING.0 * self.cells + READING.1 * self.all;
        let weights = match &candidate.spec {
            // Only n-grams of the training texts have weights; `buckets` share them evenly.
            Spec::Ngrams { buckets } => {
                let buckets = f64::from(*buckets);
                (buckets * (1.0 - (-self.ngrams / buckets).exp()) + 1.0) * self.outputs
            }
            _ => candidate.planned_parameters as f64,
        };
        let learned = 4.0 * self.rows * matrix * 1.3 + 20.0 * weights;
        let memory = read + machinery + learned;
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

/// About how many different n-grams so many rows of the development texts hold: counted in the first of them, and from there on
/// growing as a power of the number of texts (Heaps 1978), whose exponent is that of the second half of those counted.
fn different_ngrams(dataset: &Dataset, rows: f64) -> f64 {
    let texts = dataset.columns.iter().find_map(|column| match &column.values {
        Values::Texts(texts) => Some(texts),
        Values::Numbers(_) | Values::Categories { .. } => None,
    });
    let Some(texts) = texts else { return 0.0 };
    let config = NgramConfig { buckets: 1 << 24, ..NgramConfig::default() };
    let mut characters = 0;
    let counted = dataset.development.iter().filter_map(|&row| texts.get(row as usize)).take_while(|text| {
        // The text that goes beyond counts still: of one huge text something is known, too.
        let within = characters < COUNTED;
        characters += text.len();
        within
    });
    let counted: Vec<&String> = counted.take(rows as usize).collect();
    let different = |texts: &[&String]| {
        let mut found = Vec::new();
        texts.iter().for_each(|text| hashed(text, &config, &mut found));
        found.sort_unstable();
        found.dedup();
        found.len() as f64
    };
    let (all, half) = (different(&counted), different(&counted[..counted.len() / 2]));
    let exponent = if half > 0.0 { (all / half).log2().clamp(0.0, 1.0) } else { 1.0 };
    all * (rows / counted.len().max(1) as f64).max(1.0).powf(exponent)
}
