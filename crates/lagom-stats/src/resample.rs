//! Paired resampling of what each example adds to a metric's sums: bootstrap and approximate randomisation.
//!
//! A resample draws the same examples for every system, so nothing is ever scored twice. The estimators are those of
//! sacreBLEU 2.6.0 (after Koehn 2004; Riezler & Maxwell 2005; Clark et al. 2011), the generator is our own.

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{mean, percentile};

/// How many sums run side by side, so that the processor can add several at once.
const LANES: usize = 8;

/// The numbers of one system's examples, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    examples: usize,
    columns: Vec<Column>,
}

/// One number of each example.
#[derive(Debug, Clone, PartialEq)]
enum Column {
    /// All of them whole, and so small that no sum over a resample leaves 32 bits: such sums are as exact, and quicker.
    Counts(Vec<i16>),
    Any(Vec<f64>),
}

impl Column {
    fn of(numbers: Vec<f64>) -> Column {
        let most = (f64::from(i32::MAX) / numbers.len() as f64).min(f64::from(i16::MAX));
        if numbers.iter().all(|number| number.fract() == 0.0 && number.abs() <= most) {
            Column::Counts(numbers.into_iter().map(|number| number as i16).collect())
        } else {
            Column::Any(numbers)
        }
    }

    fn numbers(&self) -> Vec<f64> {
        match self {
            Column::Counts(counts) => counts.iter().map(|count| f64::from(*count)).collect(),
            Column::Any(numbers) => numbers.clone(),
        }
    }

    fn weighted(&self, weights: &[i16]) -> f64 {
        match self {
            Column::Counts(counts) => f64::from(dot_of_counts(counts, weights)),
            Column::Any(numbers) => dot(numbers, weights),
        }
    }
}

impl Columns {
    /// From the numbers one example after the other, `width` each; what is left at the end is dropped.
    #[must_use]
    pub fn new(rows: &[f64], width: usize) -> Columns {
        let width = width.max(1);
        let column = |at: usize| Column::of(rows.chunks_exact(width).map(|row| row[at]).collect());
        Columns { examples: rows.len() / width, columns: (0..width).map(column).collect() }
    }

    /// How many examples there are.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// The sums with each example counted so many times, together at most as often as there are examples.
    fn weighted(&self, weights: &[i16], sums: &mut Vec<f64>) {
        sums.clear();
        sums.extend(self.columns.iter().map(|column| column.weighted(weights)));
    }

    /// What this has more than the other, example by example.
    fn minus(&self, other: &Columns) -> Columns {
        let less = |(one, other): (&Column, &Column)| {
            Column::of(one.numbers().iter().zip(other.numbers()).map(|(one, other)| one - other).collect())
        };
        Columns { examples: self.examples, columns: self.columns.iter().zip(&other.columns).map(less).collect() }
    }
}

/// The sum of products, chunk by chunk, for which processors have instructions.
fn dot_of_counts(column: &[i16], weights: &[i16]) -> i32 {
    let sum = |column: &[i16], weights: &[i16]| -> i32 {
        column.iter().zip(weights).map(|(count, weight)| i32::from(*count) * i32::from(*weight)).sum()
    };
    let (columns, rest) = column.as_chunks::<{ 2 * LANES }>();
    let (weights, weights_left) = weights.as_chunks::<{ 2 * LANES }>();
    columns.iter().zip(weights).map(|(column, weights)| sum(column, weights)).sum::<i32>() + sum(rest, weights_left)
}

/// The sum of products, in a fixed order.
fn dot(column: &[f64], weights: &[i16]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (columns, rest) = column.as_chunks::<LANES>();
    let (weights, weights_left) = weights.as_chunks::<LANES>();
    for (numbers, weights) in columns.iter().zip(weights) {
        for lane in 0..LANES {
            lanes[lane] += numbers[lane] * f64::from(weights[lane]);
        }
    }
    let last = rest.iter().zip(weights_left).map(|(number, weight)| number * f64::from(*weight)).sum::<f64>();
    lanes.iter().sum::<f64>() + last
}

/// The metric of each system on the same resamples: for each system as many values as `resamples`. All systems have the
/// same examples; `value` makes the metric of the sums.
#[must_use]
pub fn bootstrap(systems: &[Columns], value: &dyn Fn(&[f64]) -> f64, resamples: usize, seed: u64) -> Vec<Vec<f64>> {
    let examples = systems.first().map_or(0, Columns::examples);
    let mut values: Vec<Vec<f64>> = systems.iter().map(|_| Vec::with_capacity(resamples)).collect();
    if examples == 0 {
        return values;
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut weights, mut sums) = (vec![0_i16; examples], Vec::new());
    let last = u32::try_from(examples - 1).unwrap_or(u32::MAX);
    for _ in 0..resamples {
        weights.fill(0);
        for _ in 0..examples {
            weights[random.random_range(0..=last) as usize] += 1;
        }
        for (system, values) in systems.iter().zip(&mut values) {
            system.weighted(&weights, &mut sums);
            values.push(value(&sums));
        }
    }
    values
}

/// The part of the resampled values between the tails, `confidence` of them (percentile interval, Efron 1979).
#[must_use]
pub fn percentile_interval(values: &[f64], confidence: f64) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    (percentile(&sorted, tail), percentile(&sorted, 1.0 - tail))
}

/// The two-sided p-value of paired bootstrap, that an `observed` difference is chance: how often the resampled
/// difference, less its mean, is larger.
#[must_use]
pub fn bootstrap_p_value(observed: f64, one: &[f64], other: &[f64]) -> f64 {
    let differences: Vec<f64> = one.iter().zip(other).map(|(one, other)| (one - other).abs()).collect();
    let centre = mean(&differences);
    share_above(observed.abs(), differences.iter().map(|difference| difference - centre))
}

/// The two-sided p-value of approximate randomisation: how often the difference is larger when in each example chance
/// says which system gave which answer. Both have the same examples and columns.
#[must_use]
pub fn randomisation_p_value(
    one: &Columns,
    other: &Columns,
    value: &dyn Fn(&[f64]) -> f64,
    trials: usize,
    seed: u64,
) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let difference = other.minus(one);
    let mut weights = vec![1_i16; one.examples];
    let (mut ours, mut theirs, mut swapped) = (Vec::new(), Vec::new(), Vec::new());
    one.weighted(&weights, &mut ours);
    other.weighted(&weights, &mut theirs);
    let observed = (value(&ours) - value(&theirs)).abs();
    let trial = |_| {
        for weights in weights.chunks_mut(64) {
            let bits = random.next_u64();
            let taken = |at: usize| (bits >> at & 1) as i16;
            weights.iter_mut().enumerate().for_each(|(at, weight)| *weight = taken(at));
        }
        difference.weighted(&weights, &mut swapped);
        let first: Vec<f64> = ours.iter().zip(&swapped).map(|(sum, moved)| sum + moved).collect();
        let second: Vec<f64> = theirs.iter().zip(&swapped).map(|(sum, moved)| sum - moved).collect();
        (value(&first) - value(&second)).abs()
    };
    let differences: Vec<f64> = (0..trials).map(trial).collect();
    // a swap that changes nothing may differ in the last bits
    share_above(observed * (1.0 + 1e-12), differences.into_iter())
}

/// The share of values above `observed`, with one more on both sides so that it is never 0.
fn share_above(observed: f64, values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let all = values.len();
    let above = values.filter(|value| *value > observed).count();
    (above + 1) as f64 / (all + 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(sums: &[f64]) -> f64 {
        sums[0] / 200.0
    }

    fn system(shift: f64, seed: u64) -> Columns {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let rows: Vec<f64> = (0..200).map(|_| random.random_range(0.0..1.0) + shift).collect();
        Columns::new(&rows, 1)
    }

    #[test]
    fn resamples_spread_as_the_mean_does() {
        let one = system(0.0, 1);
        let spread = super::super::variance(&one.columns[0].numbers()).sqrt() / 200f64.sqrt();
        let values = bootstrap(std::slice::from_ref(&one), &mean_of, 4000, 7);
        let found = super::super::variance(&values[0]).sqrt();
        // 4,000 resamples know a standard deviation to 1.1 %; the factor is √(199/200)
        assert!((found / spread - 1.0).abs() < 0.05, "{found} {spread}");
        let (low, high) = percentile_interval(&values[0], 0.95);
        assert!(((high - low) / (2.0 * 1.96 * spread) - 1.0).abs() < 0.07);
        assert_eq!(values, bootstrap(std::slice::from_ref(&one), &mean_of, 4000, 7));
    }

    #[test]
    fn p_values_know_a_difference_from_none() {
        let (one, same, better) = (system(0.0, 1), system(0.0, 1), system(0.2, 2));
        assert_eq!(randomisation_p_value(&one, &same, &mean_of, 500, 3), 1.0 / 501.0);
        // the very same system: no resample differs, as sacreBLEU has it the least p-value, with a difference of 0
        assert!(randomisation_p_value(&one, &better, &mean_of, 2000, 3) < 0.002);
        let values = bootstrap(&[one, better], &mean_of, 2000, 3);
        assert!(bootstrap_p_value(0.2, &values[0], &values[1]) < 0.002);
    }

    /// Where both systems are the same but for chance, p-values are spread evenly: about 10 % below 0.1.
    #[test]
    fn p_values_hold_their_level() {
        let (mut randomised, mut bootstrapped) = (0, 0);
        for study in 0..300u64 {
            let (one, other) = (system(0.0, 2 * study + 10), system(0.0, 2 * study + 11));
            randomised += u32::from(randomisation_p_value(&one, &other, &mean_of, 199, study) <= 0.1);
            let values = bootstrap(&[one.clone(), other.clone()], &mean_of, 199, study);
            let observed = mean(&one.columns[0].numbers()) - mean(&other.columns[0].numbers());
            bootstrapped += u32::from(bootstrap_p_value(observed, &values[0], &values[1]) <= 0.1);
        }
        // 30 expected of 300, with a standard deviation of 5.2
        assert!((14..=46).contains(&randomised), "{randomised}");
        assert!(bootstrapped <= 90, "{bootstrapped}");
    }

    #[test]
    fn sums_are_exact_with_any_count_of_examples() {
        let rows: Vec<f64> = (0..46).map(f64::from).collect();
        let (columns, mut sums) = (Columns::new(&rows, 2), Vec::new());
        columns.weighted(&[2; 23], &mut sums);
        // 2 (0 + 2 + … + 44) and 2 (1 + 3 + … + 45)
        assert_eq!((sums, columns.examples()), (vec![1012.0, 1058.0], 23));
        assert_eq!(bootstrap(&[Columns::new(&[], 2)], &mean_of, 3, 0), [Vec::<f64>::new()]);
    }

    #[test]
    fn counts_are_whole_and_their_sums_have_room() {
        let is_counted = |numbers: Vec<f64>| matches!(Column::of(numbers), Column::Counts(_));
        assert!(is_counted(vec![0.0, -32_767.0, 32_767.0]) && is_counted(vec![21_474.0; 100_000]));
        assert!(!is_counted(vec![0.5]) && !is_counted(vec![32_768.0]) && !is_counted(vec![f64::NAN]));
        // 100,000 of them come to 2,147,500,000, and 32 bits to 2,147,483,647
        assert!(!is_counted(vec![21_475.0; 100_000]));
        // the most that there can be, and half of one more
        for more in [0.0, 0.5] {
            let rows = [vec![21_474.0; 99_999], vec![21_474.0 + more]].concat();
            let mut sums = Vec::new();
            Columns::new(&rows, 1).weighted(&[1; 100_000], &mut sums);
            assert_eq!(sums, [2_147_400_000.0 + more]);
        }
    }
}
