//! Noise of a learning curve: each point's own, and a Brownian drift away from the largest amount.

/// The covariance of the log errors, factored (Cholesky): drift²·min(uᵢ, uⱼ), where u is a point's distance
/// ln(n₁ / n), plus the square of the point's own error.
pub(super) struct Drift {
    /// Rows of the lower triangle.
    factor: Vec<Vec<f64>>,
    /// What the factor makes of a vector of ones, and its squared length.
    ones: Vec<f64>,
    length: f64,
}

impl Drift {
    /// `distances` at least 0 and `errors` above 0, one each for every point.
    pub(super) fn new(distances: &[f64], errors: &[f64], drift: f64) -> Self {
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(distances.len());
        for (i, (far, error)) in distances.iter().zip(errors).enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(i + 1);
            for (other, above) in distances.iter().zip(&factor) {
                let known: f64 = row.iter().zip(above).map(|(a, b)| a * b).sum();
                let pivot = above.last().copied().unwrap_or(1.0);
                row.push((drift * drift * far.min(*other) - known) / pivot);
            }
            let known: f64 = row.iter().map(|value| value * value).sum();
            // the point's own variance bounds the pivot from below, but for rounding
            let pivot = (drift * drift * far + error * error - known).max(1e-3 * error * error);
            row.push(pivot.sqrt());
            factor.push(row);
        }
        let mut noise = Self { factor, ones: Vec::new(), length: 0.0 };
        noise.ones = noise.whiten(&vec![1.0; distances.len()]);
        noise.length = noise.ones.iter().map(|value| value * value).sum();
        noise
    }

    /// The solution of factor · x = values.
    fn whiten(&self, values: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(values.len());
        for (row, value) in self.factor.iter().zip(values) {
            let known: f64 = row.iter().zip(&solved).map(|(a, b)| a * b).sum();
            solved.push((value - known) / row.last().copied().unwrap_or(1.0));
        }
        solved
    }

    /// The level common to `values` by generalised least squares, and the logarithm of their marginal
    /// likelihood under a flat prior of the level, up to a constant.
    pub(super) fn level(&self, values: &[f64]) -> (f64, f64) {
        let white = self.whiten(values);
        let along: f64 = white.iter().zip(&self.ones).map(|(a, b)| a * b).sum();
        let square: f64 = white.iter().map(|value| value * value).sum();
        let level = along / self.length;
        let determinant: f64 = self.factor.iter().filter_map(|row| row.last()).map(|pivot| pivot.ln()).sum();
        (level, -0.5 * (square - along * level) - determinant - 0.5 * self.length.ln())
    }

    /// The variance of that level.
    pub(super) fn variance(&self) -> f64 {
        1.0 / self.length
    }
}
