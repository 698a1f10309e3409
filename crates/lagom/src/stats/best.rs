//! Multiple comparisons with the best of several candidates.

use super::error::StatsError;
use super::quantile::t_quantile;
use super::several::{Joint, factor, quantile_of};

/// Multiple comparisons with the best (Hsu 1981; 1996, chapter 4): for each candidate simultaneous bounds
/// (low, high) on `θ_i − max_{j ≠ i} θ_j`, how much it is better than the best of the others.
///
/// `columns` holds each candidate's scores (higher is better) on the same examples, `clusters` the cluster
/// of each example. With probability `confidence` all bounds hold at once, although the same examples
/// chose the best: `low > −margin` says that a candidate is within the margin of whichever is best. The
/// bounds are constrained: low is at most 0 and high at least 0. `high = 0` says that another one is the
/// best, `low = 0` that it is this one. To claim that a candidate is worse by more than a margin, see
/// [`with_the_best_unconstrained`].
///
/// The quantile is for the comparisons with one fixed candidate, the unknown best, not for all pairs; that
/// it is enough is Hsu's proof, here with each candidate's own quantile and standard errors: if k is the
/// best and all of `θ̂_k − θ̂_j` err by less than their reach, then k is among those that may be the best,
/// and `θ_i − θ_k` is above the bound that i has against k.
///
/// `floor` is that of [`super::clustered_difference`]: 1 for right/wrong scores, none for others.
/// `confidence` is as 0.95; `seed` is of the drawn quantiles.
///
/// # Errors
/// Fewer than two candidates or clusters, columns of different lengths, a value that is not finite, a
/// confidence outside 0 to 1, a floor that is negative or not finite.
pub fn with_the_best(
    columns: &[&[f64]],
    clusters: Option<&[u32]>,
    floor: Option<f64>,
    confidence: f64,
    seed: u64,
) -> Result<Vec<(f64, f64)>, StatsError> {
    let pairs = Pairs::of(columns, clusters, floor, confidence)?;
    let reach = pairs.reaches(confidence, seed);
    let count = columns.len();
    let others = |i: usize| (0..count).filter(move |&j| j != i);
    let highs: Vec<f64> = (0..count)
        .map(|i| {
            others(i).map(|j| pairs.difference(i, j) + reach[i] * pairs.errors[i][j]).fold(f64::INFINITY, f64::min)
        })
        .collect();
    let low = |i: usize| {
        let rivals = others(i).filter(|&j| highs[j] >= 0.0);
        rivals.map(|j| pairs.difference(i, j) - reach[j] * pairs.errors[i][j]).fold(0.0, f64::min)
    };
    Ok((0..count).map(|i| (low(i), highs[i].max(0.0))).collect())
}

/// As [`with_the_best`], but not constrained to 0: high can show that a candidate is worse than the best
/// by more than a margin (`high < −margin`), low that it is better than all others by one.
///
/// The minimum over the other candidates of two-sided intervals of all pairs that hold at once (as Edwards
/// & Hsu 1983, with the measured covariance): somewhat wider than the constrained ones.
///
/// # Errors
/// As [`with_the_best`].
pub fn with_the_best_unconstrained(
    columns: &[&[f64]],
    clusters: Option<&[u32]>,
    floor: Option<f64>,
    confidence: f64,
    seed: u64,
) -> Result<Vec<(f64, f64)>, StatsError> {
    let pairs = Pairs::of(columns, clusters, floor, confidence)?;
    let reach = pairs.reach_of_all(confidence, seed);
    let bound = |i: usize, side: f64| {
        let others = (0..columns.len()).filter(|&j| j != i);
        others.map(|j| pairs.difference(i, j) + side * reach * pairs.errors[i][j]).fold(f64::INFINITY, f64::min)
    };
    Ok((0..columns.len()).map(|i| (bound(i, -1.0), bound(i, 1.0))).collect())
}

/// The differences of all pairs and how they err.
struct Pairs {
    joint: Joint,
    /// Standard errors of the differences, with the floor.
    errors: Vec<Vec<f64>>,
    /// One over the standard errors as they were measured; 0 where there is no spread to draw from.
    scales: Vec<Vec<f64>>,
}

impl Pairs {
    fn of(
        columns: &[&[f64]],
        clusters: Option<&[u32]>,
        floor: Option<f64>,
        confidence: f64,
    ) -> Result<Self, StatsError> {
        if columns.len() < 2 {
            return Err(StatsError::TooFewCandidates(columns.len()));
        }
        if confidence.is_nan() || confidence <= 0.0 || confidence >= 1.0 {
            return Err(StatsError::Probability(confidence));
        }
        if let Some(floor) = floor.filter(|floor| !floor.is_finite() || *floor < 0.0) {
            return Err(StatsError::Floor(floor));
        }
        let joint = Joint::of(columns, clusters)?;
        let table = |entry: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            (0..columns.len()).map(|i| (0..columns.len()).map(|j| entry(i, j)).collect()).collect()
        };
        let errors = table(&|i, j| joint.between_floored(i, j, floor).sqrt());
        let scales = table(&|i, j| match joint.between(i, j) {
            variance if variance > 0.0 => variance.sqrt().recip(),
            _ => 0.0,
        });
        Ok(Pairs { joint, errors, scales })
    }

    fn difference(&self, i: usize, j: usize) -> f64 {
        self.joint.means[i] - self.joint.means[j]
    }

    /// For each candidate how many standard errors all of its differences stay within, on one side.
    fn reaches(&self, confidence: f64, seed: u64) -> Vec<f64> {
        let mut largest = vec![Vec::new(); self.scales.len()];
        self.joint.draw(&factor(&self.joint.covariance), seed, |errors| {
            for (i, (largest, scales)) in largest.iter_mut().zip(&self.scales).enumerate() {
                let own = errors[i];
                let others = scales.iter().zip(errors).enumerate().filter(|(j, _)| *j != i);
                largest.push(others.map(|(_, (scale, error))| (own - error) * scale).fold(f64::NEG_INFINITY, f64::max));
            }
        });
        // where pairs have no spread to draw from, no less than the quantile of one comparison
        let least = t_quantile(confidence, self.joint.degrees as f64);
        largest.iter_mut().map(|values| quantile_of(values, confidence).max(least)).collect()
    }

    /// How many standard errors the differences of all pairs stay within, on both sides.
    fn reach_of_all(&self, confidence: f64, seed: u64) -> f64 {
        let mut largest = Vec::new();
        self.joint.draw(&factor(&self.joint.covariance), seed, |errors| {
            let pairs = errors.iter().zip(&self.scales).enumerate();
            let of = |(i, (own, scales)): (usize, (&f64, &Vec<f64>))| {
                let before = errors.iter().zip(scales).take(i);
                before.map(|(error, scale)| ((own - error) * scale).abs()).fold(0.0, f64::max)
            };
            largest.push(pairs.map(of).fold(0.0, f64::max));
        });
        quantile_of(&mut largest, confidence).max(t_quantile(0.5 + confidence / 2.0, self.joint.degrees as f64))
    }
}

#[cfg(test)]
#[path = "best_tests.rs"]
mod tests;
