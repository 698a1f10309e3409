//! Each kernel against its mathematics in `f64`: values, and gradients against central differences of the `f64` function.
//!
//! The kernels compute in `f32`, so what is compared is the kernel's gradient with the slope of the exact function, and the
//! tolerance is what `f32` allows: some 1e-6 of the terms that a gradient is the sum of.

use super::elementary::{dot, erf, exp, largest, sigmoid, sum, tanh};
use super::small_product::{Left, Out, Right, Size, product};
use super::*;
use crate::shape::{Activation, Rotary, RotaryScaling};
use crate::wide::wide;

/// Numbers between -1 and 1 without a pattern.
fn numbers(count: usize, seed: f64) -> Vec<f32> {
    (0..count).map(|i| ((i as f64 * 12.9898 + seed * 78.233).sin() * 43_758.545_3).fract() as f32).collect()
}

fn wider(values: &[f32]) -> Vec<f64> {
    values.iter().map(|x| f64::from(*x)).collect()
}

/// erf by its series (Abramowitz & Stegun 7.1.6), which converges for all x that matter.
fn exact_erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut total, mut n) = (x, x, 0.0);
    while term.abs() > 1e-17 {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        total += term;
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * total
}

/// Every gradient against the central difference of an exact function of all inputs.
fn differences(inputs: &[f32], gradient: &[f32], exact: impl Fn(&[f64]) -> f64, tolerance: f64) {
    let inputs = wider(inputs);
    assert_eq!(inputs.len(), gradient.len());
    for at in 0..inputs.len() {
        let slope = |step: f64| {
            let mut moved = inputs.clone();
            moved[at] += step;
            exact(&moved)
        };
        let slope = (slope(1e-5) - slope(-1e-5)) / 2e-5;
        assert!((slope - f64::from(gradient[at])).abs() < tolerance, "{at}: {slope} but {}", gradient[at]);
    }
}

/// The sum of outputs times weights, whose gradient the weights are.
fn weighted(outputs: &[f64], weights: &[f32]) -> f64 {
    outputs.iter().zip(weights).map(|(x, w)| x * f64::from(*w)).sum()
}

#[test]
fn exponential_and_error_function_are_exact_to_some_units() {
    for step in -88_000..88_000 {
        let x = step as f32 * 1e-3;
        let exact = f64::from(x).exp();
        if x > -87.3 {
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 3e-7, "exp({x})");
        }
        if x.abs() < 8.0 {
            let exact = exact_erf(f64::from(x));
            assert!(
                (f64::from(erf(x)) - exact).abs() < 4e-7 * exact.abs().max(1e-3),
                "erf({x}) = {} not {exact}",
                erf(x)
            );
            assert!((f64::from(tanh(x)) - f64::from(x).tanh()).abs() < 3e-7, "tanh({x})");
            let logistic = 1.0 / (1.0 + (-f64::from(x)).exp());
            assert!((f64::from(sigmoid(x)) - logistic).abs() < 1e-7, "sigmoid({x})");
        }
    }
    assert!(
        exp(-1000.0) < 1e-37 && exp(f32::NEG_INFINITY) < 1e-37 && exp(1000.0).is_finite() && exp(f32::NAN).is_nan()
    );
}

#[test]
fn reductions_are_the_same_each_time() {
    let values = numbers(1003, 1.0);
    let all = values.as_slice();
    let run = || wide!('a, (all: &'a [f32]) -> (f32, f32, f32) { (sum(all, exp), dot(all, all), largest(all)) });
    assert_eq!(run(), run());
    assert_eq!(largest(&values), values.iter().copied().fold(f32::MIN, f32::max));
    assert!((f64::from(sum(&values, |x| x)) - wider(&values).iter().sum::<f64>()).abs() < 1e-4);
}

fn exact_activation(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Gelu => 0.5 * x * (1.0 + exact_erf(x / std::f64::consts::SQRT_2)),
        Activation::GeluTanh => {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
            0.5 * x * (1.0 + inner.tanh())
        }
        Activation::Relu => x.max(0.0),
        Activation::Silu => x / (1.0 + (-x).exp()),
    }
}

#[test]
fn activations_and_their_gradients() {
    let bias = numbers(7, 3.0);
    let inputs: Vec<f32> = numbers(70, 2.0).iter().map(|x| 6.0 * x).collect();
    let weights = numbers(70, 4.0);
    for activation in [Activation::Gelu, Activation::GeluTanh, Activation::Relu, Activation::Silu] {
        let exact = |x: &[f64]| -> Vec<f64> {
            x.iter().enumerate().map(|(at, x)| exact_activation(activation, x + f64::from(bias[at % 7]))).collect()
        };
        let own = activate(activation, inputs.clone(), &bias, 7, false, true);
        let plain = activate(activation, inputs.clone(), &bias, 7, false, false);
        for ((own, plain), exact) in own.values.iter().zip(&plain.values).zip(exact(&wider(&inputs))) {
            assert!((f64::from(*own) - exact).abs() < 2e-6 && own == plain, "{activation:?}: {own} {exact}");
        }
        let back = activate_backward(activation, own.kept, weights.clone(), 7, false);
        differences(&inputs, &back, |x| weighted(&exact(x), &weights), 3e-6);
    }
}

#[test]
fn gated_layers_and_their_gradients() {
    let inputs: Vec<f32> = numbers(60, 2.0).iter().map(|x| 4.0 * x).collect();
    let weights = numbers(30, 5.0);
    let exact = |x: &[f64]| -> Vec<f64> {
        x.chunks_exact(10)
            .flat_map(|row| {
                (0..5).map(|at| exact_activation(Activation::Silu, row[at]) * row[5 + at]).collect::<Vec<_>>()
            })
            .collect()
    };
    let own = activate(Activation::Silu, inputs.clone(), &[], 10, true, true);
    assert!(own.values.iter().zip(exact(&wider(&inputs))).all(|(a, b)| (f64::from(*a) - b).abs() < 5e-6));
    let back = activate_backward(Activation::Silu, own.kept, weights.clone(), 10, true);
    differences(&inputs, &back, |x| weighted(&exact(x), &weights), 1e-5);
}

fn exact_norm(x: &[f64], gain: &[f64], shift: Option<&[f64]>, epsilon: f64) -> Vec<f64> {
    let width = gain.len();
    let rows = x.chunks_exact(width).flat_map(|row| {
        let mean = if shift.is_some() { row.iter().sum::<f64>() / width as f64 } else { 0.0 };
        let spread = (row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64 + epsilon).sqrt();
        (0..width).map(|at| gain[at] * (row[at] - mean) / spread + shift.map_or(0.0, |s| s[at])).collect::<Vec<_>>()
    });
    rows.collect()
}

#[test]
fn layer_normalisation_and_its_gradients() {
    let width = 19;
    let (inputs, weights) = (numbers(3 * width, 1.0), numbers(3 * width, 2.0));
    let (gain, shift): (Vec<f32>, Vec<f32>) =
        (numbers(width, 3.0).iter().map(|x| x + 1.0).collect(), numbers(width, 4.0));
    let mut kept = Normalised::default();
    let mut own = inputs.clone();
    layer_norm(&mut own, &gain, &shift, 1e-5, Some(&mut kept));
    let exact = exact_norm(&wider(&inputs), &wider(&gain), Some(&wider(&shift)), 1e-5);
    assert!(own.iter().zip(&exact).all(|(a, b)| (f64::from(*a) - b).abs() < 3e-6));
    let mut plain = inputs.clone();
    layer_norm(&mut plain, &gain, &shift, 1e-5, None);
    assert!(plain.iter().zip(&own).all(|(a, b)| (a - b).abs() < 1e-6));
    let (mut gains, mut shifts) = (vec![0.0; width], vec![0.0; width]);
    let mut back = weights.clone();
    layer_norm_backward(&mut back, &kept, &gain, Some((&mut gains, &mut shifts)));
    let of = |x: &[f64], g: &[f64], s: &[f64]| weighted(&exact_norm(x, g, Some(s), 1e-5), &weights);
    differences(&inputs, &back, |x| of(x, &wider(&gain), &wider(&shift)), 1e-5);
    differences(&gain, &gains, |g| of(&wider(&inputs), g, &wider(&shift)), 1e-5);
    differences(&shift, &shifts, |s| of(&wider(&inputs), &wider(&gain), s), 1e-5);
}

#[test]
fn root_mean_square_normalisation_and_its_gradients() {
    let width = 18;
    let (inputs, weights) = (numbers(3 * width, 6.0), numbers(3 * width, 7.0));
    let gain: Vec<f32> = numbers(width, 8.0).iter().map(|x| x + 1.0).collect();
    let mut kept = Normalised::default();
    let own = rms_norm(&inputs, &gain, 1e-6, Some(&mut kept));
    let exact = |x: &[f64], g: &[f64]| exact_norm(x, g, None, 1e-6);
    assert!(own.iter().zip(exact(&wider(&inputs), &wider(&gain))).all(|(a, b)| (f64::from(*a) - b).abs() < 3e-6));
    assert_eq!(own, rms_norm(&inputs, &gain, 1e-6, None));
    let mut gains = vec![0.0; width];
    let mut back = weights.clone();
    rms_norm_backward(&mut back, &kept, &gain, Some(&mut gains));
    differences(&inputs, &back, |x| weighted(&exact(x, &wider(&gain)), &weights), 1e-5);
    differences(&gain, &gains, |g| weighted(&exact(&wider(&inputs), g), &weights), 1e-5);
}

/// Attention as its definition says.
fn exact_attention(of: &Attention<'_>, rows: &[f64], starts: &[usize], table: Option<&[f64]>) -> Vec<f64> {
    let (columns, width) = (of.columns(), of.head_width);
    let mut out = vec![0.0; rows.len() / columns * of.out()];
    for text in starts.windows(2) {
        for head in 0..of.heads {
            let shared = head / (of.heads / of.key_heads);
            let key_at = (of.heads + shared) * width;
            let value_at = (of.heads + of.key_heads + shared) * width;
            for query in text[0]..text[1] {
                let seen = if of.causal { query + 1 } else { text[1] };
                let scores: Vec<f64> = (text[0]..seen)
                    .map(|key| {
                        let product: f64 = (0..width)
                            .map(|d| rows[query * columns + head * width + d] * rows[key * columns + key_at + d])
                            .sum();
                        let bias = table.zip(of.bias).map_or(0.0, |(table, bias)| {
                            table[usize::from(bias.buckets[bias.reach + key - query]) * of.heads + head]
                        });
                        product / (width as f64).sqrt() + bias
                    })
                    .collect();
                let total: f64 = scores.iter().map(|s| s.exp()).sum();
                for (key, score) in scores.iter().enumerate() {
                    for d in 0..width {
                        out[query * of.out() + head * width + d] +=
                            score.exp() / total * rows[(text[0] + key) * columns + value_at + d];
                    }
                }
            }
        }
    }
    out
}

#[test]
fn attention_and_its_gradients() {
    // Lengths around the sizes of tiles: 1, 4, 8 and 16.
    let starts = [0, 1, 6, 23];
    let buckets: Vec<u16> = (0..81).map(|at: u16| at % 5).collect();
    let table = numbers(5 * 4, 9.0);
    let bias = Bias { table: &table, buckets: &buckets, reach: 40 };
    for (heads, key_heads, causal, bias) in [(2, 2, false, None), (4, 2, true, None), (4, 4, false, Some(bias))] {
        let of = Attention { heads, key_heads, head_width: 6, causal, bias };
        let rows: Vec<f32> = numbers(23 * of.columns(), 1.0).iter().map(|x| 2.0 * x).collect();
        let weights = numbers(23 * of.out(), 2.0);
        let wide_table = bias.map(|_| wider(&table));
        let exact = |rows: &[f64], table: Option<&[f64]>| exact_attention(&of, rows, &starts, table);
        let mut kept = Vec::new();
        let own = of.forward(&rows, &starts, Some(&mut kept));
        let expected = exact(&wider(&rows), wide_table.as_deref());
        assert!(own.iter().zip(&expected).all(|(a, b)| (f64::from(*a) - b).abs() < 3e-6));
        assert_eq!(own, of.forward(&rows, &starts, None));
        let mut table_gradient = vec![0.0; table.len()];
        let back = of.backward(&rows, &starts, &kept, &weights, Some(&mut table_gradient));
        differences(&rows, &back, |rows| weighted(&exact(rows, wide_table.as_deref()), &weights), 1e-5);
        if bias.is_some() {
            let rows = wider(&rows);
            differences(&table, &table_gradient, |table| weighted(&exact(&rows, Some(table)), &weights), 2e-5);
        }
    }
}

struct Task<'a> {
    left: Left<'a>,
    right: Right<'a>,
    out: Out<'a>,
    size: Size,
}

impl pulp::WithSimd for Task<'_> {
    type Output = ();

    fn with_simd<S: pulp::Simd>(self, simd: S) {
        product(simd, self.left, self.right, self.out, self.size);
    }
}

#[test]
fn small_products_of_all_sizes() {
    for (rows, columns, inner) in [(1, 1, 1), (3, 5, 7), (8, 32, 16), (13, 55, 9), (20, 17, 64)] {
        let (a, b) = (numbers(rows * inner, 1.0), numbers(inner * columns, 2.0));
        let exact = |i: usize, j: usize| -> f64 {
            (0..inner).map(|k| f64::from(a[i * inner + k]) * f64::from(b[k * columns + j])).sum()
        };
        let turned: Vec<f32> = (0..inner * rows).map(|at| a[(at % rows) * inner + at / rows]).collect();
        for (values, row, column) in [(&a, inner, 1), (&turned, 1, rows)] {
            for adds in [false, true] {
                let mut out = vec![0.5; rows * (columns + 2)];
                pulp::Arch::new().dispatch(Task {
                    left: Left { values, row, column },
                    right: Right { values: &b, row: columns },
                    out: Out { values: &mut out, row: columns + 2, adds },
                    size: Size { rows, columns, inner },
                });
                for i in 0..rows {
                    for j in 0..columns {
                        let expected = exact(i, j) + if adds { 0.5 } else { 0.0 };
                        assert!((f64::from(out[i * (columns + 2) + j]) - expected).abs() < 1e-5);
                    }
                    // What lies between the rows stays.
                    assert_eq!(out[i * (columns + 2) + columns..][..2], [0.5, 0.5]);
                }
            }
        }
    }
}

#[test]
fn rotations_keep_lengths_and_turn_back() {
    let rotary = Rotary { theta: 10_000.0, scaling: RotaryScaling::None };
    let turned = Rotations::new(&rotary, 8, 0, 5);
    let before = numbers(2 * 5 * 24, 1.0);
    let mut rows = before.clone();
    turned.turn(&mut rows, 24, 0..16, &[0, 5, 10], false);
    // The first position is not turned, the third column of heads is none of theirs.
    assert_eq!(rows[..24], before[..24]);
    assert_eq!(rows[5 * 24..6 * 24], before[5 * 24..6 * 24]);
    assert!(rows.chunks_exact(24).zip(before.chunks_exact(24)).all(|(a, b)| a[16..] == b[16..]));
    // At position 1 the fastest pair (0, 4) is turned by 1 radian.
    let (a, b, at) = (f64::from(before[24]), f64::from(before[28]), 24);
    assert!((f64::from(rows[at]) - (a * 1f64.cos() - b * 1f64.sin())).abs() < 1e-6);
    assert!((f64::from(rows[at + 4]) - (b * 1f64.cos() + a * 1f64.sin())).abs() < 1e-6);
    turned.turn(&mut rows, 24, 0..16, &[0, 5, 10], true);
    assert!(rows.iter().zip(&before).all(|(a, b)| (a - b).abs() < 1e-6));
}

#[test]
fn log_softmax_is_known() {
    // Logits 0 and ln 3: shares 1/4 and 3/4.
    let row = [0.0, 3.0f32.ln()];
    let (log, likeliest) = log_softmax(&row, 0);
    assert!((log - 0.25f64.ln()).abs() < 1e-6 && !likeliest);
    assert!(log_softmax(&row, 1).1);
}
