//! The trained model: weights, biases and prediction.

use serde::{Deserialize, Serialize};

use super::activation::{sigmoid, softmax};
use super::error::LinearError;
use super::matrix::Matrix;

/// What a model predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A probability for each of this many classes.
    Classes(u32),
    /// One number.
    Value,
}

impl Target {
    /// Scores a row has: one for values and for two classes, else one a class.
    #[must_use]
    pub fn outputs(self) -> usize {
        match self {
            Target::Classes(classes) if classes > 2 => classes as usize,
            _ => 1,
        }
    }
}

/// A linear model. Two classes share one weight vector, the log odds of class 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    /// What it predicts.
    pub target: Target,
    /// Number of features.
    pub columns: u32,
    /// `[columns, outputs]`, row-major.
    pub weights: Vec<f32>,
    /// `[outputs]`.
    pub biases: Vec<f32>,
}

impl Linear {
    /// All weights zero.
    pub(super) fn zero(target: Target, columns: usize) -> Self {
        let outputs = target.outputs();
        let columns = u32::try_from(columns).unwrap_or(u32::MAX);
        Self { target, columns, weights: vec![0.0; columns as usize * outputs], biases: vec![0.0; outputs] }
    }

    /// Stored weights and biases.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        (self.weights.len() + self.biases.len()) as u64
    }

    /// Predicts each row: probabilities `[rows, classes]`, each row summing to one, or values `[rows]`.
    ///
    /// # Errors
    /// [`LinearError::Shape`] where the matrix is unsound or has another number of columns than the model.
    pub fn predict(&self, x: &Matrix) -> Result<Vec<f32>, LinearError> {
        x.check()?;
        self.check(x)?;
        let outputs = self.target.outputs();
        let mut predicted = Vec::with_capacity(x.rows() * outputs.max(2));
        let mut scores = vec![0.0; outputs];
        for row in 0..x.rows() {
            self.scores(x, row, &mut scores);
            match self.target {
                Target::Value => predicted.push(scores[0]),
                Target::Classes(2) => {
                    let one = sigmoid(scores[0]);
                    predicted.extend([sigmoid(-scores[0]), one]);
                }
                Target::Classes(_) => {
                    softmax(&mut scores);
                    predicted.extend_from_slice(&scores);
                }
            }
        }
        Ok(predicted)
    }

    /// Refuses a matrix of another width, and a model (perhaps read from a file) whose parts disagree.
    ///
    /// # Errors
    /// [`LinearError::Shape`].
    pub(super) fn check(&self, x: &Matrix) -> Result<(), LinearError> {
        let outputs = self.target.outputs();
        if x.columns() != self.columns as usize {
            return Err(LinearError::Shape(format!("{} columns, the model has {}", x.columns(), self.columns)));
        }
        let classes = !matches!(self.target, Target::Classes(0 | 1));
        if classes && self.biases.len() == outputs && self.weights.len() == self.columns as usize * outputs {
            return Ok(());
        }
        Err(LinearError::Shape("the model's weights do not fit its columns and outputs".into()))
    }

    /// Writes the scores of one row. The matrix must have passed [`Linear::check`].
    pub(super) fn scores(&self, x: &Matrix, row: usize, scores: &mut [f32]) {
        scores.copy_from_slice(&self.biases);
        let outputs = scores.len();
        match x {
            Matrix::Dense { columns, values, .. } => {
                let features = &values[row * columns..(row + 1) * columns];
                if outputs == 1 {
                    scores[0] += dot(features, &self.weights);
                } else {
                    for (&value, weights) in features.iter().zip(self.weights.chunks_exact(outputs)) {
                        add_scaled(scores, weights, value);
                    }
                }
            }
            Matrix::Sparse(sparse) => {
                let (indices, values) = sparse.row(row);
                for (&index, &value) in indices.iter().zip(values) {
                    let start = index as usize * outputs;
                    add_scaled(scores, &self.weights[start..start + outputs], value);
                }
            }
        }
    }
}

/// `target += source * factor`.
pub(super) fn add_scaled(target: &mut [f32], source: &[f32], factor: f32) {
    for (target, &source) in target.iter_mut().zip(source) {
        *target += source * factor;
    }
}

/// Inner product in sixteen running sums, which the compiler keeps in vector registers.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 16];
    let (a_chunks, b_chunks) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for lane in 0..16 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}
