//! Target encoding: what the target comes to in each level of a category.
//!
//! The mean of the target in a level, drawn towards the mean of all rows by empirical Bayes: Micci-Barreca 2001 ("A preprocessing scheme
//! for high-cardinality categorical attributes in classification and prediction problems", SIGKDD Explorations 3), equations 5 and 6, as
//! scikit-learn's `TargetEncoder` has them with `smooth="auto"`. A training row must not see its own target, or the models that follow
//! trust the column too much: it gets what the other folds say.

use rand::seq::SliceRandom;

use crate::data::seed;

/// Folds of the training rows (scikit-learn's default).
const FOLDS: usize = 5;

/// What the target comes to in each level.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LevelMeans {
    /// One a level; the mean of all rows where no row has it.
    pub(super) of_level: Vec<f64>,
    /// The mean of all rows.
    pub(super) of_all: f64,
}

/// The level of each row, and how many there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Levels<'a> {
    /// One a row, below `count`.
    pub(super) of_row: &'a [usize],
    /// Levels there are.
    pub(super) count: usize,
}

/// The smoothed means of those rows that `counts` says, of as many targets as rows.
fn means(levels: Levels<'_>, targets: &[f64], counts: impl Fn(usize) -> bool) -> LevelMeans {
    let rows = || levels.of_row.iter().zip(targets).enumerate().filter(|(row, _)| counts(*row)).map(|(_, pair)| pair);
    let all = rows().count().max(1) as f64;
    let of_all = rows().map(|(_, target)| target).sum::<f64>() / all;
    let variance = rows().map(|(_, target)| (target - of_all).powi(2)).sum::<f64>() / all;
    let (mut sizes, mut sums) = (vec![0.0; levels.count], vec![0.0; levels.count]);
    for (&level, target) in rows() {
        sizes[level] += 1.0;
        sums[level] += target;
    }
    let mean = |level: usize| sums[level] / sizes[level];
    let mut squares = vec![0.0; levels.count];
    rows().for_each(|(&level, target)| squares[level] += (target - mean(level)).powi(2));
    let smoothed = |level: usize| {
        let trust = variance * sizes[level] / (variance * sizes[level] + squares[level] / sizes[level]);
        // Of no row, or of rows with one target where all have it.
        if trust.is_nan() { of_all } else { trust * mean(level) + (1.0 - trust) * of_all }
    };
    LevelMeans { of_level: (0..levels.count).map(smoothed).collect(), of_all }
}

/// The smoothed means of all rows.
pub(super) fn of_all_rows(levels: Levels<'_>, targets: &[f64]) -> LevelMeans {
    means(levels, targets, |_| true)
}

/// What each row gets: the smoothed mean of its level among the rows of the other folds.
pub(super) fn out_of_fold(levels: Levels<'_>, targets: &[f64], folds: &[usize]) -> Vec<f64> {
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let of_fold: Vec<LevelMeans> = (0..count).map(|fold| means(levels, targets, |row| folds[row] != fold)).collect();
    levels.of_row.iter().zip(folds).map(|(&level, &fold)| of_fold[fold].of_level[level]).collect()
}

/// A random fold for each row, all of about one size.
pub(super) fn folds(rows: usize, seed: u64) -> Vec<usize> {
    let mut folds: Vec<usize> = (0..rows).map(|row| row % FOLDS.min(rows.max(1))).collect();
    folds.shuffle(&mut seed::generator(seed, "target encoding", 0));
    folds
}
