//! Twelve rows of three columns, labelled in three ways.

use super::super::{LinearFit, Matrix, Recipe, Sparse, Training, fit};
use crate::candidate::labels::Labels;

const ROWS: usize = 12;

/// `X = [[((i*7 + j*5 + i*j) % 11 - 5) / 3 for j in range(3)] for i in range(12)]`
pub(super) fn features() -> Vec<f32> {
    let entry = |i: usize, j: usize| (((i * 7 + j * 5 + i * j) % 11) as f32 - 5.0) / 3.0;
    (0..ROWS).flat_map(|i| (0..3).map(move |j| entry(i, j))).collect()
}

pub(super) fn dense(values: &[f32]) -> Matrix<'_> {
    Matrix::Dense { rows: values.len() / 3, columns: 3, values }
}

/// The same rows, sparse.
pub(super) fn sparse() -> Sparse {
    let mut x = Sparse { columns: 3, offsets: vec![0], ..Sparse::default() };
    for row in features().chunks(3) {
        for (column, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            x.indices.push(column as u32);
            x.values.push(value);
        }
        x.offsets.push(x.values.len());
    }
    x
}

/// `[(i*i + i//3) % 3 for i in range(12)]`
pub(super) fn three() -> Vec<u32> {
    (0..ROWS as u32).map(|i| (i * i + i / 3) % 3).collect()
}

/// `[1 if (i*5) % 7 < 3 else 0 for i in range(12)]`
pub(super) fn two() -> Vec<u32> {
    (0..ROWS as u32).map(|i| u32::from((i * 5) % 7 < 3)).collect()
}

/// `[((i*i*3) % 13 - 6) / 4 for i in range(12)]`
pub(super) fn values() -> Vec<f32> {
    (0..ROWS).map(|i| (((i * i * 3) % 13) as f32 - 6.0) / 4.0).collect()
}

pub(super) fn exact(l2: f64) -> Recipe {
    Recipe { l2: vec![l2], plain_l2: l2, tolerance: 1e-7, gap: 1e-7, gap_share: 0.0, epochs: 2000, ..Recipe::default() }
}

pub(super) fn train(x: Matrix, labels: Labels, recipe: &Recipe) -> LinearFit {
    fit(&Training { weights: None, train: (x, labels), validation: None, settled: None }, recipe, 7).unwrap()
}

pub(super) fn close(found: &[f32], wanted: &[f32], tolerance: f32) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() < tolerance, "{found} but {wanted} wanted");
    }
}
