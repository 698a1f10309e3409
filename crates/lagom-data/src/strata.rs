//! What a split is, and the orders of rows that splits are cut from.

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::dataset::{Dataset, Target};
use super::seed;
use crate::study::Trials;

/// How the development rows of one repeat are split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Seed of the study.
    pub seed: u64,
    /// Which repeat, from 0.
    pub repeat: u32,
    /// For a split in time, the number of windows to validate on in turn; 0 otherwise.
    pub windows: u32,
    /// Share of the development rows to validate on, between 0 and 1.
    pub validation: f64,
    /// Share of the training rows to use, above 0 and up to 1; smaller shares are subsets of larger ones.
    pub fraction: f64,
    /// Where the verdict is read by cross-fitting, the number of folds of one round; 0 with a holdout.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub folds: u32,
    /// Where models are called: most rows to validate on, the same in every repeat, so that each model answers them
    /// once; training rows are all others. None: each repeat draws its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explored: Option<u32>,
}

impl SplitSpec {
    /// The settings of a study's trials with what depends on its rows: the number of repeats, the share to validate on.
    #[must_use]
    pub fn settled(dataset: &Dataset, trials: &Trials, explored: Option<u32>) -> Trials {
        let trials = trials.settled(dataset.is_cross_fitted());
        let folds = if dataset.is_cross_fitted() { folds(trials.repeats) as usize } else { 0 };
        let rows = dataset.development.len();
        trials.validating(rows - rows.checked_div(folds).unwrap_or(0), explored.is_some())
    }

    /// The split of one repeat with all its training rows; `explored` is [`crate::study::Study::explored`].
    #[must_use]
    pub fn of(dataset: &Dataset, trials: &Trials, explored: Option<u32>, repeat: u32) -> Self {
        Self {
            seed: trials.seed,
            repeat,
            windows: if dataset.times.is_some() { trials.repeats } else { 0 },
            validation: trials.validation,
            fraction: 1.0,
            folds: if dataset.is_cross_fitted() { folds(trials.repeats) } else { 0 },
            explored,
        }
    }
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn is_zero(folds: &u32) -> bool {
    *folds == 0
}

/// Rows of one repeat; no row is in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Rows to train on.
    pub train: Vec<u32>,
    /// Rows to validate on: early stopping, choice of the learning rate, choice of candidates.
    pub validation: Vec<u32>,
}

/// The number of folds of one round of cross-fitting, for a number of repeats: each round tests every row
/// once, and about ten repeats make a round, so that each model is trained on nearly the rows that the one
/// that is handed over is trained on.
#[must_use]
pub fn folds(repeats: u32) -> u32 {
    repeats.div_ceil((repeats / FOLDS).max(1))
}

/// Repeats that make one round of cross-fitting.
const FOLDS: u32 = 10;

/// The seed of what a repeat draws for itself.
pub(super) fn seed_of(spec: &SplitSpec) -> u64 {
    seed::derive(spec.seed, "split", u64::from(spec.repeat))
}

/// `part` of `count`, rounded to the nearest whole number.
pub(super) fn share(count: usize, part: f64) -> usize {
    ((count as f64 * part).round() as usize).min(count)
}

/// The rows of one class with places from 0 to 1, evenly spaced: in the order of places every prefix is stratified.
pub(super) fn spaced(stratum: &[u32]) -> impl Iterator<Item = (f64, u32)> {
    let spacing = 1.0 / stratum.len().max(1) as f64;
    stratum.iter().enumerate().map(move |(at, &row)| ((at as f64 + 0.5) * spacing, row))
}

/// Rows in the order of their places.
pub(super) fn in_order(mut placed: Vec<(f64, u32)>) -> Vec<u32> {
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    placed.into_iter().map(|(_, row)| row).collect()
}

/// The rows of each class; of any other target, all of them.
pub(super) fn strata(rows: &[u32], target: &Target) -> Vec<Vec<u32>> {
    let mut strata: Vec<Vec<u32>> = vec![Vec::new(); target.classes().max(1) as usize];
    for &row in rows {
        let class = match target {
            Target::Classes { labels, .. } => labels[row as usize] as usize,
            Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => 0,
        };
        if let Some(stratum) = strata.get_mut(class) {
            stratum.push(row);
        }
    }
    strata
}

/// The groups of `rows` in random order, each with its rows.
pub(super) fn by_group(rows: &[u32], groups: &[u32], seed: u64) -> Vec<Vec<u32>> {
    let count = groups.iter().copied().max().map_or(0, |last| last as usize + 1);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
    for &row in rows {
        members[groups[row as usize] as usize].push(row);
    }
    members.retain(|group| !group.is_empty());
    members.shuffle(&mut seed::generator(seed, "groups", 0));
    members
}

/// Puts whole groups aside until their share of the rows is reached; at least one on each side.
pub(super) fn part(groups: Vec<Vec<u32>>, rows: &[u32], part: f64) -> Split {
    let wanted = share(rows.len(), part);
    let last = groups.len().saturating_sub(1);
    let mut split = Split { train: Vec::new(), validation: Vec::new() };
    for (at, group) in groups.into_iter().enumerate() {
        let first = split.validation.is_empty();
        let fits = split.validation.len() + group.len() / 2 < wanted;
        if first || (fits && at < last) {
            split.validation.extend(group);
        } else {
            split.train.extend(group);
        }
    }
    split
}

/// Rows from the earliest to the latest.
pub(super) fn in_time(rows: &[u32], times: &[u32]) -> Vec<u32> {
    let mut ordered = rows.to_vec();
    ordered.sort_by_key(|&row| (times[row as usize], row));
    ordered
}
