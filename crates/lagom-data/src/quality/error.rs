//! Why a question about the quality of data can't be answered.

/// Why a question about the quality of data can't be answered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QualityError {
    /// There are fewer than two classes.
    #[error("labels of {classes} class were found, and wrong ones can only be told among 2 or more")]
    OneClass {
        /// Classes that occur among the labels.
        classes: u32,
    },
    /// Labels and probabilities are not of the same rows.
    #[error(
        "{found} probabilities were found, and {rows} rows of {classes} classes need {}",
        *rows as u128 * u128::from(*classes)
    )]
    Shape {
        /// Labels there are.
        rows: usize,
        /// Classes there are.
        classes: u32,
        /// Probabilities there are.
        found: usize,
    },
    /// A label that is no class.
    #[error("row {row} has label {label}, and classes are numbered from 0 to {}", classes.saturating_sub(1))]
    Label {
        /// The place in the slice of labels.
        row: usize,
        /// Its label.
        label: u32,
        /// Classes there are.
        classes: u32,
    },
    /// A probability that is none.
    #[error("the probability of class {class} in row {row} is {found}, and it has to be a number from 0 to 1")]
    Probability {
        /// The place in the slice of labels.
        row: usize,
        /// The class.
        class: u32,
        /// What was found.
        found: f64,
    },
}

impl QualityError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::OneClass { .. } => Some("name a target that has at least two classes".to_owned()),
            Self::Label { .. } => Some("leave out rows whose class the model has not seen".to_owned()),
            Self::Shape { .. } | Self::Probability { .. } => None,
        }
    }
}
