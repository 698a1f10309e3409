//! Weights as they are kept: whole, only those that are not 0, or as one byte each.

use serde::{Deserialize, Serialize};

/// Largest level of a weight that is kept as a byte.
const LEVELS: f32 = 127.0;

/// Weights, row-major `[inputs, outputs]`, with the form in which they are written to a file. They are held whole in memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub(in crate::candidate::neural) struct Matrix {
    pub(in crate::candidate::neural) inputs: u32,
    pub(in crate::candidate::neural) outputs: u32,
    pub(in crate::candidate::neural) values: Vec<f32>,
    /// Whether only those that are not 0 are written.
    sparse: bool,
    /// What a level of one byte is worth, of each output; empty where weights are written in four bytes.
    scales: Vec<f32>,
}

/// What is written.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    inputs: u32,
    outputs: u32,
    /// One bit a weight, lowest bit first: whether it is written. Empty: all are.
    kept: Vec<u8>,
    values: Values,
}

#[derive(Clone, Serialize, Deserialize)]
enum Values {
    Whole(Vec<f32>),
    Bytes { scales: Vec<f32>, levels: Vec<i8> },
}

impl Matrix {
    /// Whole weights.
    pub(super) fn new(inputs: u32, outputs: u32, values: Vec<f32>) -> Self {
        Self { inputs, outputs, values, sparse: false, scales: Vec::new() }
    }

    /// Whether it has as many values as its shape says.
    pub(super) fn is_sound(&self) -> bool {
        self.values.len() == self.inputs as usize * self.outputs as usize
    }

    /// Numbers that it stores: those that are not 0, where only these are written.
    pub(super) fn parameters(&self) -> u64 {
        let stored =
            if self.sparse { self.values.iter().filter(|value| **value != 0.0).count() } else { self.values.len() };
        stored as u64
    }

    /// Writes only the weights that are not 0 from now on.
    pub(super) fn keep_sparse(&mut self) {
        self.sparse = true;
    }

    /// Brings each weight to the nearest multiple of the largest of its output over 127 (symmetric quantisation by output: Jacob et al. 2018),
    /// which is off by half of that at most, and writes one byte for it from now on.
    pub(super) fn quantise(&mut self) {
        let outputs = (self.outputs as usize).max(1);
        let mut scales = vec![0.0f32; outputs];
        for row in self.values.chunks_exact(outputs) {
            scales.iter_mut().zip(row).for_each(|(top, value)| *top = top.max(value.abs()));
        }
        scales.iter_mut().for_each(|top| *top /= LEVELS);
        for row in self.values.chunks_exact_mut(outputs) {
            row.iter_mut().zip(&scales).for_each(|(value, scale)| *value = level(*value, *scale) * scale);
        }
        self.scales = scales;
    }
}

/// The level of a weight; 0 where all of its output are 0.
fn level(value: f32, scale: f32) -> f32 {
    if scale > 0.0 { (value / scale).round().clamp(-LEVELS, LEVELS) } else { 0.0 }
}

impl From<Matrix> for Stored {
    fn from(matrix: Matrix) -> Self {
        let Matrix { inputs, outputs, values, sparse, scales } = matrix;
        let mut kept = Vec::new();
        if sparse {
            kept = vec![0u8; values.len().div_ceil(8)];
            values
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != 0.0)
                .for_each(|(at, _)| kept[at / 8] |= 1 << (at % 8));
        }
        let written = values.iter().enumerate().filter(|(_, value)| !sparse || **value != 0.0);
        let values = if scales.is_empty() {
            Values::Whole(written.map(|(_, value)| *value).collect())
        } else {
            let byte = |(at, value): (usize, &f32)| level(*value, scales[at % scales.len()]) as i8;
            let levels = written.map(byte).collect();
            Values::Bytes { scales, levels }
        };
        Self { inputs, outputs, kept, values }
    }
}

impl TryFrom<Stored> for Matrix {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { inputs, outputs, kept, values } = stored;
        let count = u64::from(inputs) * u64::from(outputs);
        let misfit = || format!("{inputs} times {outputs} weights do not fit what is written of them");
        let written = match &values {
            Values::Whole(values) => values.len(),
            Values::Bytes { levels, .. } => levels.len(),
        };
        // No more memory is taken than bits or values stand in the file.
        if count != if kept.is_empty() { written as u64 } else { count.min(8 * kept.len() as u64) } {
            return Err(misfit());
        }
        let count = count as usize;
        let places: Vec<usize> = (0..count)
            .filter(|at| kept.is_empty() || kept.get(at / 8).is_some_and(|bits| bits >> (at % 8) & 1 == 1))
            .collect();
        if places.len() != written || (!kept.is_empty() && kept.len() != count.div_ceil(8)) {
            return Err(misfit());
        }
        let sparse = !kept.is_empty();
        let mut whole = vec![0.0f32; count];
        let scales = match values {
            Values::Whole(values) => {
                places.iter().zip(values).for_each(|(at, value)| whole[*at] = value);
                Vec::new()
            }
            Values::Bytes { scales, levels } => {
                if scales.len() != (outputs as usize).max(1) {
                    return Err(misfit());
                }
                places
                    .iter()
                    .zip(levels)
                    .for_each(|(at, level)| whole[*at] = f32::from(level) * scales[at % scales.len()]);
                scales
            }
        };
        Ok(Self { inputs, outputs, values: whole, sparse, scales })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Matrix {
        let values = (0..60).map(|at| (at as f32 * 1.7).sin() * if at % 3 == 0 { 10.0 } else { 0.1 });
        Matrix::new(20, 3, values.collect())
    }

    fn back(matrix: &Matrix) -> (Matrix, usize) {
        let bytes = postcard::to_stdvec(matrix).unwrap();
        (postcard::from_bytes(&bytes).unwrap(), bytes.len())
    }

    #[test]
    fn a_byte_is_off_by_half_a_level_at_most_and_every_form_comes_back_to_the_bit() {
        let (plain, mut bytes) = (matrix(), matrix());
        bytes.quantise();
        for (at, (before, after)) in plain.values.iter().zip(&bytes.values).enumerate() {
            // Each output has a scale of its own: that of large weights does not blur the small ones.
            let scale = bytes.scales[at % 3];
            assert!((before - after).abs() <= scale / 2.0 * 1.000_01, "{at}: {before} {after}");
        }
        assert!(bytes.scales[0] > 50.0 * bytes.scales[1]);
        let mut sparse = matrix();
        sparse.values.iter_mut().filter(|value| value.abs() < 0.05).for_each(|value| *value = 0.0);
        sparse.keep_sparse();
        let mut both = sparse.clone();
        both.quantise();
        for one in [&plain, &bytes, &sparse, &both] {
            assert_eq!(back(one).0, *one);
        }
        // 60 weights of 4 bytes, or 60 bytes and 3 scales; shape and lengths take 5 bytes at most.
        assert!((240..=245).contains(&back(&plain).1) && (72..=80).contains(&back(&bytes).1));
        let left = sparse.values.iter().filter(|value| **value != 0.0).count();
        assert_eq!((sparse.parameters(), plain.parameters()), (left as u64, 60));
        assert!(back(&sparse).1 <= 4 * left + 8 + 7);
        // Nothing but zeros has no scale.
        let mut nothing = Matrix::new(1, 2, vec![0.0; 2]);
        nothing.quantise();
        assert_eq!(back(&nothing).0.values, [0.0; 2]);
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let refused = |inputs, outputs, kept: &[u8], values: &[f32]| {
            let stored = Stored { inputs, outputs, kept: kept.to_vec(), values: Values::Whole(values.to_vec()) };
            postcard::from_bytes::<Matrix>(&postcard::to_stdvec(&stored).unwrap()).is_err()
        };
        assert!(refused(2, 2, &[], &[1.0; 3]) && refused(u32::MAX, u32::MAX, &[], &[1.0]));
        assert!(refused(2, 2, &[0b0111], &[1.0; 2]) && refused(u32::MAX, u32::MAX, &[1], &[1.0]));
        assert!(refused(2, 2, &[1, 0], &[1.0]) && !refused(2, 2, &[0b1001], &[1.0; 2]));
        let scales = Values::Bytes { scales: vec![1.0], levels: vec![0; 4] };
        let stored = Stored { inputs: 2, outputs: 2, kept: Vec::new(), values: scales };
        assert!(Matrix::try_from(stored).is_err());
    }
}
