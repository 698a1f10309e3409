//! Embeddings of columns: numbers as sines and cosines of learnt frequencies, categories as learnt vectors.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::matrix::Matrix;
use crate::candidate::neural::recipe::Recipe;
use crate::candidate::neural::stack::normal;

/// Frequencies of a column of numbers, and what its sines and cosines are brought to. Gorishniy et al. 2022 take some dozens on
/// networks of some hundred thousand parameters; these keep to what small networks can bear: 76 parameters a column.
const FREQUENCIES: u32 = 8;
const NUMBER_WIDTH: u32 = 4;
/// Longest vector of a category; half as long as there are levels below it (Guo & Berkhahn 2016 take less than the levels).
const CATEGORY_WIDTH: u32 = 8;

/// What some columns of a matrix stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// So many columns of another kind.
    Other(u32),
    /// One column: a number, standardised.
    Number,
    /// So many columns of a category, of which one is 1 and the others 0.
    Category(u32),
}

/// What is made of some columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::candidate::neural) enum Piece {
    /// They are taken as they are.
    Same {
        /// How many.
        columns: u32,
    },
    /// ReLU of a layer on the sines and cosines of 2 π c x, with each learnt frequency c (Gorishniy et al. 2022, "PLR"). One column.
    Periodic {
        /// Cycles a standard deviation.
        frequencies: Vec<f32>,
        /// `[sines, then cosines; width]`.
        weights: Matrix,
        /// `[width]`.
        biases: Vec<f32>,
    },
    /// A vector for each level.
    Category {
        /// `[levels, width]`.
        table: Matrix,
    },
}

impl Piece {
    fn new(part: Part, recipe: &Recipe, random: &mut ChaCha8Rng) -> Self {
        let mut normals =
            |count: u32, scale: f64| (0..count).map(|_| scale as f32 * normal(random)).collect::<Vec<f32>>();
        match part {
            Part::Number if recipe.periodic_embeddings > 0.0 => {
                let inputs = 2 * FREQUENCIES;
                Self::Periodic {
                    frequencies: normals(FREQUENCIES, recipe.periodic_embeddings),
                    // Half of the sum of squared sines and cosines is what a ReLU lets through: 2 / inputs as elsewhere.
                    weights: Matrix::new(
                        inputs,
                        NUMBER_WIDTH,
                        normals(inputs * NUMBER_WIDTH, (2.0 / f64::from(inputs)).sqrt()),
                    ),
                    biases: vec![0.0; NUMBER_WIDTH as usize],
                }
            }
            Part::Category(levels) if recipe.category_embeddings && levels > 0 => {
                let width = levels.div_ceil(2).min(CATEGORY_WIDTH);
                Self::Category { table: Matrix::new(levels, width, normals(levels.saturating_mul(width), 1.0)) }
            }
            Part::Number => Self::Same { columns: 1 },
            Part::Other(columns) | Part::Category(columns) => Self::Same { columns },
        }
    }

    /// Columns that it reads.
    pub(super) fn reads(&self) -> usize {
        match self {
            Self::Same { columns } => *columns as usize,
            Self::Periodic { .. } => 1,
            Self::Category { table } => table.inputs as usize,
        }
    }

    /// Columns that it writes.
    pub(super) fn writes(&self) -> usize {
        match self {
            Self::Same { columns } => *columns as usize,
            Self::Periodic { weights, .. } => weights.outputs as usize,
            Self::Category { table } => table.outputs as usize,
        }
    }

    /// Whether its vectors have the lengths that they should.
    pub(super) fn is_sound(&self) -> bool {
        match self {
            Self::Same { .. } => true,
            Self::Periodic { frequencies, weights, biases } => {
                weights.is_sound()
                    && weights.inputs as usize == 2 * frequencies.len()
                    && weights.outputs as usize == biases.len()
            }
            Self::Category { table } => table.is_sound(),
        }
    }

    /// All its parameters, and whether they decay, in the order of [`Piece::back`].
    pub(super) fn parameters_mut(&mut self) -> Vec<(&mut Vec<f32>, bool)> {
        match self {
            Self::Same { .. } => Vec::new(),
            Self::Periodic { frequencies, weights, biases } => {
                vec![(frequencies, false), (&mut weights.values, true), (biases, false)]
            }
            Self::Category { table } => vec![(&mut table.values, true)],
        }
    }

    /// Its weights.
    pub(super) fn weights_mut(&mut self) -> Option<&mut Matrix> {
        match self {
            Self::Same { .. } => None,
            Self::Periodic { weights: one, .. } | Self::Category { table: one } => Some(one),
        }
    }

    /// Numbers that it stores.
    pub(super) fn parameters(&self) -> u64 {
        match self {
            Self::Same { .. } => 0,
            Self::Periodic { frequencies, weights, biases } => {
                frequencies.len() as u64 + weights.parameters() + biases.len() as u64
            }
            Self::Category { table } => table.parameters(),
        }
    }

    /// Multiplications and additions of one row.
    pub(super) fn row_flops(&self) -> f64 {
        match self {
            Self::Same { .. } => 0.0,
            Self::Periodic { weights, .. } => 2.0 * weights.values.len() as f64,
            Self::Category { table } => 2.0 * f64::from(table.outputs),
        }
    }

    /// Writes what is made of the columns of one row.
    pub(in crate::candidate::neural) fn write(&self, from: &[f32], to: &mut [f32]) {
        match self {
            Self::Same { .. } => to.copy_from_slice(from),
            Self::Periodic { frequencies, weights, biases } => {
                to.copy_from_slice(biases);
                add_product(&waves(frequencies, from[0]), &weights.values, to);
                to.iter_mut().for_each(|value| *value = value.max(0.0));
            }
            Self::Category { table } => {
                to.fill(0.0);
                add_product(from, &table.values, to);
            }
        }
    }

    /// Adds one row's part to the gradients of [`Piece::parameters_mut`], given that of what was written.
    pub(in crate::candidate::neural) fn back(
        &self,
        (from, written, gradient): (&[f32], &[f32], &[f32]),
        found: &mut [Vec<f32>],
    ) {
        match self {
            Self::Same { .. } => {}
            Self::Periodic { frequencies, weights, .. } => {
                let [of_frequencies, of_weights, of_biases] = found else { return };
                let waves = waves(frequencies, from[0]);
                let passed: Vec<f32> =
                    gradient.iter().zip(written).map(|(g, out)| if *out > 0.0 { *g } else { 0.0 }).collect();
                of_biases.iter_mut().zip(&passed).for_each(|(sum, g)| *sum += g);
                let width = passed.len().max(1);
                let mut pulls = Vec::with_capacity(waves.len());
                let rows = of_weights.chunks_exact_mut(width).zip(weights.values.chunks_exact(width));
                for (wave, (sums, weights)) in waves.iter().zip(rows) {
                    sums.iter_mut().zip(&passed).for_each(|(sum, g)| *sum += wave * g);
                    pulls.push(weights.iter().zip(&passed).map(|(w, g)| w * g).sum::<f32>());
                }
                let count = frequencies.len();
                for at in 0..count {
                    let (sine, cosine) = (waves[at], waves[count + at]);
                    of_frequencies[at] +=
                        std::f32::consts::TAU * from[0] * (pulls[at] * cosine - pulls[count + at] * sine);
                }
            }
            Self::Category { table } => {
                let [of_table] = found else { return };
                let width = table.outputs.max(1) as usize;
                for (x, sums) in from.iter().zip(of_table.chunks_exact_mut(width)).filter(|(x, _)| **x != 0.0) {
                    sums.iter_mut().zip(gradient).for_each(|(sum, g)| *sum += x * g);
                }
            }
        }
    }
}

/// sin 2 π c x of each frequency c, then the cosines.
fn waves(frequencies: &[f32], x: f32) -> Vec<f32> {
    let angle = |c: &f32| std::f32::consts::TAU * c * x;
    frequencies.iter().map(|c| angle(c).sin()).chain(frequencies.iter().map(|c| angle(c).cos())).collect()
}

/// Adds `row · weights` to `to`.
fn add_product(row: &[f32], weights: &[f32], to: &mut [f32]) {
    for (x, weights) in row.iter().zip(weights.chunks_exact(to.len().max(1))).filter(|(x, _)| **x != 0.0) {
        to.iter_mut().zip(weights).for_each(|(sum, w)| *sum += x * w);
    }
}

/// What is made of the columns of a matrix; nothing where all are taken as they are.
pub(super) fn pieces(parts: &[Part], recipe: &Recipe, random: &mut ChaCha8Rng) -> Vec<Piece> {
    let pieces: Vec<Piece> = parts.iter().map(|part| Piece::new(*part, recipe, random)).collect();
    if pieces.iter().all(|piece| matches!(piece, Piece::Same { .. })) { Vec::new() } else { pieces }
}
