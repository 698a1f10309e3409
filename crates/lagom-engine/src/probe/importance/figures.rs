//! What is kept of one candidate.

use serde::{Deserialize, Serialize};

use crate::data::Column;
use crate::probe::sight::Measured;
use crate::stats::rank_correlation;

/// What exchanging the cells of a column costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dropped {
    /// Quality that is lost, oriented, in the mean over the permutations.
    pub(super) drop: f64,
    /// Its standard error: of the rows (jackknife over blocks), and of the permutations.
    pub(super) error: f64,
}

/// What is kept of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Interpreted {
    /// Rows of the first repeat that were looked at.
    pub(super) rows: u64,
    /// Models that were looked at.
    pub(super) repeats: u32,
    /// The columns in their order; empty for texts.
    pub(super) columns: Vec<ColumnImportance>,
    /// Mean rank correlation of the importances of two repeats, −1 to 1; none for one repeat.
    pub(super) stability: Option<f64>,
    /// How much of the answers of the first repeat's model simple models say.
    pub(super) surrogates: Vec<Surrogate>,
    /// How the answers go with the columns that matter most.
    pub(super) effects: Vec<Effect>,
    /// What words do; none for tables.
    pub(super) words: Option<Faithfulness>,
}

/// What a column is worth to a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ColumnImportance {
    /// Its name.
    pub(super) name: String,
    /// How much quality is lost where its cells are exchanged among rows, oriented: above 0 it matters. Of the first repeat.
    pub(super) drop: f64,
    /// The standard error of that.
    pub(super) error: f64,
}

/// A simple model that mimics the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Surrogate {
    /// What it is.
    pub(super) name: String,
    /// Share of the spread of the answers that it says, on rows that it was not fitted to.
    pub(super) fidelity: Measured,
    /// Share of those rows to which it gives the same class; none for numbers.
    pub(super) agreement: Option<f64>,
}

/// Partial dependence: the mean answer where a column is set to each of some values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Effect {
    /// The column.
    pub(super) column: String,
    /// The class whose probability is told; none for numbers.
    pub(super) class: Option<u32>,
    /// Whether the values are categories: then `at` counts them.
    pub(super) categories: Vec<String>,
    /// The values, and the mean answer there.
    pub(super) points: Vec<(f64, f64)>,
}

/// What leaving out the words that matter does to the probability of the answer (DeYoung et al. 2020), in the mean over rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Faithfulness {
    /// Rows that were looked at.
    pub(super) rows: u64,
    /// How far the probability falls without them: the higher, the more rests on few words.
    pub(super) comprehensiveness: f64,
    /// How far it falls where nothing but them is left: the lower, the more few words say.
    pub(super) sufficiency: f64,
}

/// The mean rank correlation of all pairs; none without a pair that has one.
pub(super) fn stability(each: &[Vec<f64>]) -> Option<f64> {
    let pairs = (0..each.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let found: Vec<f64> = pairs.filter_map(|(a, b)| rank_correlation(&each[a], &each[b])).collect();
    (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
}

/// The importances of the first repeat under their names.
pub(super) fn columns(columns: &[Column], each: &[Vec<Dropped>]) -> Vec<ColumnImportance> {
    let first = each.first().map_or(&[][..], Vec::as_slice);
    let one = |(column, dropped): (&Column, &Dropped)| ColumnImportance {
        name: column.name.clone(),
        drop: dropped.drop,
        error: dropped.error,
    };
    columns.iter().zip(first).map(one).collect()
}

impl Interpreted {
    /// The fewest columns that together hold nine tenths of all importance; none for texts, or where nothing matters.
    pub(super) fn columns_used(&self) -> Option<u64> {
        let mut drops: Vec<f64> = self.columns.iter().map(|one| one.drop.max(0.0)).collect();
        drops.sort_by(|a, b| b.total_cmp(a));
        let all: f64 = drops.iter().sum();
        let mut sum = 0.0;
        let until = drops.iter().position(|drop| {
            sum += drop;
            sum >= 0.9 * all
        });
        until.filter(|_| all > 0.0).map(|at| at as u64 + 1)
    }

    /// The surrogate of that name.
    pub(super) fn surrogate(&self, name: &str) -> Option<&Surrogate> {
        self.surrogates.iter().find(|one| one.name == name)
    }
}
