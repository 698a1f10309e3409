//! One step of an optimiser on plain vectors, with what is added to a gradient before it.

use super::adam::AdamStep;
use super::recipe::Recipe;
use super::settings::Optimiser;

/// Smoothing of RMSprop's running mean of squares (PyTorch's `alpha`).
const RMS_SMOOTHING: f32 = 0.99;
/// Keeps RMSprop's division finite (PyTorch's `eps`).
const RMS_EPSILON: f32 = 1e-8;
/// Momentum of SGD unless the schedule says another.
const MOMENTUM: f64 = 0.9;
/// Lion's betas (Chen et al. 2023): of the direction and of what is remembered.
const LION: (f64, f64) = (0.9, 0.99);
/// PyTorch's `clip_grad_norm_` adds this to the norm that it divides by.
const NORM_EPSILON: f64 = 1e-6;

/// How one step moves parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update<'a> {
    recipe: &'a Recipe,
    rate: f64,
    momentum: Option<f64>,
    number: u64,
}

impl<'a> Update<'a> {
    /// Step `number` (from 1) at learning rate `rate`; `momentum` where the schedule says one.
    pub(super) fn new(recipe: &'a Recipe, rate: f64, momentum: Option<f64>, number: u64) -> Self {
        Self { recipe, rate, momentum, number }
    }

    /// The same for parameters that were moved so often, this time included.
    pub(super) fn at(self, number: u64) -> Self {
        Self { number, ..self }
    }

    /// Whether there are penalties to add to gradients.
    pub(super) fn has_penalties(&self) -> bool {
        self.recipe.l1 > 0.0 || self.recipe.l2 > 0.0
    }

    /// Adds the gradient of the penalties on these weights: `l1 sign(w) + l2 w`.
    pub(super) fn penalise(&self, weights: &[f32], gradient: &mut [f32]) {
        let (l1, l2) = (self.recipe.l1 as f32, self.recipe.l2 as f32);
        for (g, w) in gradient.iter_mut().zip(weights) {
            *g += l1 * sign(*w) + l2 * w;
        }
    }

    /// What a whole gradient of that squared norm is multiplied by; none where it stays as it is.
    pub(super) fn clipping(&self, squared_norm: impl FnOnce() -> f64) -> Option<f32> {
        let most = self.recipe.gradient_clipping;
        if most <= 0.0 {
            return None;
        }
        let factor = most / (squared_norm().sqrt() + NORM_EPSILON);
        (factor < 1.0).then_some(factor as f32)
    }

    /// Moves `weights` against `gradient`; `first` and `second` are what is remembered of earlier steps. The four slices
    /// have the same length. Only where it `decays` has the weight decay an effect.
    pub(super) fn apply(
        &self,
        weights: &mut [f32],
        gradient: &[f32],
        (first, second): (&mut [f32], &mut [f32]),
        decays: bool,
    ) {
        let Recipe { optimiser, beta1, beta2, weight_decay, .. } = *self.recipe;
        let decay = if decays { weight_decay } else { 0.0 };
        let betas = (self.momentum.unwrap_or(beta1), beta2);
        match optimiser {
            Optimiser::AdamW => {
                AdamStep::new(self.rate, betas, decay, self.number).apply(weights, gradient, first, second)
            }
            Optimiser::Adam => {
                let coupled: Vec<f32> = weights.iter().zip(gradient).map(|(w, g)| g + decay as f32 * w).collect();
                AdamStep::new(self.rate, betas, 0.0, self.number).apply(weights, &coupled, first, second);
            }
            Optimiser::Sgd => {
                let (rate, decay, keep) = (self.rate as f32, decay as f32, self.momentum.unwrap_or(MOMENTUM) as f32);
                for ((w, g), m) in weights.iter_mut().zip(gradient).zip(first) {
                    *m = keep * *m + (g + decay * *w);
                    *w -= rate * *m;
                }
            }
            Optimiser::RmsProp => {
                let (rate, decay) = (self.rate as f32, decay as f32);
                for ((w, g), v) in weights.iter_mut().zip(gradient).zip(second) {
                    let g = g + decay * *w;
                    *v = RMS_SMOOTHING * *v + (1.0 - RMS_SMOOTHING) * g * g;
                    *w -= rate * g / (v.sqrt() + RMS_EPSILON);
                }
            }
            Optimiser::Lion => {
                let (rate, decay) = (self.rate as f32, (self.rate * decay) as f32);
                let (ahead, keep) = (self.momentum.unwrap_or(LION.0) as f32, LION.1 as f32);
                for ((w, g), m) in weights.iter_mut().zip(gradient).zip(first) {
                    let direction = sign(ahead * *m + (1.0 - ahead) * g);
                    *w -= rate * direction + decay * *w;
                    *m = keep * *m + (1.0 - keep) * g;
                }
            }
        }
    }
}

/// 1, -1, or 0 of 0.
fn sign(value: f32) -> f32 {
    f32::from(u8::from(value > 0.0)) - f32::from(u8::from(value < 0.0))
}

/// Sum of squares.
pub(super) fn squared(values: &[f32]) -> f64 {
    values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum()
}
