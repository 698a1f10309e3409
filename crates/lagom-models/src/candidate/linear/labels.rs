//! Labels that a linear model can learn.

use super::error::LinearError;
use crate::candidate::labels::Labels;

/// A guard against labels that are no classes, such as row numbers: the weights would not fit in memory.
const MOST_CLASSES: u32 = 1 << 16;

/// Refuses labels that do not fit the rows.
///
/// # Errors
/// [`LinearError::Shape`] for a wrong length, [`LinearError::Labels`] for an unknown class, too few or
/// too many classes or a value that is not finite.
pub(super) fn check_labels(labels: &Labels<'_>, rows: usize) -> Result<(), LinearError> {
    let count = labels.rows();
    if count != rows {
        return Err(LinearError::Shape(format!("{rows} rows but {count} labels")));
    }
    match labels {
        Labels::Classes { classes, .. } if *classes < 2 => {
            Err(LinearError::Labels("a classifier needs at least two classes".into()))
        }
        Labels::Classes { classes, .. } if *classes > MOST_CLASSES => {
            Err(LinearError::Labels(format!("{classes} classes, at most {MOST_CLASSES} can be learned")))
        }
        Labels::Classes { labels, classes } => match labels.iter().find(|&&label| label >= *classes) {
            Some(label) => Err(LinearError::Labels(format!("label {label} but only {classes} classes"))),
            None => Ok(()),
        },
        Labels::Values(values) if values.iter().all(|value| value.is_finite()) => Ok(()),
        Labels::Values(_) => Err(LinearError::Labels("a target value is not a finite number".into())),
    }
}
