//! The mean of values that come in clusters, as several questions on one document.

use std::collections::HashMap;

use super::crossed::{Estimate, MADE_UP};
use super::error::StatsError;
use super::summary::mean;

/// The mean of `values` (scores, or paired differences), one an example, with the standard error that
/// lets examples of one cluster depend on each other in any way (Liang & Zeger 1986; Miller 2024,
/// appendix A), corrected for few clusters (CR2 of Bell & McCaffrey 2002, Pustejovsky & Tipton 2018): with
/// `s̄` the mean, n the number of examples, n_c that of cluster c and `u_c = Σ_{i in c} (s_i − s̄)`
///
/// ```text
/// SE² = Σ_c u_c² / (1 − n_c / n) / n²
/// ```
///
/// and Student's t with Bell & McCaffrey's degrees of freedom, those of SE² if examples were independent. With C
/// clusters of equal size that is the usual `C / (C − 1) · Σ_c u_c² / n²` (statsmodels' `cov_type="cluster"`, Stata's)
/// with C − 1 degrees; where sizes differ it counts that large clusters are fewer than they look. `clusters` holds the
/// cluster's id of each example; empty means that each is its own, which gives the usual standard error.
/// Simulated in `compare/tests/clusters.rs`.
///
/// # Errors
/// Fewer than two clusters, ids of another number than the values, or a value that is not finite.
pub fn clustered(values: &[f64], clusters: &[u32]) -> Result<Estimate, StatsError> {
    clustered_difference(values, clusters, None)
}

/// As [`clustered`], for paired differences: with a `floor` (the value of one example that turns from
/// right to wrong, 1 for accuracy) four made-up *examples* are counted in the standard error, two at +floor and
/// two at −floor, as in [`super::crossed`]. So two candidates which happen not to disagree do not get a
/// standard error of 0. They are examples, not clusters: four clusters made up among thirty would be more than all the
/// rest has to say.
///
/// # Errors
/// As [`clustered`]; a floor that is negative or not finite.
pub fn clustered_difference(values: &[f64], clusters: &[u32], floor: Option<f64>) -> Result<Estimate, StatsError> {
    let groups = Groups::of(values.len(), clusters)?;
    groups.check(values)?;
    if let Some(floor) = floor.filter(|floor| !floor.is_finite() || *floor < 0.0) {
        return Err(StatsError::Floor(floor));
    }
    let point = mean(values);
    let square = groups.square(values);
    let total = floor.map_or(square, |floor| square.max(floored(square, values.len(), (point, floor))));
    Ok(Estimate {
        point,
        standard_error: total.sqrt(),
        degrees_of_freedom: groups.degrees_of_freedom(),
        repeats: 1,
        examples: values.len() as u64,
        variance_repeats: 0.0,
        variance_examples: total,
        gap: 0.0,
    })
}

/// The squared standard error with the made-up examples: the sum of squares about the mean of all, over their
/// squared number (Bonett & Price 2012, eq. 3).
fn floored(square: f64, examples: usize, (point, floor): (f64, f64)) -> f64 {
    let n = examples as f64;
    let all = n + MADE_UP;
    (square * n * n + MADE_UP * floor.powi(2) + MADE_UP * n * point.powi(2) / all) / all.powi(2)
}

/// Which examples belong together.
pub(super) struct Groups {
    /// The number of clusters, at least 2.
    pub(super) count: usize,
    /// The place of each example's cluster, in order of first appearance; empty if each is its own.
    place: Vec<usize>,
    examples: usize,
}

impl Groups {
    pub(super) fn of(examples: usize, clusters: &[u32]) -> Result<Self, StatsError> {
        if !clusters.is_empty() && clusters.len() != examples {
            return Err(StatsError::Clusters { clusters: clusters.len(), values: examples });
        }
        let mut seen = HashMap::new();
        let mut place = Vec::with_capacity(clusters.len());
        for id in clusters {
            let next = seen.len();
            place.push(*seen.entry(*id).or_insert(next));
        }
        let count = if clusters.is_empty() { examples } else { seen.len() };
        if count < 2 {
            return Err(StatsError::TooFewClusters { clusters: count });
        }
        Ok(Groups { count, place, examples })
    }

    pub(super) fn check(&self, values: &[f64]) -> Result<(), StatsError> {
        if values.len() != self.examples {
            return Err(StatsError::Columns { expected: self.examples, found: values.len() });
        }
        let bad = values.iter().position(|value| !value.is_finite());
        bad.map_or(Ok(()), |at| Err(StatsError::NotFinite { repeat: 0, example: at as u32 }))
    }

    /// Sums over clusters; over examples where each is its own.
    pub(super) fn sums(&self, values: impl Iterator<Item = f64>) -> Vec<f64> {
        if self.place.is_empty() {
            return values.collect();
        }
        let mut sums = vec![0.0; self.count];
        self.place.iter().zip(values).for_each(|(place, value)| sums[*place] += value);
        sums
    }

    /// The numbers of examples of the clusters.
    pub(super) fn sizes(&self) -> Vec<f64> {
        self.sums(std::iter::repeat_n(1.0, self.examples))
    }

    /// The squared standard error of the mean (see [`clustered`]).
    fn square(&self, values: &[f64]) -> f64 {
        let (n, centre) = (self.examples as f64, mean(values));
        if self.place.is_empty() {
            return values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (n - 1.0) / n;
        }
        let sums = self.sums(values.iter().map(|value| value - centre));
        let part = |(sum, size): (&f64, &f64)| sum * sum / (1.0 - size / n);
        sums.iter().zip(&self.sizes()).map(part).sum::<f64>() / (n * n)
    }

    /// Bell & McCaffrey's degrees of freedom: `(tr M)² / tr M²` of the matrix M whose quadratic form the squared
    /// standard error is, for independent examples. With shares h_c = n_c / n and a_c = 1 / (1 − h_c) the diagonal of
    /// M is n_c and the rest `−n h_b h_c √(a_b a_c)`.
    fn degrees_of_freedom(&self) -> f64 {
        if self.place.is_empty() {
            return (self.count - 1) as f64;
        }
        let n = self.examples as f64;
        let sizes = self.sizes();
        let squares: f64 = sizes.iter().map(|size| size * size).sum();
        let mixed = |size: &f64| (size / n).powi(2) / (1.0 - size / n);
        let (sum, own) = sizes.iter().map(mixed).fold((0.0, 0.0), |(sum, own), part| (sum + part, own + part * part));
        n * n / (squares + n * n * (sum * sum - own).max(0.0))
    }
}

#[cfg(test)]
#[path = "clustered_tests.rs"]
mod tests;
