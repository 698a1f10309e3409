//! Products of matrices on the processor by the tensor library, whose numbers go in and out without a copy. Beside it `device` and what trains
//! there name that library, and nothing else.

use burn_tensor::{Device, Int, Tensor, TensorData};

use crate::error::WeightsError;

/// A matrix, row-major `[rows, columns]`: a weight, or numbers lent to a product.
pub(crate) type Matrix = Tensor<2>;

/// Row-major numbers as a matrix.
pub(crate) fn matrix(values: Vec<f32>, rows: usize, columns: usize) -> Matrix {
    Tensor::from_data(TensorData::new(values, [rows, columns]), &Device::flex())
}

/// The numbers of a matrix, row-major; without a copy where nobody else holds it.
pub(crate) fn numbers(matrix: Matrix) -> Result<Vec<f32>, WeightsError> {
    let failed = |error: &dyn std::fmt::Debug| WeightsError::Product(format!("{error:?}"));
    matrix.try_into_data().map_err(|e| failed(&e))?.try_into_vec::<f32>().map_err(|e| failed(&e))
}

/// Rows of numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) values: Vec<f32>,
    pub(crate) columns: usize,
}

impl Rows {
    pub(crate) fn new(values: Vec<f32>, columns: usize) -> Self {
        Self { values, columns }
    }

    /// Lends the numbers to products as a matrix, and takes them back.
    pub(crate) fn lend<R>(&mut self, to: impl FnOnce(&Matrix) -> Result<R, WeightsError>) -> Result<R, WeightsError> {
        let rows = self.values.len() / self.columns.max(1);
        let lent = matrix(std::mem::take(&mut self.values), rows, self.columns);
        let result = to(&lent);
        self.values = numbers(lent)?;
        result
    }
}

/// `a · bᵀ`.
pub(crate) fn times_transposed(a: &Matrix, b: &Matrix) -> Result<Vec<f32>, WeightsError> {
    numbers(a.clone().matmul(b.clone().transpose()))
}

/// `a · b`.
pub(crate) fn times(a: &Matrix, b: &Matrix) -> Result<Vec<f32>, WeightsError> {
    numbers(a.clone().matmul(b.clone()))
}

/// `aᵀ · b`.
pub(crate) fn transposed_times(a: &Matrix, b: &Matrix) -> Result<Vec<f32>, WeightsError> {
    numbers(a.clone().transpose().matmul(b.clone()))
}

/// Columns `from..from + count`, not copied.
pub(crate) fn columns(of: &Matrix, from: usize, count: usize) -> Matrix {
    of.clone().narrow(1, from, count)
}

/// The rows of those numbers, one behind the other.
pub(crate) fn gather(of: &Matrix, at: &[u32]) -> Result<Vec<f32>, WeightsError> {
    let at: Vec<i64> = at.iter().map(|id| i64::from(*id)).collect();
    let count = at.len();
    let at: Tensor<1, Int> = Tensor::from_data(TensorData::new(at, [count]), &Device::flex());
    numbers(of.clone().select(0, at))
}
