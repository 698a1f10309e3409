//! Rotations of queries and keys by position (Su et al. 2021), in the order of Llama: halves of a head, not neighbours.

use crate::shape::{Rotary, RotaryScaling};
use crate::wide::wide;

/// Cosines and sines of all positions of a batch.
#[derive(Debug, Clone)]
pub(crate) struct Rotations {
    half: usize,
    /// `[positions, half]`.
    cosines: Vec<f32>,
    sines: Vec<f32>,
}

impl Rotations {
    /// Those of so many `positions`, from the position `first` on.
    pub(crate) fn new(rotary: &Rotary, head_width: usize, first: usize, positions: usize) -> Self {
        let half = head_width / 2;
        let speeds: Vec<f64> = (0..half)
            .map(|at| {
                let speed = f64::from(1.0 / (rotary.theta as f32).powf((2 * at) as f32 / head_width as f32));
                stretched(speed, &rotary.scaling)
            })
            .collect();
        let angle = |at: usize| f64::from((first + at / half.max(1)) as f32 * speeds[at % half.max(1)] as f32);
        let count = positions * half;
        Self {
            half,
            cosines: (0..count).map(|at| angle(at).cos() as f32).collect(),
            sines: (0..count).map(|at| angle(at).sin() as f32).collect(),
        }
    }

    /// `[positions, half a head]`.
    #[cfg(any(test, feature = "device"))]
    pub(crate) fn cosines(&self) -> &[f32] {
        &self.cosines
    }

    /// As [`Rotations::cosines`].
    #[cfg(any(test, feature = "device"))]
    pub(crate) fn sines(&self) -> &[f32] {
        &self.sines
    }

    /// Turns `heads` heads, which start at column `from` of rows of `columns` numbers, by their position (`back`: the other way round).
    pub(crate) fn turn(
        &self,
        rows: &mut [f32],
        columns: usize,
        heads: std::ops::Range<usize>,
        starts: &[usize],
        back: bool,
    ) {
        let (of, sign) = (self, if back { -1.0 } else { 1.0 });
        wide!('a, (
            of: &'a Rotations, rows: &'a mut [f32], columns: usize, heads: std::ops::Range<usize>, starts: &'a [usize], sign: f32
        ) {
            let half = of.half;
            for text in starts.windows(2) {
                for at in text[0]..text[1] {
                    let position = at - text[0];
                    let cosines = &of.cosines[position * half..][..half];
                    let sines = &of.sines[position * half..][..half];
                    let row = &mut rows[at * columns..][..columns];
                    for head in row[heads.clone()].chunks_exact_mut(2 * half) {
                        let (first, second) = head.split_at_mut(half);
                        for (((a, b), c), s) in first.iter_mut().zip(second).zip(cosines).zip(sines) {
                            let s = sign * s;
                            (*a, *b) = (a.mul_add(*c, -(*b * s)), b.mul_add(*c, *a * s));
                        }
                    }
                }
            }
        });
    }
}

/// The speed of a rotation after scaling (transformers' `modeling_rope_utils`).
fn stretched(speed: f64, scaling: &RotaryScaling) -> f64 {
    match *scaling {
        RotaryScaling::None => speed,
        RotaryScaling::Linear { factor } => speed / factor,
        RotaryScaling::Llama3 { factor, low, high, original } => {
            let length = std::f64::consts::TAU / speed;
            if length < original / high {
                speed
            } else if length > original / low {
                speed / factor
            } else {
                let smooth = (original / length - low) / (high - low);
                (1.0 - smooth) * speed / factor + smooth * speed
            }
        }
    }
}
