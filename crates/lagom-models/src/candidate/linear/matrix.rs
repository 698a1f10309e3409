//! What a linear model reads: dense or sparse rows, and their labels.

use super::error::LinearError;
use crate::candidate::labels::Labels;
use crate::candidate::tuned::TunedParams;

/// Rows of features, borrowed from the caller.
#[derive(Debug, Clone, Copy)]
pub enum Matrix<'a> {
    /// Every value stored. Values should be standardised (mean 0, standard deviation 1) or the L2 penalty
    /// weighs the columns unequally; not-a-number values end a fit with [`LinearError::Diverged`].
    Dense {
        /// Number of examples.
        rows: usize,
        /// Number of features.
        columns: usize,
        /// `[rows, columns]`, row-major.
        values: &'a [f32],
    },
    /// Only the non-zero values stored.
    Sparse(&'a Sparse),
}

/// Rows in compressed form (CSR): row `r` owns the entries `offsets[r]..offsets[r + 1]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sparse {
    /// Number of features; every index is below it.
    pub columns: u32,
    /// `[rows + 1]`, from 0 to the number of entries, never falling.
    pub offsets: Vec<usize>,
    /// `[entries]`, the column of each entry; at most once a row.
    pub indices: Vec<u32>,
    /// `[entries]`, the value of each entry.
    pub values: Vec<f32>,
}

impl Sparse {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The columns and values of one row; empty where there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = match (self.offsets.get(row), self.offsets.get(row + 1)) {
            (Some(&start), Some(&end)) => start..end,
            _ => 0..0,
        };
        match (self.indices.get(range.clone()), self.values.get(range)) {
            (Some(indices), Some(values)) => (indices, values),
            _ => (&[], &[]),
        }
    }
}

impl Matrix<'_> {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Matrix::Dense { rows, .. } => *rows,
            Matrix::Sparse(sparse) => sparse.rows(),
        }
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        match self {
            Matrix::Dense { columns, .. } => *columns,
            Matrix::Sparse(sparse) => sparse.columns as usize,
        }
    }

    /// Number of stored values: rows times columns where dense, the non-zero ones where sparse.
    #[must_use]
    pub fn stored(&self) -> usize {
        match self {
            Matrix::Dense { rows, columns, .. } => rows * columns,
            Matrix::Sparse(sparse) => sparse.values.len(),
        }
    }

    /// Refuses a matrix whose parts disagree, so that no later index can be out of bounds.
    ///
    /// # Errors
    /// [`LinearError::Shape`].
    pub(super) fn check(&self) -> Result<(), LinearError> {
        let sound = match self {
            Matrix::Dense { rows, columns, values } => rows.checked_mul(*columns) == Some(values.len()),
            Matrix::Sparse(sparse) => {
                sparse.offsets.first() == Some(&0)
                    && sparse.offsets.last() == Some(&sparse.values.len())
                    && sparse.indices.len() == sparse.values.len()
                    && sparse.offsets.is_sorted()
                    && sparse.indices.iter().all(|&index| index < sparse.columns)
            }
        };
        if sound { Ok(()) } else { Err(LinearError::Shape("the parts of the matrix disagree in length".into())) }
    }
}

/// All that one fit reads.
#[derive(Debug, Clone, Copy)]
pub struct Training<'a> {
    /// The rows to learn from.
    pub train: (Matrix<'a>, Labels<'a>),
    /// What each of these rows weighs, `[rows]`: its loss counts so many times. 1 on average, none below 0; none where all weigh
    /// the same.
    pub weights: Option<&'a [f32]>,
    /// The rows that choose the L2 strength; without them the recipe's `plain_l2` is taken.
    pub validation: Option<(Matrix<'a>, Labels<'a>)>,
    /// What earlier repeats settled on: then nothing is searched and `validation` is only reported.
    pub settled: Option<TunedParams>,
}
