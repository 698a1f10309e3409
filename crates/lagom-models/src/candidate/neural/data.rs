//! What a network is trained on: borrowed views of rows and their labels, and the checks on them.

use super::error::NeuralError;
use crate::candidate::labels::Labels;
use crate::candidate::tuned::TunedParams;

/// A table of numbers, row-major.
#[derive(Debug, Clone, Copy)]
pub struct Dense<'a> {
    /// Number of rows (examples).
    pub rows: usize,
    /// Numbers in each row (inputs of the network).
    pub columns: usize,
    /// `rows * columns` values, already scaled (about mean 0, variance 1), without NaN.
    pub values: &'a [f32],
}

/// Texts as bags of hashed n-grams, in compressed row form.
#[derive(Debug, Clone, Copy)]
pub struct Bags<'a> {
    /// `rows + 1` positions in `ids`: text `r` owns `ids[offsets[r]..offsets[r + 1]]`. Never falls.
    pub offsets: &'a [u32],
    /// Hashes of the n-grams. Any 32-bit value: a network with fewer buckets folds them by
    /// `id % buckets`, so one hashing serves a whole ladder (the low bits must be well mixed).
    pub ids: &'a [u32],
    /// One finite weight >= 0 for each id (for example inverse document frequency); `None`: all 1.
    pub weights: Option<&'a [f32]>,
}

/// Refuses labels that do not fit the rows.
fn check_labels(labels: &Labels<'_>, rows: usize) -> Result<(), NeuralError> {
    let count = labels.rows();
    if count != rows {
        return Err(NeuralError::Data(format!("{rows} rows but {count} labels")));
    }
    match labels {
        Labels::Classes { classes, .. } if *classes < 2 => {
            Err(NeuralError::Data(format!("{classes} classes; at least 2 are needed")))
        }
        Labels::Classes { labels, classes } => match labels.iter().find(|l| *l >= classes) {
            Some(label) => Err(NeuralError::Data(format!("class {label} of only {classes}"))),
            None => Ok(()),
        },
        Labels::Values(values) if values.iter().any(|v| !v.is_finite()) => {
            Err(NeuralError::Data("a target value is not finite".into()))
        }
        Labels::Values(_) => Ok(()),
    }
}

/// How good a training is on its way, and below what it can't matter.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Quality of predictions for the validation rows (probabilities row by row, or values), oriented: higher is
    /// better. None where it has no value.
    pub quality: &'a dyn Fn(&[f32]) -> Option<f64>,
    /// The quality below which the training can't matter: it ends where its curve shows that it stays there.
    pub target: Option<f64>,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("target", &self.target).finish_non_exhaustive()
    }
}

/// Everything one training sees. `X` is [`Dense`] or [`Bags`].
#[derive(Debug, Clone, Copy)]
pub struct Training<'a, X> {
    /// Rows to learn from, with their labels.
    pub train: (X, Labels<'a>),
    /// One finite weight >= 0 a training row, with mean 1: multiplies its loss. None: all 1.
    pub weights: Option<&'a [f32]>,
    /// Rows to choose the learning rate and the number of steps on; never learnt from.
    pub validation: Option<(X, Labels<'a>)>,
    /// Given: train for exactly these steps at this learning rate, without search and early
    /// stopping (a validation part is then only measured). Needed when there is no validation.
    pub settled: Option<TunedParams>,
    /// Watches the main training, where there is a validation part; it changes no number of it.
    pub watch: Option<Watch<'a>>,
}

/// Rows that a network can read.
pub(super) trait Inputs: Copy {
    /// Number of rows.
    fn rows(&self) -> usize;
    /// Lengths agree, all values are finite.
    fn check(&self) -> Result<(), NeuralError>;
}

impl Inputs for Dense<'_> {
    fn rows(&self) -> usize {
        self.rows
    }

    fn check(&self) -> Result<(), NeuralError> {
        if self.rows.checked_mul(self.columns) != Some(self.values.len()) {
            return Err(NeuralError::Data(format!(
                "{} rows of {} columns but {} values",
                self.rows,
                self.columns,
                self.values.len()
            )));
        }
        match self.values.iter().position(|v| !v.is_finite()) {
            Some(at) => Err(NeuralError::Data(format!(
                "the input in row {}, column {} is not finite",
                at / self.columns,
                at % self.columns
            ))),
            None => Ok(()),
        }
    }
}

impl Inputs for Bags<'_> {
    fn rows(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    fn check(&self) -> Result<(), NeuralError> {
        let ends = (self.offsets.first(), self.offsets.last());
        if ends.0 != Some(&0) || ends.1.is_none_or(|end| *end as usize != self.ids.len()) {
            return Err(NeuralError::Data("bag offsets must run from 0 to the number of ids".into()));
        }
        if self.offsets.windows(2).any(|pair| pair[0] > pair[1]) {
            return Err(NeuralError::Data("bag offsets must never fall".into()));
        }
        match self.weights {
            Some(weights) if weights.len() != self.ids.len() => {
                Err(NeuralError::Data(format!("{} ids but {} weights", self.ids.len(), weights.len())))
            }
            Some(weights) if weights.iter().any(|w| !w.is_finite() || *w < 0.0) => {
                Err(NeuralError::Data("a bag weight is negative or not finite".into()))
            }
            _ => Ok(()),
        }
    }
}

/// Checks all parts of a training before anything is computed.
pub(super) fn check<X: Inputs>(data: &Training<'_, X>) -> Result<(), NeuralError> {
    if data.train.0.rows() == 0 {
        return Err(NeuralError::Data("no training rows".into()));
    }
    data.train.0.check()?;
    check_labels(&data.train.1, data.train.0.rows())?;
    if let Some(weights) = data.weights {
        if weights.len() != data.train.0.rows() {
            return Err(NeuralError::Data(format!("{} rows but {} weights", data.train.0.rows(), weights.len())));
        }
        let sum: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
        if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) || sum <= 0.0 {
            return Err(NeuralError::Data("row weights must be finite, none below 0 and not all 0".into()));
        }
    }
    let Some((inputs, labels)) = &data.validation else {
        return data.settled.map(|_| ()).ok_or(NeuralError::Unsettled);
    };
    if inputs.rows() == 0 {
        return Err(NeuralError::Data("no validation rows".into()));
    }
    inputs.check()?;
    check_labels(labels, inputs.rows())?;
    if labels.outputs() != data.train.1.outputs() || labels.is_classes() != data.train.1.is_classes() {
        return Err(NeuralError::Data("training and validation labels differ in kind".into()));
    }
    Ok(())
}
