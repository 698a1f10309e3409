//! Principal components of rows of numbers (Pearson 1901): the directions in which they spread most, the largest first.

use crate::error::WeightsError;
use crate::product::{matrix, times_transposed};
use crate::wide::wide;

use super::rotation::axes;

/// Rows that are summed up, or turned, together.
const TOGETHER: usize = 4_096;
/// Rows whose products are added in one go, so that a row of sums is fetched once for all of them.
const BLOCK: usize = 16;

/// Mean and directions.
#[derive(Debug, Clone)]
pub(super) struct Components {
    mean: Vec<f64>,
    /// `[width, width]`, a direction of length 1 a row.
    directions: Vec<f32>,
}

impl Components {
    /// Those of rows `[rows, width]`.
    pub(super) fn of(rows: &[f32], width: usize) -> Result<Self, WeightsError> {
        let count = rows.len() / width.max(1);
        let mut mean = vec![0.0; width];
        for row in rows.chunks_exact(width.max(1)) {
            mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        mean.iter_mut().for_each(|sum| *sum /= count.max(1) as f64);
        let mut sums = vec![0.0; width * width];
        for block in rows.chunks(BLOCK * width.max(1)) {
            let centred: Vec<f64> = block
                .chunks_exact(width)
                .flat_map(|row| row.iter().zip(&mean).map(|(x, m)| f64::from(*x) - m))
                .collect();
            add_products(&mut sums, &centred, width);
        }
        for at in 0..width {
            for other in 0..at {
                sums[at * width + other] = sums[other * width + at];
            }
        }
        let found = axes(sums, width)
            .ok_or_else(|| WeightsError::Product("vectors of tokens have no principal components".into()))?;
        Ok(Self { mean, directions: found.iter().flat_map(|axis| &axis.vector).map(|x| *x as f32).collect() })
    }

    /// Puts the components of each row in its place: how far it is from the mean along each direction.
    pub(super) fn apply(&self, rows: &mut [f32]) -> Result<(), WeightsError> {
        let width = self.mean.len();
        let directions = matrix(self.directions.clone(), width, width);
        for part in rows.chunks_mut(TOGETHER * width.max(1)) {
            let centred: Vec<f32> = part
                .chunks_exact(width)
                .flat_map(|row| row.iter().zip(&self.mean).map(|(x, mean)| (f64::from(*x) - mean) as f32))
                .collect();
            let turned = times_transposed(&matrix(centred, part.len() / width, width), &directions)?;
            part.copy_from_slice(&turned);
        }
        Ok(())
    }
}

/// Adds the products of each number of a row with those from it on, of all rows, to `sums` `[width, width]` above its diagonal.
fn add_products(sums: &mut [f64], rows: &[f64], width: usize) {
    wide!('a, (sums: &'a mut [f64], rows: &'a [f64], width: usize) {
        for at in 0..width {
            let sums = &mut sums[at * width + at..(at + 1) * width];
            for row in rows.chunks_exact(width) {
                let x = row[at];
                for (sum, y) in sums.iter_mut().zip(&row[at..]) {
                    *sum += x * y;
                }
            }
        }
    });
}
