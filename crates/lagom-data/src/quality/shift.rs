//! Whether the rows of the holdout are like those that are trained on: the classifier two-sample test (Lopez-Paz & Oquab 2017), whose
//! probabilities come from outside, and columns one by one.

use std::collections::HashMap;

use super::issue::{Finding, Issue, Severity};
use super::part::spaced;
use crate::dataset::{Column, Dataset, Values};
use crate::stats::{chi_square_cdf, normal_cdf};

/// What is seen by chance in one of so many data sets is not told.
const CHANCE: f64 = 0.01;
/// The area under the ROC curve from which on it is worth a word, and a warning.
const AUC: (f64, f64) = (0.55, 0.65);
/// The largest difference of shares of a column from which on it is worth a word, and a warning.
const DISTANCE: (f64, f64) = (0.1, 0.3);
/// Rows of each sample that columns are compared on: evenly spaced ones where there are more.
const SAMPLE: usize = 20_000;
/// The normal quantile of an interval of 95 %.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// How well rows of two samples can be told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoSample {
    /// The area under the ROC curve: the chance that a row of the second sample is taken for one more likely than a row of the first;
    /// 0.5 where they are alike.
    pub auc: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How often chance would make it so large if the samples were alike (Mann & Whitney 1947, one-sided).
    pub chance: f64,
}

/// Compares two samples by the probabilities, out of sample, of being of the second one; none where a sample is empty or a probability is
/// no number.
#[must_use]
pub fn two_sample(second: &[bool], probabilities: &[f64]) -> Option<TwoSample> {
    let mut order: Vec<(f64, bool)> = probabilities.iter().copied().zip(second.iter().copied()).collect();
    if second.len() != probabilities.len() || order.iter().any(|one| !one.0.is_finite()) {
        return None;
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ones = order.iter().filter(|one| one.1).count() as f64;
    let zeros = order.len() as f64 - ones;
    if ones == 0.0 || zeros == 0.0 {
        return None;
    }
    let (mut below, mut wins) = (0.0, 0.0);
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let of_second = tied.iter().filter(|one| one.1).count() as f64;
        let of_first = tied.len() as f64 - of_second;
        wins += of_second * (below + of_first / 2.0);
        below += of_first;
    }
    let auc = wins / (ones * zeros);
    let z = (auc - 0.5) / ((ones + zeros + 1.0) / (12.0 * ones * zeros)).sqrt();
    // Hanley & McNeil (1982).
    let (q1, q2) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
    let variance = auc * (1.0 - auc) + (ones - 1.0) * (q1 - auc * auc) + (zeros - 1.0) * (q2 - auc * auc);
    let half = NORMAL_95 * (variance.max(0.0) / (ones * zeros)).sqrt();
    Some(TwoSample { auc, low: (auc - half).max(0.0), high: (auc + half).min(1.0), chance: 1.0 - normal_cdf(z) })
}

/// That rows of the holdout can be told from the others, if so.
pub(super) fn shift(found: &TwoSample, of: usize) -> Option<Finding> {
    let TwoSample { auc, low, high, chance } = *found;
    let severity = if auc >= AUC.1 { Severity::Warning } else { Severity::Info };
    (chance < CHANCE && auc >= AUC.0).then(|| Finding::of_rows(Issue::Shift { auc, low, high }, severity, (of, of)))
}

/// Columns that are distributed otherwise in the holdout; the targets are not looked at.
pub(super) fn shifted_columns(dataset: &Dataset) -> Vec<Finding> {
    let (one, other) = (&spaced(&dataset.development, SAMPLE), &spaced(&dataset.sealed, SAMPLE));
    if one.is_empty() || other.is_empty() {
        return Vec::new();
    }
    let tests = dataset.columns.len() as f64;
    let found = |column: &Column| {
        let Apart { distance, chance } = match &column.values {
            Values::Numbers(numbers) => of_numbers(numbers, one, other),
            Values::Categories { codes, .. } => of_codes(codes, one, other),
            Values::Texts(_) => return None,
        }?;
        let severity = if distance >= DISTANCE.1 { Severity::Warning } else { Severity::Info };
        let issue = Issue::ShiftedColumn { column: column.name.clone(), distance };
        (chance * tests < CHANCE && distance >= DISTANCE.0)
            .then(|| Finding::of_rows(issue, severity, (dataset.sealed.len(), dataset.sealed.len())))
    };
    dataset.columns.iter().filter_map(found).collect()
}

/// How far two samples of a column are apart, and how often chance would make it so.
struct Apart {
    distance: f64,
    chance: f64,
}

/// Kolmogorov & Smirnov's distance with its asymptotic bound.
fn of_numbers(numbers: &[f64], one: &[u32], other: &[u32]) -> Option<Apart> {
    let sorted = |rows: &[u32]| {
        let mut cells: Vec<f64> = rows.iter().map(|&row| numbers[row as usize]).filter(|cell| !cell.is_nan()).collect();
        cells.sort_by(f64::total_cmp);
        cells
    };
    let (a, b) = (sorted(one), sorted(other));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (m, n) = (a.len() as f64, b.len() as f64);
    let below = |cells: &[f64], value: f64| cells.partition_point(|cell| *cell <= value) as f64;
    let gap = |value: &f64| (below(&a, *value) / m - below(&b, *value) / n).abs();
    let distance = a.iter().chain(&b).map(gap).fold(0.0, f64::max);
    Some(Apart { distance, chance: (2.0 * (-2.0 * distance * distance * m * n / (m + n)).exp()).min(1.0) })
}

/// The total variation between the shares of categories, and the chi-squared test of them.
fn of_codes(codes: &[u32], one: &[u32], other: &[u32]) -> Option<Apart> {
    let mut table: HashMap<u32, [f64; 2]> = HashMap::new();
    one.iter().for_each(|row| table.entry(codes[*row as usize]).or_default()[0] += 1.0);
    other.iter().for_each(|row| table.entry(codes[*row as usize]).or_default()[1] += 1.0);
    let (m, n) = (one.len() as f64, other.len() as f64);
    let mut cells: Vec<[f64; 2]> = table.into_values().collect();
    // Sums have the same bits in the same order alone.
    cells.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let distance = cells.iter().map(|cell| (cell[0] / m - cell[1] / n).abs()).sum::<f64>() / 2.0;
    // Categories of fewer than five expected rows are one, as the test wants it.
    let (many, few): (Vec<[f64; 2]>, Vec<[f64; 2]>) =
        cells.into_iter().partition(|cell| (cell[0] + cell[1]) * m.min(n) / (m + n) >= 5.0);
    let rest = few.iter().fold([0.0; 2], |sum, cell| [sum[0] + cell[0], sum[1] + cell[1]]);
    let all: Vec<[f64; 2]> = many.into_iter().chain(Some(rest).filter(|rest| rest[0] + rest[1] > 0.0)).collect();
    if all.len() < 2 {
        return None;
    }
    let term = |cell: &[f64; 2]| {
        let of = cell[0] + cell[1];
        let expected = [of * m / (m + n), of * n / (m + n)];
        (0..2).map(|side| (cell[side] - expected[side]).powi(2) / expected[side]).sum::<f64>()
    };
    let squared: f64 = all.iter().map(term).sum();
    Some(Apart { distance, chance: 1.0 - chi_square_cdf(squared, all.len() as f64 - 1.0) })
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use crate::seed::generator;

    #[test]
    fn the_area_is_that_of_pairs() {
        // Pairs of second and first: (0.8, 0.3) and (0.8, 0.5) won, (0.4, 0.3) won, (0.4, 0.5) lost: 3 of 4.
        let found = two_sample(&[true, true, false, false], &[0.8, 0.4, 0.3, 0.5]).expect("both samples");
        assert_eq!(found.auc, 0.75);
        assert_eq!(two_sample(&[true, false], &[0.5, 0.5]).map(|found| found.auc), Some(0.5));
        assert!(two_sample(&[true], &[0.5]).is_none() && two_sample(&[true, false], &[0.5, f64::NAN]).is_none());
    }

    #[test]
    fn samples_that_are_alike_are_told_apart_as_often_as_chance_has_it() {
        let mut random = generator(5, "shift", 0);
        let mut small = 0;
        for _ in 0..400 {
            let probabilities: Vec<f64> = (0..200).map(|_| random.random::<f64>()).collect();
            let second: Vec<bool> = (0..200).map(|at| at % 2 == 0).collect();
            small += usize::from(two_sample(&second, &probabilities).expect("both").chance < 0.05);
        }
        // 400 × 0.05 = 20, with a standard deviation of 4.4.
        assert!((8..=33).contains(&small), "{small} of 400");
    }

    #[test]
    fn columns_are_apart_by_what_the_books_say() {
        // 1..4 against 3..6: shares at most 2 are a half and none.
        let numbers = [1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 5.0, 6.0];
        let found = of_numbers(&numbers, &[0, 1, 2, 3], &[4, 5, 6, 7]).expect("numbers");
        assert_eq!(found.distance, 0.5);
        // Shares of 0.8 and 0.2 against 0.2 and 0.8: a variation of 0.6; chi-squared 36 of 100 rows.
        let codes: Vec<u32> = (0..100).map(|row| u32::from((row % 50 >= 40) != (row >= 50))).collect();
        let (one, other): (Vec<u32>, Vec<u32>) = ((0..50).collect(), (50..100).collect());
        let found = of_codes(&codes, &one, &other).expect("two categories");
        assert!((found.distance - 0.6).abs() < 1e-12 && found.chance < 1e-8);
    }
}
