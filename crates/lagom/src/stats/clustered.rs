//! The mean of values that come in clusters, as several questions on one document.

use std::collections::HashMap;

use super::crossed::{Estimate, MADE_UP};
use super::error::StatsError;
use super::summary::mean;

/// The mean of `values` (scores, or paired differences), one an example, with the standard error that
/// lets examples of one cluster depend on each other in any way (Liang & Zeger 1986; Miller 2024,
/// appendix A): with `s̄` the mean, n the number of examples and C of clusters
///
/// ```text
/// SE² = C / (C − 1) · Σ_c (Σ_{i in c} (s_i − s̄))² / n²
/// ```
///
/// and Student's t with C − 1 degrees of freedom. `clusters` holds the cluster's id of each example; empty
/// means that each is its own, which gives the usual standard error. With fewer than some 30 clusters the
/// interval is somewhat too narrow, more so where their sizes differ.
///
/// # Errors
/// Fewer than two clusters, ids of another number than the values, or a value that is not finite.
pub fn clustered(values: &[f64], clusters: &[u32]) -> Result<Estimate, StatsError> {
    clustered_difference(values, clusters, None)
}

/// As [`clustered`], for paired differences: with a `floor` (the value of one example that turns from
/// right to wrong, 1 for accuracy) four made-up clusters of the mean size are counted in the standard
/// error, two at +floor and two at −floor, as in [`super::crossed`]. So two candidates which happen not to
/// disagree do not get an interval of no width.
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
    let square = groups.influence(values).iter().map(|g| g * g).sum::<f64>();
    let total = floor.map_or(square, |floor| square.max(groups.floored(square, point, floor)));
    Ok(Estimate {
        point,
        standard_error: total.sqrt(),
        degrees_of_freedom: (groups.count - 1) as f64,
        repeats: 1,
        examples: values.len() as u64,
        variance_repeats: 0.0,
        variance_examples: total,
        gap: 0.0,
    })
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

    /// The part of each cluster in the error of the mean; the sum of their squares is its squared
    /// standard error, the sum of products of two columns the covariance of their means.
    pub(super) fn influence(&self, values: &[f64]) -> Vec<f64> {
        let (n, count) = (self.examples as f64, self.count as f64);
        let weight = (count / (count - 1.0)).sqrt() / n;
        let centre = mean(values);
        if self.place.is_empty() {
            return values.iter().map(|value| (value - centre) * weight).collect();
        }
        let mut sums = vec![0.0; self.count];
        for (place, value) in self.place.iter().zip(values) {
            sums[*place] += (value - centre) * weight;
        }
        sums
    }

    /// The squared standard error with the made-up clusters (see [`clustered_difference`]).
    pub(super) fn floored(&self, square: f64, point: f64, floor: f64) -> f64 {
        let count = self.count as f64;
        let all = count + MADE_UP;
        let moved = MADE_UP * count * point.powi(2) / all;
        (square * count * count + MADE_UP * floor.powi(2) + moved) / all.powi(2)
    }
}

#[cfg(test)]
#[path = "clustered_tests.rs"]
mod tests;
