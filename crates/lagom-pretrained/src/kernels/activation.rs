//! What a hidden layer does to its numbers, with its bias, and back.

use super::elementary::{erf, exp, sigmoid, tanh};
use crate::shape::Activation;
use crate::wide::wide;

/// 1 / √2, 1 / √(2π), √(2/π).
const HALF_ROOT: f32 = std::f32::consts::FRAC_1_SQRT_2;
const DENSITY: f32 = 0.398_942_3;
const TANH_SCALE: f32 = 0.797_884_6;

/// The hidden layer after its activation, and what the way back needs.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    /// `[rows, width]`.
    pub(crate) values: Vec<f32>,
    /// The derivative at each number, or for a gated layer the numbers `[rows, 2 width]` before; empty if it was not asked for.
    pub(crate) kept: Vec<f32>,
}

/// Value and derivative.
#[inline(always)]
fn of(activation: Activation, x: f32) -> (f32, f32) {
    match activation {
        Activation::Gelu => {
            let below = 0.5 * (1.0 + erf(x * HALF_ROOT));
            (x * below, (x * DENSITY).mul_add(exp(-0.5 * x * x), below))
        }
        Activation::GeluTanh => {
            let inner = TANH_SCALE * (0.044_715 * x * x).mul_add(x, x);
            let t = tanh(inner);
            let slope = TANH_SCALE * (3.0 * 0.044_715 * x).mul_add(x, 1.0);
            (0.5 * x * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope)
        }
        Activation::Relu => (x.max(0.0), if x > 0.0 { 1.0 } else { 0.0 }),
        Activation::Silu => {
            let s = sigmoid(x);
            (x * s, s * x.mul_add(1.0 - s, 1.0))
        }
    }
}

#[inline(always)]
fn plain<const KEEP: bool>(activation: Activation, values: &mut [f32], bias: &[f32], kept: &mut [f32]) {
    let width = bias.len().max(1);
    if KEEP {
        for (row, slopes) in values.chunks_exact_mut(width).zip(kept.chunks_exact_mut(width)) {
            for ((value, slope), bias) in row.iter_mut().zip(slopes).zip(bias) {
                (*value, *slope) = of(activation, *value + bias);
            }
        }
    } else {
        for row in values.chunks_exact_mut(width) {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value = of(activation, *value + bias).0;
            }
        }
    }
}

/// Each activation gets a loop of its own: a choice inside it would not vectorise.
#[inline(always)]
fn plain_of<const KEEP: bool>(activation: Activation, values: &mut [f32], bias: &[f32], kept: &mut [f32]) {
    match activation {
        Activation::Gelu => plain::<KEEP>(Activation::Gelu, values, bias, kept),
        Activation::GeluTanh => plain::<KEEP>(Activation::GeluTanh, values, bias, kept),
        Activation::Relu => plain::<KEEP>(Activation::Relu, values, bias, kept),
        Activation::Silu => plain::<KEEP>(Activation::Silu, values, bias, kept),
    }
}

/// `f(x + bias)`, or `f(gate) · up` where rows are gate and up behind each other.
///
/// `inputs` are `[rows, width]` (twice the width if gated), `bias` as wide as a row, or empty.
pub(crate) fn activate(
    activation: Activation,
    mut inputs: Vec<f32>,
    bias: &[f32],
    columns: usize,
    gated: bool,
    keep: bool,
) -> Hidden {
    let none;
    let bias = if bias.is_empty() {
        none = vec![0.0; columns];
        &none
    } else {
        bias
    };
    if !gated {
        let mut kept = if keep { vec![0.0; inputs.len()] } else { Vec::new() };
        let (values, slopes) = (inputs.as_mut_slice(), kept.as_mut_slice());
        wide!('a, (activation: Activation, values: &'a mut [f32], bias: &'a [f32], slopes: &'a mut [f32], keep: bool) {
            if keep {
                plain_of::<true>(activation, values, bias, slopes);
            } else {
                plain_of::<false>(activation, values, bias, slopes);
            }
        });
        return Hidden { values: inputs, kept };
    }
    let half = columns / 2;
    let mut values = vec![0.0; inputs.len() / 2];
    let (rows, out) = (inputs.as_mut_slice(), values.as_mut_slice());
    wide!('a, (activation: Activation, rows: &'a mut [f32], bias: &'a [f32], out: &'a mut [f32], half: usize) {
        for (row, out) in rows.chunks_exact_mut((2 * half).max(1)).zip(out.chunks_exact_mut(half.max(1))) {
            row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
            let (gate, up) = row.split_at(half);
            gated_row(activation, gate, up, out);
        }
    });
    Hidden { values, kept: if keep { inputs } else { Vec::new() } }
}

#[inline(always)]
fn gated_row(activation: Activation, gate: &[f32], up: &[f32], out: &mut [f32]) {
    match activation {
        Activation::Silu => gate_by(Activation::Silu, gate, up, out),
        Activation::Gelu => gate_by(Activation::Gelu, gate, up, out),
        Activation::GeluTanh => gate_by(Activation::GeluTanh, gate, up, out),
        Activation::Relu => gate_by(Activation::Relu, gate, up, out),
    }
}

#[inline(always)]
fn gate_by(activation: Activation, gate: &[f32], up: &[f32], out: &mut [f32]) {
    for ((out, gate), up) in out.iter_mut().zip(gate).zip(up) {
        *out = of(activation, *gate).0 * up;
    }
}

/// Back through a row of a gated layer, in the place of gate and up.
#[inline(always)]
fn gate_back(activation: Activation, gate: &mut [f32], up: &mut [f32], gradient: &[f32]) {
    for ((gate, up), g) in gate.iter_mut().zip(up).zip(gradient) {
        let (value, slope) = of(activation, *gate);
        (*gate, *up) = (g * *up * slope, g * value);
    }
}

/// The gradient before the activation from the one behind it, in the place of what was kept.
pub(crate) fn activate_backward(
    activation: Activation,
    kept: Vec<f32>,
    gradient: Vec<f32>,
    columns: usize,
    gated: bool,
) -> Vec<f32> {
    let (mut kept, mut gradient) = (kept, gradient);
    if !gated {
        let (to, slopes) = (gradient.as_mut_slice(), kept.as_slice());
        wide!('a, (to: &'a mut [f32], slopes: &'a [f32]) {
            to.iter_mut().zip(slopes).for_each(|(to, slope)| *to *= slope);
        });
        return gradient;
    }
    let half = columns / 2;
    let (rows, from) = (kept.as_mut_slice(), gradient.as_slice());
    wide!('a, (activation: Activation, rows: &'a mut [f32], from: &'a [f32], half: usize) {
        for (row, gradient) in rows.chunks_exact_mut((2 * half).max(1)).zip(from.chunks_exact(half.max(1))) {
            let (gate, up) = row.split_at_mut(half);
            match activation {
                Activation::Silu => gate_back(Activation::Silu, gate, up, gradient),
                Activation::Gelu => gate_back(Activation::Gelu, gate, up, gradient),
                Activation::GeluTanh => gate_back(Activation::GeluTanh, gate, up, gradient),
                Activation::Relu => gate_back(Activation::Relu, gate, up, gradient),
            }
        }
    });
    kept
}
