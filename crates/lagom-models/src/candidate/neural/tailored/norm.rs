//! Batch and layer normalisation; constants are PyTorch's.

use serde::{Deserialize, Serialize};

use crate::candidate::neural::settings::Normalisation;
use crate::candidate::neural::stack::blend;

/// Keeps the division finite (`eps`).
const EPSILON: f32 = 1e-5;
/// What the running statistics take of those of a step (`momentum`).
const MOMENTUM: f32 = 0.1;

/// Brings the units of a layer to mean 0 and variance 1, then to learnt ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Norm {
    /// Each unit over the rows of a step, or by the running statistics.
    Batch {
        gain: Vec<f32>,
        shift: Vec<f32>,
        /// Running mean and (unbiased) variance of each unit.
        mean: Vec<f32>,
        variance: Vec<f32>,
    },
    /// Each row over its units.
    Layer { gain: Vec<f32>, shift: Vec<f32> },
}

/// What a step keeps for its way back.
pub(super) struct Normed {
    /// Row-major `[rows, units]`, mean 0 and variance 1.
    standard: Vec<f32>,
    /// One over the deviation: of each unit, or of each row.
    inverse: Vec<f32>,
}

impl Norm {
    /// One for so many units; none where nothing is normalised.
    pub(super) fn new(kind: Normalisation, units: usize) -> Option<Self> {
        let (gain, shift) = (vec![1.0; units], vec![0.0; units]);
        match kind {
            Normalisation::None => None,
            Normalisation::Batch => {
                Some(Self::Batch { gain, shift, mean: vec![0.0; units], variance: vec![1.0; units] })
            }
            Normalisation::Layer => Some(Self::Layer { gain, shift }),
        }
    }

    /// The learnt gain and shift, `[units]` each.
    pub(super) fn learnt(&mut self) -> [&mut Vec<f32>; 2] {
        match self {
            Self::Batch { gain, shift, .. } | Self::Layer { gain, shift } => [gain, shift],
        }
    }

    /// Numbers that it stores.
    pub(super) fn parameters(&self) -> u64 {
        let (each, units) = match self {
            Self::Batch { gain, .. } => (4, gain.len()),
            Self::Layer { gain, .. } => (2, gain.len()),
        };
        each * units as u64
    }

    /// Whether all its vectors have that length.
    pub(super) fn fits(&self, units: usize) -> bool {
        match self {
            Self::Batch { gain, shift, mean, variance } => {
                [gain, shift, mean, variance].iter().all(|one| one.len() == units)
            }
            Self::Layer { gain, shift } => gain.len() == units && shift.len() == units,
        }
    }

    /// Moves its running statistics that share of the way to another's.
    pub(super) fn blend_running(&mut self, other: &Self, share: f32) {
        if let (Self::Batch { mean, variance, .. }, Self::Batch { mean: m, variance: v, .. }) = (self, other) {
            blend(mean, m, share);
            blend(variance, v, share);
        }
    }

    /// Normalises rows of units in place, as when it answers: batch normalisation by its running statistics.
    pub(super) fn answer(&self, values: &mut [f32]) {
        match self {
            Self::Batch { gain, shift, mean, variance } => {
                let scale: Vec<f32> = gain.iter().zip(variance).map(|(g, v)| g / (v + EPSILON).sqrt()).collect();
                for row in values.chunks_exact_mut(gain.len().max(1)) {
                    for (at, value) in row.iter_mut().enumerate() {
                        *value = (*value - mean[at]) * scale[at] + shift[at];
                    }
                }
            }
            Self::Layer { gain, shift } => {
                standardise_rows(values, gain.len());
                affine(values, gain, shift);
            }
        }
    }

    /// Normalises rows of units in place, as in a step of a training, and takes the step's statistics into the running ones. One row alone
    /// has no variance: each unit is its own mean, and the running statistics stay.
    pub(super) fn learn(&mut self, values: &mut [f32]) -> Normed {
        let normed = match self {
            Self::Batch { mean, variance, .. } => {
                let units = mean.len();
                let rows = values.len() / units.max(1);
                let (means, variances) = of_columns(values, units);
                if rows > 1 {
                    let unbiased = rows as f32 / (rows - 1) as f32;
                    for at in 0..units {
                        mean[at] += MOMENTUM * (means[at] - mean[at]);
                        variance[at] += MOMENTUM * (variances[at] * unbiased - variance[at]);
                    }
                }
                let inverse: Vec<f32> = variances.iter().map(|v| 1.0 / (v + EPSILON).sqrt()).collect();
                for row in values.chunks_exact_mut(units.max(1)) {
                    for (at, value) in row.iter_mut().enumerate() {
                        *value = (*value - means[at]) * inverse[at];
                    }
                }
                Normed { standard: values.to_vec(), inverse }
            }
            Self::Layer { gain, .. } => {
                let inverse = standardise_rows(values, gain.len());
                Normed { standard: values.to_vec(), inverse }
            }
        };
        let [gain, shift] = self.learnt();
        affine(values, gain, shift);
        normed
    }

    /// Turns the gradient of what [`Norm::learn`] gave into that of what it was given; returns those of gain and shift.
    pub(super) fn back(&self, normed: &Normed, gradient: &mut [f32]) -> [Vec<f32>; 2] {
        let (Self::Batch { gain, .. } | Self::Layer { gain, .. }) = self;
        let units = gain.len();
        let (mut of_gain, mut of_shift) = (vec![0.0f32; units], vec![0.0f32; units]);
        let width = units.max(1);
        for (row, standard) in gradient.chunks_exact_mut(width).zip(normed.standard.chunks_exact(width)) {
            for (at, g) in row.iter_mut().enumerate() {
                of_gain[at] += *g * standard[at];
                of_shift[at] += *g;
            }
        }
        match self {
            Self::Batch { .. } => {
                let rows = (gradient.len() / width).max(1) as f32;
                for (row, standard) in gradient.chunks_exact_mut(width).zip(normed.standard.chunks_exact(width)) {
                    for (at, g) in row.iter_mut().enumerate() {
                        let centred = *g - of_shift[at] / rows - standard[at] * of_gain[at] / rows;
                        *g = gain[at] * normed.inverse[at] * centred;
                    }
                }
            }
            Self::Layer { .. } => {
                let count = units.max(1) as f32;
                let rows =
                    gradient.chunks_exact_mut(width).zip(normed.standard.chunks_exact(width)).zip(&normed.inverse);
                for ((row, standard), inverse) in rows {
                    row.iter_mut().zip(gain).for_each(|(g, gain)| *g *= gain);
                    let sum: f32 = row.iter().sum::<f32>() / count;
                    let along: f32 = row.iter().zip(standard).map(|(g, s)| g * s).sum::<f32>() / count;
                    row.iter_mut().zip(standard).for_each(|(g, s)| *g = inverse * (*g - sum - s * along));
                }
            }
        }
        [of_gain, of_shift]
    }
}

/// Mean and (biased) variance of each column, `[columns]` each.
fn of_columns(values: &[f32], columns: usize) -> (Vec<f32>, Vec<f32>) {
    let width = columns.max(1);
    let rows = (values.len() / width).max(1) as f32;
    let (mut means, mut variances) = (vec![0.0f32; columns], vec![0.0f32; columns]);
    for row in values.chunks_exact(width) {
        means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    means.iter_mut().for_each(|sum| *sum /= rows);
    for row in values.chunks_exact(width) {
        for ((sum, value), mean) in variances.iter_mut().zip(row).zip(&means) {
            *sum += (value - mean) * (value - mean);
        }
    }
    variances.iter_mut().for_each(|sum| *sum /= rows);
    (means, variances)
}

/// Brings each row to mean 0 and variance 1; one over each row's deviation.
fn standardise_rows(values: &mut [f32], units: usize) -> Vec<f32> {
    let count = units.max(1) as f32;
    let one = |row: &mut [f32]| {
        let mean = row.iter().sum::<f32>() / count;
        let variance = row.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / count;
        let inverse = 1.0 / (variance + EPSILON).sqrt();
        row.iter_mut().for_each(|value| *value = (*value - mean) * inverse);
        inverse
    };
    values.chunks_exact_mut(units.max(1)).map(one).collect()
}

fn affine(values: &mut [f32], gain: &[f32], shift: &[f32]) {
    for row in values.chunks_exact_mut(gain.len().max(1)) {
        row.iter_mut().zip(gain).zip(shift).for_each(|((value, gain), shift)| *value = *value * gain + shift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_normalisation_answers_by_its_running_statistics() {
        let mut norm = Norm::new(Normalisation::Batch, 1).unwrap();
        // Mean 2, variance 1 (unbiased 4/3 · 1): after one step 0.9 · 0 + 0.1 · 2 and 0.9 · 1 + 0.1 · 4/3.
        let mut step = vec![1.0, 3.0, 1.0, 3.0];
        norm.learn(&mut step);
        assert!(step.iter().zip([-1.0, 1.0, -1.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-4));
        let (mean, variance) = (0.2f32, 0.9 + 0.4 / 3.0);
        let mut alone = vec![5.0f32];
        norm.answer(&mut alone);
        assert!((alone[0] - (5.0 - mean) / (variance + 1e-5f32).sqrt()).abs() < 1e-5);
        // One row alone moves nothing.
        let before = norm.clone();
        let mut one = vec![7.0];
        norm.learn(&mut one);
        assert_eq!((norm, one), (before, vec![0.0]));
    }

    #[test]
    fn layer_normalisation_is_the_same_in_a_step_and_after() {
        let mut norm = Norm::new(Normalisation::Layer, 3).unwrap();
        let (mut step, mut after) = (vec![1.0, 2.0, 6.0, 0.0, 0.0, 9.0], vec![1.0, 2.0, 6.0, 0.0, 0.0, 9.0]);
        norm.learn(&mut step);
        norm.answer(&mut after);
        assert_eq!(step, after);
        // Row (1, 2, 6): mean 3, variance (4 + 1 + 9) / 3.
        assert!((step[0] - -2.0 / (14.0f32 / 3.0).sqrt()).abs() < 1e-4);
    }
}
