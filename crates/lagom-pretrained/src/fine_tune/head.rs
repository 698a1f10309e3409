//! The linear head, and the loss on it.

use super::recipe::Targets;

/// `outputs = weights · pooled + biases`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Head {
    /// `[outputs, width]`.
    pub(super) weights: Vec<f32>,
    /// `[outputs]`.
    pub(super) biases: Vec<f32>,
}

/// The loss of a batch and its gradient with respect to the outputs, `[texts, outputs]`.
pub(super) struct Loss {
    pub(super) mean: f64,
    pub(super) gradient: Vec<f32>,
}

/// Gradients of a head.
pub(super) struct HeadGradient {
    pub(super) weights: Vec<f32>,
    pub(super) biases: Vec<f32>,
    /// Of the pooled vectors, `[texts, width]`.
    pub(super) pooled: Vec<f32>,
}

impl Head {
    /// Outputs of each pooled vector, `[texts, outputs]`.
    pub(super) fn outputs(&self, pooled: &[f32], width: usize) -> Vec<f32> {
        let row = |x: &[f32]| {
            let each = |(weights, bias): (&[f32], &f32)| {
                weights.iter().zip(x).map(|(w, x)| f64::from(*w) * f64::from(*x)).sum::<f64>() as f32 + bias
            };
            self.weights.chunks_exact(width.max(1)).zip(&self.biases).map(each).collect::<Vec<f32>>()
        };
        pooled.chunks_exact(width.max(1)).flat_map(row).collect()
    }

    /// Back through the head.
    pub(super) fn backward(&self, pooled: &[f32], width: usize, gradient: &[f32]) -> HeadGradient {
        let outputs = self.biases.len();
        let mut back = HeadGradient {
            weights: vec![0.0; self.weights.len()],
            biases: vec![0.0; outputs],
            pooled: vec![0.0; pooled.len()],
        };
        let rows = pooled.chunks_exact(width.max(1)).zip(back.pooled.chunks_exact_mut(width.max(1)));
        for ((x, through), gradient) in rows.zip(gradient.chunks_exact(outputs.max(1))) {
            for (output, g) in gradient.iter().enumerate() {
                back.biases[output] += g;
                let own = &self.weights[output * width..][..width];
                let sums = &mut back.weights[output * width..][..width];
                for (((through, w), sum), x) in through.iter_mut().zip(own).zip(sums).zip(x) {
                    *through += g * w;
                    *sum += g * x;
                }
            }
        }
        back
    }
}

/// Cross-entropy against classes (of which `smoothing` is spread over all), or squared error against numbers; means over the batch.
pub(super) fn loss(outputs: &[f32], targets: &Targets<'_>, which: &[usize], smoothing: f32) -> Loss {
    let count = which.len().max(1) as f64;
    let mut total = 0.0;
    let mut gradient = Vec::with_capacity(outputs.len());
    match targets {
        Targets::Classes { of, count: classes } => {
            let (classes, smoothing) = (*classes, f64::from(smoothing));
            for (at, row) in which.iter().zip(outputs.chunks_exact(classes.max(1))) {
                let top = row.iter().fold(f64::NEG_INFINITY, |top, x| top.max(f64::from(*x)));
                let sum: f64 = row.iter().map(|x| (f64::from(*x) - top).exp()).sum();
                for (class, x) in row.iter().enumerate() {
                    let log = f64::from(*x) - top - sum.ln();
                    let own = if of[*at] as usize == class { 1.0 - smoothing } else { 0.0 };
                    let share = own + smoothing / classes as f64;
                    total -= share * log;
                    gradient.push(((log.exp() - share) / count) as f32);
                }
            }
        }
        Targets::Numbers(of) => {
            for (at, x) in which.iter().zip(outputs) {
                let off = f64::from(*x) - f64::from(of[*at]);
                total += off * off;
                gradient.push((2.0 * off / count) as f32);
            }
        }
        // Their loss is that of tokens, not of a head.
        Targets::Continuations { .. } => {}
    }
    Loss { mean: total / count, gradient }
}
