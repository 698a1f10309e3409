//! Exponential and error function without branches, so that a loop over them becomes vector instructions.

/// `exp(x)` to 2 units in the last place; 0 below -87.3 is a tiny number, above 88 the value at 88.
///
/// `x = n ln 2 + r`, a polynomial in r, and n added to the exponent (Cephes' expf, Moshier 1989). Adding 1.5 · 2²³ rounds to n and leaves
/// it in the low bits.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.3, 88.0);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-0.693_359_4, x);
    let r = n.mul_add(2.121_944_4e-4, r);
    let p = r.mul_add(1.987_569_1e-4, 1.398_199_9e-3);
    let p = r.mul_add(p, 8.333_452e-3);
    let p = r.mul_add(p, 4.166_579_6e-2);
    let p = r.mul_add(p, 1.666_666_5e-1);
    let p = r.mul_add(p, 0.5);
    let y = (r * r).mul_add(p, r) + 1.0;
    y * f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000))
}

/// The error function to 4e-7 of its value: a rational function of x up to 4, where it is 1 (Eigen's `erf` of floats).
#[inline(always)]
pub(super) fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let s = x * x;
    let p = s.mul_add(-2.726_142_3e-10, 2.770_681_4e-8);
    let p = s.mul_add(p, -2.101_024e-6);
    let p = s.mul_add(p, -5.692_506_5e-5);
    let p = s.mul_add(p, -7.349_906_3e-4);
    let p = s.mul_add(p, -2.954_6e-3);
    let p = s.mul_add(p, -1.609_603_3e-2);
    let q = s.mul_add(-1.456_607_2e-5, -2.133_740_6e-4);
    let q = s.mul_add(q, -1.682_827e-3);
    let q = s.mul_add(q, -7.373_329e-3);
    let q = s.mul_add(q, -1.426_473_9e-2);
    x * p / q
}

/// `1 / (1 + exp(-x))`.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `tanh(x) = 2 σ(2x) - 1`: its absolute error is that of the sigmoid, which is all that GELU needs of it.
#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    2.0f32.mul_add(sigmoid(2.0 * x), -1.0)
}

/// Sixteen sums side by side, then one: vector instructions need the order to be free, so it is fixed here.
#[inline(always)]
pub(super) fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0f32; 16];
    let mut chunks = values.chunks_exact(16);
    for chunk in &mut chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += of(*value);
        }
    }
    let rest: f32 = chunks.remainder().iter().map(|value| of(*value)).sum();
    sums.iter().sum::<f32>() + rest
}

/// Sum of products of two rows of the same length.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 16];
    let (mut left, mut right) = (a.chunks_exact(16), b.chunks_exact(16));
    for (a, b) in (&mut left).zip(&mut right) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum = a.mul_add(*b, *sum);
        }
    }
    let rest: f32 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// The largest of a row; minus infinity of none.
#[inline(always)]
pub(super) fn largest(values: &[f32]) -> f32 {
    let mut tops = [f32::NEG_INFINITY; 16];
    let mut chunks = values.chunks_exact(16);
    for chunk in &mut chunks {
        for (top, value) in tops.iter_mut().zip(chunk) {
            *top = if *value > *top { *value } else { *top };
        }
    }
    tops.iter().chain(chunks.remainder()).fold(f32::NEG_INFINITY, |top, value| if *value > top { *value } else { top })
}
