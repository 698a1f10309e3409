//! How sure single tests have to be so that none of several errs, from how their errors go together.
//!
//! Tests on the same rows err together, so Bonferroni's correction asks for more than is needed. The largest of several
//! normal errors with known correlations is drawn instead (the single-step "max T" of Westfall & Young 1993, in its parametric form:
//! Hothorn, Bretz & Westfall 2008, *Simultaneous inference in general parametric models*).

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::deviations::Deviations;
use super::error::StatsError;
use super::quantile::{normal_cdf, normal_quantile};
use super::repeats::{Clusters, Repeat};
use super::summary::mean;

/// Draws of the largest error: at 5 % its chance is known to 0.35 percentage points.
const DRAWS: usize = 4_000;
/// The draws are the same every time.
const SEED: u64 = 0x6c61_676f_6d21;
/// Halvings of the search for the common bound.
const HALVINGS: u32 = 50;

/// What each example, or cluster of them, adds to a mean over repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares(Vec<(u64, f64)>);

impl Shares {
    /// The shares of the examples of these repeats.
    ///
    /// # Errors
    /// An example twice in a repeat.
    pub fn of(repeats: &[Repeat<'_>], clusters: Option<Clusters<'_>>) -> Result<Self, StatsError> {
        let means: Vec<f64> = repeats.iter().map(|repeat| mean(repeat.values)).collect();
        Ok(Self(Deviations::of(repeats, &means, clusters)?.sums()))
    }

    /// How many examples or clusters there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The covariance of the two means that comes from the examples they share.
    #[must_use]
    pub fn covariance(&self, other: &Self) -> f64 {
        let (mut sum, mut at) = (0.0, 0);
        for &(example, own) in &self.0 {
            while other.0.get(at).is_some_and(|found| found.0 < example) {
                at += 1;
            }
            if let Some(found) = other.0.get(at).filter(|found| found.0 == example) {
                sum += own * found.1;
            }
        }
        sum
    }
}

/// The one-sided error rate of each of several tests, such that none of them errs with probability `1 - error`: those whose
/// errors are normal with these `correlations` (a symmetric matrix with a diagonal of 1), and `further` ones of which nothing is
/// known. Between Bonferroni's `error / count` and `error`.
#[must_use]
pub fn simultaneous_error(error: f64, correlations: &[Vec<f64>], further: usize) -> f64 {
    let count = correlations.len() + further;
    let bonferroni = error / count.max(1) as f64;
    if count < 2 || correlations.len() < 2 || !(0.0..1.0).contains(&error) {
        return bonferroni;
    }
    let largest = largest_errors(&root(correlations));
    let any = |bound: f64| {
        let beyond = largest.partition_point(|&found| found >= bound);
        (beyond + 1) as f64 / (DRAWS + 1) as f64 + further as f64 * (1.0 - normal_cdf(bound))
    };
    let (mut low, mut high) = (normal_quantile(1.0 - error), normal_quantile(1.0 - bonferroni));
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if any(middle) > error {
            low = middle;
        } else {
            high = middle;
        }
    }
    (1.0 - normal_cdf(high)).clamp(bonferroni, error)
}

/// The lower triangle whose product with its transpose is the matrix (Cholesky); where noise makes that impossible the rest
/// of a row's variance is taken to be its own.
fn root(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (at, wanted) in matrix.iter().enumerate() {
        let mut row = Vec::with_capacity(at + 1);
        for (column, other) in rows.iter().enumerate() {
            let known: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
            let pivot = other[column];
            let left: f64 = 1.0 - row.iter().map(|a: &f64| a * a).sum::<f64>();
            let reach = left.max(0.0).sqrt();
            row.push(if pivot > 1e-6 { ((wanted[column] - known) / pivot).clamp(-reach, reach) } else { 0.0 });
        }
        let own: f64 = 1.0 - row.iter().map(|a| a * a).sum::<f64>();
        row.push(own.max(0.0).sqrt());
        rows.push(row);
    }
    rows
}

/// The largest of the errors in each draw, the largest first.
fn largest_errors(root: &[Vec<f64>]) -> Vec<f64> {
    let mut generator = ChaCha8Rng::seed_from_u64(SEED);
    let mut draw = || {
        let independent = normals(&mut generator, root.len());
        let error = |row: &Vec<f64>| row.iter().zip(&independent).map(|(a, z)| a * z).sum::<f64>();
        root.iter().map(error).fold(f64::NEG_INFINITY, f64::max)
    };
    let mut largest: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
    largest.sort_by(|a, b| b.total_cmp(a));
    largest
}

/// Standard normal numbers, in pairs (Box & Muller 1958).
fn normals(generator: &mut ChaCha8Rng, count: usize) -> Vec<f64> {
    let mut uniform = || ((generator.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    let mut found = Vec::with_capacity(count + 1);
    while found.len() < count {
        let (radius, angle) = ((-2.0 * uniform().ln()).sqrt(), std::f64::consts::TAU * uniform());
        found.extend([radius * angle.cos(), radius * angle.sin()]);
    }
    found.truncate(count);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(count: usize, correlation: f64) -> Vec<Vec<f64>> {
        (0..count).map(|at| (0..count).map(|to| if at == to { 1.0 } else { correlation }).collect()).collect()
    }

    #[test]
    fn published_critical_values() {
        // Dunnett (1955), table 1a: one-sided, 95 %, correlation 1/2, infinite degrees of freedom, p = 2, 5, 9
        for (count, value) in [(2, 1.92), (5, 2.23), (9, 2.42)] {
            let found = normal_quantile(1.0 - simultaneous_error(0.05, &equal(count, 0.5), 0));
            assert!((found - value).abs() < 0.05, "{count}: {found}, table {value}");
        }
    }

    #[test]
    fn between_bonferroni_and_a_single_test() {
        assert_eq!(simultaneous_error(0.05, &[], 10), 0.005);
        assert_eq!(simultaneous_error(0.05, &[], 0), 0.05);
        assert_eq!(simultaneous_error(0.05, &equal(1, 0.0), 0), 0.05);
        // The same test twelve times is one test; independent ones share by 1 - 0.95^(1/12) (Šidák 1967) = 0.004265.
        let same = simultaneous_error(0.05, &equal(12, 1.0), 0);
        assert!((same - 0.05).abs() < 0.005, "{same}");
        let apart = simultaneous_error(0.05, &equal(12, 0.0), 0);
        assert!((apart - 0.004_265).abs() < 0.000_6, "{apart}");
        // What is not known is shared with as Bonferroni does: one of twelve that are the same, and eleven others.
        let mixed = simultaneous_error(0.05, &equal(2, 1.0), 10);
        assert!(mixed > 0.05 / 12.0 && mixed < 0.05 / 10.0, "{mixed}");
    }

    #[test]
    fn a_matrix_that_noise_made_impossible_is_drawn_from_all_the_same() {
        let mut matrix = equal(3, 0.9);
        (matrix[0][1], matrix[1][0]) = (-0.9, -0.9);
        let found = simultaneous_error(0.05, &matrix, 0);
        assert!((0.05 / 3.0..=0.05).contains(&found), "{found}");
    }

    #[test]
    fn covariance_is_that_of_shared_examples() {
        // Means 2 and 4: deviations -1, 0, 1 and -2, 2 with weights √(3/2)/3 and √2/2; shared are examples 1 and 2.
        let first = Shares::of(&[Repeat { examples: &[1, 2, 3], values: &[1.0, 2.0, 3.0] }], None).unwrap();
        let second = Shares::of(&[Repeat { examples: &[2, 1], values: &[2.0, 6.0] }], None).unwrap();
        let (a, b) = (1.5_f64.sqrt() / 3.0, 2.0_f64.sqrt() / 2.0);
        assert!((first.covariance(&second) - (-a) * (2.0 * b)).abs() < 1e-12);
        // With itself it is the variance from the examples.
        assert!((first.covariance(&first) - 2.0 * a * a).abs() < 1e-12);
        assert_eq!((first.len(), first.is_empty()), (3, false));
    }
}
