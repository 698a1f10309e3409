//! AdamW (Loshchilov & Hutter 2019, "Decoupled weight decay regularization") on plain vectors.
//!
//! Written out here because the embedding table needs the *lazy* form (only the rows a batch
//! touched are updated), which the tensor library does not have, and because one fused pass over
//! a vector costs a small network far less than a dozen tensor operations for each parameter.

/// Constants of one optimiser step.
#[derive(Debug, Clone, Copy)]
pub(super) struct AdamStep {
    rate: f32,
    beta1: f32,
    beta2: f32,
    decay: f32,
    correct1: f32,
    correct2: f32,
}

/// Keeps the division finite where a gradient was always zero; Kingma & Ba (2015) use 1e-8.
const EPSILON: f32 = 1e-8;

impl AdamStep {
    /// Step number `step` (from 1) at learning rate `rate`; `decay` is multiplied by the rate.
    pub(super) fn new(rate: f64, betas: (f64, f64), decay: f64, step: u64) -> Self {
        let power = i32::try_from(step).unwrap_or(i32::MAX);
        Self {
            rate: rate as f32,
            beta1: betas.0 as f32,
            beta2: betas.1 as f32,
            decay: (rate * decay) as f32,
            correct1: (1.0 / (1.0 - betas.0.powi(power))) as f32,
            correct2: (1.0 / (1.0 - betas.1.powi(power))) as f32,
        }
    }

    /// Moves `weights` against `gradient`; `first` and `second` are the running moments. The four
    /// slices have the same length.
    pub(super) fn apply(&self, weights: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        let (keep1, keep2) = (1.0 - self.beta1, 1.0 - self.beta2);
        let moments = first.iter_mut().zip(second.iter_mut());
        for ((w, g), (m, v)) in weights.iter_mut().zip(gradient).zip(moments) {
            *m = self.beta1 * *m + keep1 * g;
            *v = self.beta2 * *v + keep2 * g * g;
            let direction = *m * self.correct1 / ((*v * self.correct2).sqrt() + EPSILON);
            *w -= self.rate * direction + self.decay * *w;
        }
    }
}

/// Running moments of one vector of parameters.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Running mean of the gradient.
    pub(super) first: Vec<f32>,
    /// Running mean of the squared gradient.
    pub(super) second: Vec<f32>,
}

impl Moments {
    /// Zero moments for `count` parameters.
    pub(super) fn new(count: usize) -> Self {
        Self { first: vec![0.0; count], second: vec![0.0; count] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_step_moves_by_the_rate_against_the_sign() {
        let (mut w, mut m) = (vec![1.0f32, -1.0], Moments::new(2));
        AdamStep::new(0.1, (0.9, 0.999), 0.0, 1).apply(&mut w, &[3.0, -0.01], &mut m.first, &mut m.second);
        assert!((w[0] - 0.9).abs() < 1e-5 && (w[1] + 0.9).abs() < 1e-5);
    }

    #[test]
    fn decay_alone_shrinks() {
        let (mut w, mut m) = (vec![2.0f32], Moments::new(1));
        AdamStep::new(0.1, (0.9, 0.999), 0.5, 1).apply(&mut w, &[0.0], &mut m.first, &mut m.second);
        assert!((w[0] - 1.9).abs() < 1e-6);
    }
}
