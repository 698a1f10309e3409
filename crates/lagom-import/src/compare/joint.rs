//! How sure each single bound has to be, so that all claims hold at once.

use super::hardest::MANY;
use super::matrix::ScoreMatrix;
use crate::stats::{mean, simultaneous_confidence};

/// How the errors of the candidates' means move together.
pub(super) struct Joint {
    /// Covariances of the means, robust to clusters; none where the columns don't show the whole chance.
    covariance: Option<Vec<Vec<f64>>>,
    confidence: f64,
}

impl Joint {
    /// From the scores of all candidates. Means alone, and several seeds, tell no covariance, and of [`MANY`] it is not worked out.
    pub(super) fn of(matrix: &ScoreMatrix, confidence: f64) -> Self {
        let few = matrix.names.len() <= MANY;
        let covariance = matrix.columns().filter(|_| few).map(|found| covariance(found.values, found.clusters));
        Self { covariance, confidence }
    }

    /// The confidence of each one-sided bound of the differences among `members`, such that the bounds of
    /// all others against the truly best one hold at once, whichever that is: the widest over all.
    ///
    /// It is the study's own for two, and never more than Bonferroni's `1 − (1 − confidence) / (members − 1)`.
    pub(super) fn with_the_best(&self, members: &[usize]) -> f64 {
        if self.covariance.is_none() {
            return bonferroni(self.confidence, members.len().saturating_sub(1)).max(self.confidence);
        }
        let against = |control: &usize| {
            let rest: Vec<usize> = members.iter().copied().filter(|at| at != control).collect();
            self.against(&rest, *control)
        };
        members.iter().map(against).fold(self.confidence, f64::max)
    }

    /// As [`Joint::with_the_best`], of the candidates `tested` against one that was named beforehand.
    pub(super) fn against(&self, tested: &[usize], control: usize) -> f64 {
        self.shared(tested, |all, a, b| all[a][b] - all[a][control] - all[b][control] + all[control][control])
    }

    /// As [`Joint::against`], of the means of `tested`, as against a bar.
    pub(super) fn means(&self, tested: &[usize]) -> f64 {
        self.shared(tested, |all, a, b| all[a][b])
    }

    /// By the least correlation of any two, from their covariance.
    fn shared(&self, tested: &[usize], of: impl Fn(&[Vec<f64>], usize, usize) -> f64) -> f64 {
        let Some(all) = &self.covariance else { return bonferroni(self.confidence, tested.len()) };
        let mut least = 1.0_f64;
        for (at, &a) in tested.iter().enumerate() {
            for &b in &tested[at + 1..] {
                let scale = (of(all, a, a) * of(all, b, b)).sqrt();
                // Without any spread nothing is known of how they move together.
                least = least.min(if scale > 0.0 { of(all, a, b) / scale } else { 0.0 });
            }
        }
        simultaneous_confidence(self.confidence, tested.len(), least)
    }
}

/// The confidence that shares the error equally among `count` bounds.
pub(super) fn bonferroni(confidence: f64, count: usize) -> f64 {
    1.0 - (1.0 - confidence) / count.max(1) as f64
}

/// Covariances of the columns' means up to a common factor, with the sums over clusters as what is independent.
fn covariance(columns: &[Vec<f64>], clusters: Option<&[u32]>) -> Vec<Vec<f64>> {
    let centred: Vec<Vec<f64>> = columns.iter().map(|column| sums(column, clusters)).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    centred.iter().map(|a| centred.iter().map(|b| product(a, b)).collect()).collect()
}

/// Deviations from the mean, summed over clusters.
fn sums(column: &[f64], clusters: Option<&[u32]>) -> Vec<f64> {
    let centre = mean(column);
    let deviations = column.iter().map(|value| value - centre);
    let Some(ids) = clusters else { return deviations.collect() };
    let mut sums = vec![0.0; ids.iter().max().map_or(0, |most| *most as usize + 1)];
    for (id, deviation) in ids.iter().zip(deviations) {
        sums[*id as usize] += deviation;
    }
    sums
}
