//! Activations and their slopes, in loops that the compiler makes vectors of.

use crate::candidate::neural::settings::Activation;

/// exp, with a relative error below 2e-7 and no branches (Cephes' `expf`, Moshier 1992). Below -87 it is that of -87, above 88 that of 88.
#[inline]
fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.0, 88.0);
    let n = (x * std::f32::consts::LOG2_E + 0.5).floor();
    let r = (x - n * 0.693_359_4) - n * -2.121_944_4e-4;
    let p =
        ((((1.987_569_1e-4 * r + 1.398_2e-3) * r + 8.333_452e-3) * r + 4.166_579_6e-2) * r + 1.666_666_5e-1) * r + 0.5;
    let power = f32::from_bits((((n as i32) + 127) << 23) as u32);
    (p * r * r + r + 1.0) * power
}

#[inline]
fn tanh(x: f32) -> f32 {
    let e = exp(-2.0 * x.abs());
    ((1.0 - e) / (1.0 + e)).copysign(x)
}

#[inline]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The normal distribution function, with an error below 2e-7 (Abramowitz & Stegun 1964, 7.1.26, for erf).
#[inline]
fn normal_share(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let p = ((((1.061_405_4 * t - 1.453_152) * t + 1.421_413_7) * t - 0.284_496_74) * t + 0.254_829_6) * t;
    0.5 * (1.0 + (1.0 - p * exp(-z * z)).copysign(x))
}

/// 1 / √(2π).
const DENSITY: f32 = 0.398_942_3;

/// Applies an activation in place.
pub(in crate::candidate::neural) fn activate(kind: Activation, values: &mut [f32]) {
    match kind {
        Activation::Relu => values.iter_mut().for_each(|x| *x = x.max(0.0)),
        Activation::Gelu => values.iter_mut().for_each(|x| *x *= normal_share(*x)),
        Activation::Silu => values.iter_mut().for_each(|x| *x *= sigmoid(*x)),
        Activation::Tanh => values.iter_mut().for_each(|x| *x = tanh(*x)),
    }
}

/// Multiplies a gradient by the slopes of an activation at the values that it was applied to.
pub(in crate::candidate::neural) fn slopes(kind: Activation, at: &[f32], gradient: &mut [f32]) {
    let pairs = gradient.iter_mut().zip(at);
    match kind {
        Activation::Relu => pairs.for_each(|(g, x)| *g *= f32::from(u8::from(*x > 0.0))),
        Activation::Gelu => pairs.for_each(|(g, x)| *g *= normal_share(*x) + x * DENSITY * exp(-0.5 * x * x)),
        Activation::Silu => pairs.for_each(|(g, x)| {
            let s = sigmoid(*x);
            *g *= s * (1.0 + x * (1.0 - s));
        }),
        Activation::Tanh => pairs.for_each(|(g, x)| {
            let t = tanh(*x);
            *g *= 1.0 - t * t;
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exp_and_stays_finite() {
        let off =
            (-8_700..8_800).map(|i| i as f32 / 100.0).map(|x| (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs());
        assert!(off.fold(0.0, f64::max) < 3e-7);
        assert!([f32::MIN, -1e3, 1e3, f32::MAX].into_iter().all(|x| exp(x).is_finite()));
        assert_eq!((tanh(0.0), tanh(50.0), tanh(-50.0), normal_share(0.0)), (0.0, 1.0, -1.0, 0.5));
    }
}
