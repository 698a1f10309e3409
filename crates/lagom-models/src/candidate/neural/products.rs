//! Products of matrices by the tensor library. This and `stack` are the only files that name it.

use burn_tensor::{Device, Tensor, TensorData};

use super::error::NeuralError;

/// From this many rows on, tensors beat plain loops.
pub(super) const TENSOR_ROWS: usize = 8;

fn failed(error: impl std::fmt::Debug) -> NeuralError {
    NeuralError::Tensor(format!("{error:?}"))
}

/// Row-major values as a tensor.
pub(super) fn tensor(values: Vec<f32>, rows: usize, columns: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}

/// The values of a tensor, row-major.
pub(super) fn values(tensor: Tensor<2>) -> Result<Vec<f32>, NeuralError> {
    tensor.try_into_data().map_err(failed)?.try_into_vec::<f32>().map_err(failed)
}

/// A matrix to multiply, row-major `[rows, columns]`.
#[derive(Clone, Copy)]
pub(super) struct Factor<'a> {
    pub(super) values: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Factor<'_> {
    fn tensor(&self, device: &Device) -> Tensor<2> {
        tensor(self.values.to_vec(), self.rows, self.columns, device)
    }
}

/// `a · b`, row-major `[a.rows, b.columns]`; few rows by plain loops.
pub(super) fn product(a: Factor<'_>, b: Factor<'_>) -> Result<Vec<f32>, NeuralError> {
    if a.rows >= TENSOR_ROWS {
        let device = Device::flex();
        return values(a.tensor(&device).matmul(b.tensor(&device)));
    }
    let mut out = vec![0.0f32; a.rows * b.columns];
    for (row, sums) in a.values.chunks_exact(a.columns.max(1)).zip(out.chunks_exact_mut(b.columns.max(1))) {
        for (x, weights) in row.iter().zip(b.values.chunks_exact(b.columns.max(1))) {
            if *x != 0.0 {
                sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum += x * w);
            }
        }
    }
    Ok(out)
}

/// One number of the product of two square matrices of so many rows, to see how fast this machine computes them: by the library that networks are computed
/// with.
///
/// # Errors
/// The library fails.
pub fn square_product(rows: usize) -> Result<f32, NeuralError> {
    let values: Vec<f32> = (0..rows * rows).map(|at| (at % 7) as f32).collect();
    let factor = Factor { values: &values, rows, columns: rows };
    Ok(product(factor, factor)?.last().copied().unwrap_or_default())
}

/// `aᵀ · b`, row-major `[a.columns, b.columns]`.
pub(super) fn product_of_columns(a: Factor<'_>, b: Factor<'_>) -> Result<Vec<f32>, NeuralError> {
    let device = Device::flex();
    values(a.tensor(&device).transpose().matmul(b.tensor(&device)))
}

/// `a · bᵀ`, row-major `[a.rows, b.rows]`.
pub(super) fn product_of_rows(a: Factor<'_>, b: Factor<'_>) -> Result<Vec<f32>, NeuralError> {
    let device = Device::flex();
    values(a.tensor(&device).matmul(b.tensor(&device).transpose()))
}
