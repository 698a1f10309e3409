//! AdamW (Loshchilov & Hutter 2019), as PyTorch does it.

use crate::wide::wide;

pub(super) const FIRST: f32 = 0.9;
pub(super) const SECOND: f32 = 0.999;
pub(super) const EPSILON: f32 = 1e-8;

/// Running means of the gradient and of its square.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Moments {
    pub(crate) first: Vec<f32>,
    pub(crate) second: Vec<f32>,
}

impl Moments {
    pub(crate) fn new(count: usize) -> Self {
        Self { first: vec![0.0; count], second: vec![0.0; count] }
    }
}

/// One step of all parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// From 1.
    pub(crate) number: u64,
    pub(crate) rate: f32,
    pub(crate) weight_decay: f32,
}

/// What a step does to each number, once it is known which step it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corrected {
    /// The rate over what the mean of gradients lacks of its weights.
    pub(super) rate: f32,
    /// What the root of the mean of squares is multiplied by for the same reason.
    pub(super) root: f32,
    /// The share of each value that weight decay leaves.
    pub(super) keep: f32,
}

impl Step {
    pub(super) fn corrected(&self) -> Corrected {
        let number = self.number.min(1 << 30) as i32;
        Corrected {
            rate: (f64::from(self.rate) / (1.0 - f64::from(FIRST).powi(number))) as f32,
            root: (1.0 / (1.0 - f64::from(SECOND).powi(number)).sqrt()) as f32,
            keep: 1.0 - self.rate * self.weight_decay,
        }
    }

    /// Moves values along their gradients.
    pub(crate) fn apply(&self, values: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        let Corrected { rate, root, keep } = self.corrected();
        wide!('a, (
            values: &'a mut [f32], gradient: &'a [f32], first: &'a mut [f32], second: &'a mut [f32],
            rate: f32, root: f32, keep: f32
        ) {
            for (((value, g), m), v) in values.iter_mut().zip(gradient).zip(first).zip(second) {
                *m = (1.0 - FIRST).mul_add(*g - *m, *m);
                *v = (SECOND * *v) + (1.0 - SECOND) * (g * g);
                let spread = v.sqrt().mul_add(root, EPSILON);
                *value = *value * keep - rate * *m / spread;
            }
        });
    }
}

/// Sum of squares.
pub(crate) fn squared(values: &[f32]) -> f64 {
    wide!('a, (values: &'a [f32]) -> f64 {
        let mut sums = [0.0f64; 16];
        let mut chunks = values.chunks_exact(16);
        for chunk in &mut chunks {
            for (sum, value) in sums.iter_mut().zip(chunk) {
                *sum += f64::from(*value) * f64::from(*value);
            }
        }
        let rest: f64 = chunks.remainder().iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
        sums.iter().sum::<f64>() + rest
    })
}

/// Multiplies all values.
pub(crate) fn scale(values: &mut [f32], by: f32) {
    wide!('a, (values: &'a mut [f32], by: f32) {
        values.iter_mut().for_each(|value| *value *= by);
    });
}
