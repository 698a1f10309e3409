//! Several candidates on the same examples, without inflating the error rate.
//!
//! Bounds that shall all hold at once need a wider reach than one alone: the quantile of the *largest* of
//! the studentised errors. How much wider depends on how the errors move together, which the examples
//! show. The errors of the means are taken as normal with their measured (cluster-robust) covariance, over
//! a common χ² of the degrees of freedom that the clusters leave, which is the multivariate t of Dunnett
//! (1955) and Hothorn, Bretz & Westfall (2008). It is drawn with a seed, 100,000 times: the same
//! input gives the same bits, and the quantile's own error is about 0.006.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::clustered::Groups;
use super::error::StatsError;
use super::quantile::t_quantile;
use super::summary::mean;

/// How often the errors are drawn.
const DRAWS: usize = 100_000;
/// From here on χ² is drawn by the cube of a normal variable (Wilson & Hilferty 1931).
const CUBE_FROM: usize = 30;
/// A variance below this share of what it is a difference of is rounding.
const ROUNDING: f64 = 1e-12;

/// The number of standard errors that the largest of the candidates' errors stays below with probability
/// `confidence`, so that `point − quantile · standard error` of all candidates at once are below their
/// truths with that probability.
///
/// `columns` holds for each candidate its paired differences (or scores) on the same examples; they need
/// not be centred. `clusters` holds the cluster of each example. For one candidate it is the quantile of
/// Student's t; it grows with the number of candidates, less so where they agree. A column without any
/// spread counts as independent of the others. Infinite where nothing can be said: no column, fewer than
/// two clusters, columns of different lengths, values that are not finite.
pub fn max_t_quantile(columns: &[&[f64]], clusters: Option<&[u32]>, confidence: f64, seed: u64) -> f64 {
    max_quantile(columns, clusters, seed, (confidence, |error| error))
}

/// As [`max_t_quantile`], of the largest error to either side: for two-sided intervals that all hold at
/// once.
pub fn max_abs_t_quantile(columns: &[&[f64]], clusters: Option<&[u32]>, confidence: f64, seed: u64) -> f64 {
    max_quantile(columns, clusters, seed, (confidence, f64::abs))
}

fn max_quantile(
    columns: &[&[f64]],
    clusters: Option<&[u32]>,
    seed: u64,
    (confidence, size): (f64, fn(f64) -> f64),
) -> f64 {
    let Ok(joint) = Joint::of(columns, clusters) else {
        return f64::INFINITY;
    };
    if columns.len() == 1 {
        // size is the identity or the absolute value, so this counts the tails
        let tails = if size(-1.0) > 0.0 { 2.0 } else { 1.0 };
        return t_quantile(1.0 - (1.0 - confidence) / tails, joint.degrees as f64);
    }
    let factor = joint.correlation_factor();
    let mut largest = Vec::with_capacity(DRAWS);
    joint.draw(&factor, seed, |errors| {
        largest.push(errors.iter().map(|&error| size(error)).fold(f64::NEG_INFINITY, f64::max));
    });
    quantile_of(&mut largest, confidence)
}

/// Holm's (1979) adjusted p-values, in the order given: each is at most the level wherever the step-down
/// test rejects, and the chance of rejecting any true null is at most the level, however the tests depend
/// on each other.
///
/// A p-value that is not a number stays one and counts as a test.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let (mut adjusted, mut largest) = (vec![0.0; p.len()], 0.0_f64);
    for (rank, at) in order.into_iter().enumerate() {
        largest = largest.max((p.len() - rank) as f64 * p[at]);
        adjusted[at] = if p[at].is_nan() { f64::NAN } else { largest.min(1.0) };
    }
    adjusted
}

/// Errors of several means that move together.
pub(super) struct Joint {
    groups: Groups,
    /// The means of the columns.
    pub(super) means: Vec<f64>,
    /// The covariance of the means.
    pub(super) covariance: Vec<Vec<f64>>,
    /// Degrees of freedom: clusters less one.
    pub(super) degrees: usize,
}

impl Joint {
    pub(super) fn of(columns: &[&[f64]], clusters: Option<&[u32]>) -> Result<Self, StatsError> {
        let examples = columns.first().map_or(0, |column| column.len());
        let groups = Groups::of(examples, clusters.unwrap_or(&[]))?;
        for column in columns {
            groups.check(column)?;
        }
        let parts: Vec<Vec<f64>> = columns.iter().map(|column| groups.influence(column)).collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let covariance = parts.iter().map(|a| parts.iter().map(|b| product(a, b)).collect()).collect();
        let means = columns.iter().map(|column| mean(column)).collect();
        Ok(Joint { degrees: groups.count - 1, groups, means, covariance })
    }

    /// The variance of the difference of two means, 0 where rounding is all there is.
    pub(super) fn between(&self, i: usize, j: usize) -> f64 {
        let (a, b) = (self.covariance[i][i], self.covariance[j][j]);
        let variance = a + b - 2.0 * self.covariance[i][j];
        if variance > ROUNDING * (a + b) { variance } else { 0.0 }
    }

    /// As [`Joint::between`], with the made-up clusters of a floor.
    pub(super) fn between_floored(&self, i: usize, j: usize, floor: Option<f64>) -> f64 {
        let variance = self.between(i, j);
        let difference = self.means[i] - self.means[j];
        floor.map_or(variance, |floor| variance.max(self.groups.floored(variance, difference, floor)))
    }

    /// The lower triangle whose square is the correlation; a column without spread stands alone.
    fn correlation_factor(&self) -> Vec<Vec<f64>> {
        let deviation: Vec<f64> = (0..self.means.len()).map(|i| self.covariance[i][i].sqrt()).collect();
        let entry = |i: usize, j: usize| match deviation[i] * deviation[j] {
            scale if scale > 0.0 && i != j => self.covariance[i][j] / scale,
            _ => f64::from(i == j),
        };
        factor(&(0..deviation.len()).map(|i| (0..deviation.len()).map(|j| entry(i, j)).collect()).collect::<Vec<_>>())
    }

    /// Draws the errors of all means [`DRAWS`] times and hands them over, in units of the square root of
    /// what `factor` is the factor of; each over the root of a drawn χ² / degrees.
    pub(super) fn draw(&self, factor: &[Vec<f64>], seed: u64, mut each: impl FnMut(&[f64])) {
        let mut normals = Normals { rng: ChaCha8Rng::seed_from_u64(seed), second: None };
        let mut fresh = vec![0.0; factor.len()];
        let mut errors = vec![0.0; factor.len()];
        for _ in 0..DRAWS {
            fresh.fill_with(|| normals.next());
            let scale = normals.chi_square(self.degrees).sqrt();
            for (error, row) in errors.iter_mut().zip(factor) {
                *error = row.iter().zip(&fresh).map(|(a, b)| a * b).sum::<f64>() / scale;
            }
            each(&errors);
        }
    }
}

/// The lower triangle L with `L Lᵀ = matrix` (Cholesky), for matrices that may be singular.
pub(super) fn factor(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        let mut new = vec![0.0; i + 1];
        for (j, above) in lower.iter().enumerate() {
            let rest = row[j] - above.iter().zip(&new).take(j).map(|(a, b)| a * b).sum::<f64>();
            new[j] = if above[j] > 0.0 { rest / above[j] } else { 0.0 };
        }
        let rest = row[i] - new.iter().take(i).map(|value| value * value).sum::<f64>();
        new[i] = if rest > ROUNDING * row[i] { rest.sqrt() } else { 0.0 };
        lower.push(new);
    }
    lower
}

/// The quantile of values in any order: the smallest that at least the share `confidence` do not exceed.
pub(super) fn quantile_of(values: &mut [f64], confidence: f64) -> f64 {
    if values.is_empty() || confidence.is_nan() || confidence >= 1.0 {
        return f64::INFINITY;
    }
    let place = ((confidence * values.len() as f64).ceil() as usize).clamp(1, values.len()) - 1;
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

/// Normal variables, two at a time (Box & Muller 1958).
struct Normals {
    rng: ChaCha8Rng,
    second: Option<f64>,
}

impl Normals {
    fn next(&mut self) -> f64 {
        if let Some(second) = self.second.take() {
            return second;
        }
        let (u, v): (f64, f64) = (1.0 - self.rng.random::<f64>(), self.rng.random());
        let (sin, cos) = (std::f64::consts::TAU * v).sin_cos();
        let radius = (-2.0 * u.ln()).sqrt();
        self.second = Some(radius * sin);
        radius * cos
    }

    /// A χ² variable of `degrees` over its degrees.
    fn chi_square(&mut self, degrees: usize) -> f64 {
        let count = degrees as f64;
        if degrees < CUBE_FROM {
            return (0..degrees).map(|_| self.next().powi(2)).sum::<f64>() / count;
        }
        let part = 2.0 / (9.0 * count);
        (1.0 - part + self.next() * part.sqrt()).powi(3).max(f64::MIN_POSITIVE)
    }
}

#[cfg(test)]
#[path = "several_tests.rs"]
pub(super) mod tests;
