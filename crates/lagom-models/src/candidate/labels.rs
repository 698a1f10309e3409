//! What rows are labelled with, the same for all trainers.

/// One label a row.
#[derive(Clone, Copy, Debug)]
pub enum Labels<'a> {
    /// Classification.
    Classes {
        /// `[rows]`, each below `classes`.
        labels: &'a [u32],
        /// Number of classes, at least 2; a class may be absent from the rows.
        classes: u32,
    },
    /// Regression: `[rows]`, finite, best standardised (mean 0, variance 1; then losses read as fractions of the variance).
    Values(&'a [f32]),
}

impl Labels<'_> {
    /// How many rows are labelled.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Outputs that a network needs: one a class, or one for a number.
    #[must_use]
    pub fn outputs(&self) -> u32 {
        match self {
            Self::Classes { classes, .. } => *classes,
            Self::Values(_) => 1,
        }
    }

    /// Whether classes are predicted, else a number.
    #[must_use]
    pub fn is_classes(&self) -> bool {
        matches!(self, Self::Classes { .. })
    }
}
