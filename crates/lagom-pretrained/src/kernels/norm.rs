//! Layer normalisation (Ba et al. 2016) and its root-mean-square form (Zhang & Sennrich 2019), with the addition before it, and back.

use super::elementary::{dot, sum};
use crate::wide::wide;

/// What the way back needs.
#[derive(Debug, Default)]
pub(crate) struct Normalised {
    /// `[rows, width]`: mean 0 and spread 1 (mean square 1 for the root-mean-square form), before gain and shift.
    pub(crate) values: Vec<f32>,
    /// What each row was multiplied by.
    pub(crate) scales: Vec<f32>,
}

/// Normalises each row of `values` in its place: `gain · (x - mean) / sqrt(variance + ε) + shift`.
pub(crate) fn layer_norm(values: &mut [f32], gain: &[f32], shift: &[f32], epsilon: f32, keep: Option<&mut Normalised>) {
    let width = gain.len().max(1);
    let mut none = Normalised::default();
    let keeps = keep.is_some();
    let kept = keep.unwrap_or(&mut none);
    if keeps {
        kept.values = vec![0.0; values.len()];
        kept.scales = vec![0.0; values.len() / width];
    }
    wide!('a, (values: &'a mut [f32], gain: &'a [f32], shift: &'a [f32], epsilon: f32, kept: &'a mut Normalised, keeps: bool) {
        let width = gain.len().max(1);
        let share = 1.0 / width as f32;
        for (at, row) in values.chunks_exact_mut(width).enumerate() {
            let mean = sum(row, |x| x) * share;
            row.iter_mut().for_each(|x| *x -= mean);
            let scale = 1.0 / (sum(row, |x| x * x).mul_add(share, epsilon)).sqrt();
            if keeps {
                row.iter_mut().for_each(|x| *x *= scale);
                kept.values[at * width..][..width].copy_from_slice(row);
                kept.scales[at] = scale;
                for ((x, gain), shift) in row.iter_mut().zip(gain).zip(shift) {
                    *x = x.mul_add(*gain, *shift);
                }
            } else {
                for ((x, gain), shift) in row.iter_mut().zip(gain).zip(shift) {
                    *x = (*x * scale).mul_add(*gain, *shift);
                }
            }
        }
    });
}

/// The gradient before the normalisation, in the place of the one behind it; those of gain and shift are added to.
pub(crate) fn layer_norm_backward(
    gradient: &mut [f32],
    kept: &Normalised,
    gain: &[f32],
    of: Option<(&mut [f32], &mut [f32])>,
) {
    wide!('a, (gradient: &'a mut [f32], kept: &'a Normalised, gain: &'a [f32], of: Option<(&'a mut [f32], &'a mut [f32])>) {
        let mut of = of;
        let width = gain.len().max(1);
        let share = 1.0 / width as f32;
        for ((row, values), scale) in
            gradient.chunks_exact_mut(width).zip(kept.values.chunks_exact(width)).zip(&kept.scales)
        {
            if let Some((gains, shifts)) = of.as_mut() {
                for (((gains, shifts), g), x) in gains.iter_mut().zip(shifts.iter_mut()).zip(row.iter()).zip(values) {
                    *gains = g.mul_add(*x, *gains);
                    *shifts += g;
                }
            }
            row.iter_mut().zip(gain).for_each(|(g, gain)| *g *= gain);
            let mean = sum(row, |g| g) * share;
            let along = dot(row, values) * share;
            for (g, x) in row.iter_mut().zip(values) {
                *g = scale * x.mul_add(-along, *g - mean);
            }
        }
    });
}

/// `gain · x / sqrt(mean(x²) + ε)` of each row.
pub(crate) fn rms_norm(inputs: &[f32], gain: &[f32], epsilon: f32, keep: Option<&mut Normalised>) -> Vec<f32> {
    let width = gain.len().max(1);
    let mut none = Normalised::default();
    let keeps = keep.is_some();
    let kept = keep.unwrap_or(&mut none);
    if keeps {
        kept.values = vec![0.0; inputs.len()];
        kept.scales = vec![0.0; inputs.len() / width];
    }
    let mut out = vec![0.0; inputs.len()];
    let result = out.as_mut_slice();
    wide!('a, (inputs: &'a [f32], gain: &'a [f32], epsilon: f32, kept: &'a mut Normalised, keeps: bool, result: &'a mut [f32]) {
        let width = gain.len().max(1);
        let share = 1.0 / width as f32;
        for (at, (row, out)) in inputs.chunks_exact(width).zip(result.chunks_exact_mut(width)).enumerate() {
            let scale = 1.0 / (sum(row, |x| x * x).mul_add(share, epsilon)).sqrt();
            if keeps {
                let kept_row = &mut kept.values[at * width..][..width];
                kept_row.iter_mut().zip(row).for_each(|(kept, x)| *kept = x * scale);
                kept.scales[at] = scale;
            }
            for ((out, x), gain) in out.iter_mut().zip(row).zip(gain) {
                *out = x * scale * gain;
            }
        }
    });
    out
}

/// As [`layer_norm_backward`], without mean and shift.
pub(crate) fn rms_norm_backward(gradient: &mut [f32], kept: &Normalised, gain: &[f32], gains: Option<&mut [f32]>) {
    wide!('a, (gradient: &'a mut [f32], kept: &'a Normalised, gain: &'a [f32], gains: Option<&'a mut [f32]>) {
        let mut gains = gains;
        let width = gain.len().max(1);
        let share = 1.0 / width as f32;
        for ((row, values), scale) in
            gradient.chunks_exact_mut(width).zip(kept.values.chunks_exact(width)).zip(&kept.scales)
        {
            if let Some(gains) = gains.as_mut() {
                for ((gains, g), x) in gains.iter_mut().zip(row.iter()).zip(values) {
                    *gains = g.mul_add(*x, *gains);
                }
            }
            row.iter_mut().zip(gain).for_each(|(g, gain)| *g *= gain);
            let along = dot(row, values) * share;
            for (g, x) in row.iter_mut().zip(values) {
                *g = scale * x.mul_add(-along, *g);
            }
        }
    });
}
