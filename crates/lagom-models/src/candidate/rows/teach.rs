//! Targets that are mixed with what a model says of the rows.

use super::training_rows::{Relabelled, TrainingRows};
use crate::candidate::spec::FitError;

/// A class with less of a row's target than this is left out, and its part given to the others.
const LEAST: f64 = 0.02;

/// What a teacher says, and how much of the target it makes up.
pub(in crate::candidate) struct Taught<'a> {
    /// Probabilities `[rows, classes]`, or values `[rows]` in the target's unit.
    pub(in crate::candidate) said: &'a [f64],
    /// The share of it, from 0 to 1.
    pub(in crate::candidate) share: f64,
}

/// Mixes targets with what a teacher says; returns how many rows have another target now.
///
/// For classes a row stands once for each class that its mixed target holds, and weighs what that has of it: the loss is then the
/// cross-entropy with the mixed target, for every family that weighs rows. The rows themselves come first, in their order.
///
/// # Errors
/// There are more rows than can be counted.
pub(in crate::candidate) fn taught(rows: &mut TrainingRows<'_>, taught: &Taught<'_>) -> Result<usize, FitError> {
    let Taught { said, share } = *taught;
    let (count, classes) = (rows.len(), rows.names().len());
    if classes == 0 {
        let own = rows.examples().numbers();
        let mixed = own.iter().zip(said).enumerate();
        let mixed: Vec<(usize, f64)> =
            mixed.map(|(at, (own, said))| (at, (1.0 - share) * own + share * said)).collect();
        rows.set_numbers(&mixed);
        return Ok(count);
    }
    let labels = rows.labels();
    let mut factors = vec![0.0; count];
    let (mut repeated, mut others) = (Vec::new(), Vec::new());
    for (at, of_row) in said.chunks_exact(classes).enumerate() {
        let own = labels[at] as usize;
        let part = |class: usize| share * of_row[class] + if class == own { 1.0 - share } else { 0.0 };
        let kept = |class: &usize| *class == own || part(*class) >= LEAST;
        let sum: f64 = (0..classes).filter(kept).map(part).sum();
        // Where a teacher that makes up the whole target is sure of another class, the row itself weighs next to nothing.
        factors[at] = (part(own) / sum).max(f64::MIN_POSITIVE);
        for class in (0..classes).filter(|class| *class != own).filter(kept) {
            repeated.push(at);
            others.push((class as u32, part(class) / sum));
        }
    }
    rows.repeat(&repeated)?;
    let change = |(behind, (label, _)): (usize, &(u32, f64))| Relabelled { place: count + behind, label: *label };
    rows.relabel(&others.iter().enumerate().map(change).collect::<Vec<Relabelled>>());
    factors.extend(others.iter().map(|(_, weight)| weight));
    rows.weigh(&factors);
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, ColumnKind, Dataset, Target, Values};
    use crate::study::TaskKind;

    fn of(task: TaskKind, target: Target) -> Dataset {
        let values = Values::Numbers(vec![1.0, 2.0]);
        let column = Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values };
        Dataset::without_holdout(task, vec![column], target, 2)
    }

    /// Half of a target of class 0, half of (0.6, 0.39, 0.01): (0.8, 0.195, 0.005), of which the last is too little; the others by 0.995.
    /// The second row is of class 1 and the teacher is sure of it: it stands alone. Weights are brought to a mean of 1: three rows, sum 2.
    #[test]
    fn a_row_stands_once_for_each_class_of_its_target() {
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let data = of(TaskKind::Classification, Target::Classes { labels: vec![0, 1], names });
        let mut rows = TrainingRows::of(&data.examples(&[0, 1]), None);
        let said = [0.6, 0.39, 0.01, 0.0, 1.0, 0.0];
        assert_eq!(taught(&mut rows, &Taught { said: &said, share: 0.5 }), Ok(2));
        assert_eq!(rows.labels(), [0, 1, 1]);
        let weights = rows.weights().expect("weights").to_vec();
        let expected = [0.8 / 0.995 * 1.5, 1.5, 0.195 / 0.995 * 1.5];
        assert!(weights.iter().zip(expected).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-6), "{weights:?}");
        assert_eq!(data.examples(&[0, 1]).labels(), [0, 1], "the data set stays as it is");
    }

    #[test]
    fn numbers_are_mixed() {
        let data = of(TaskKind::Regression, Target::Numbers(vec![4.0, 8.0]));
        let mut rows = TrainingRows::of(&data.examples(&[0, 1]), None);
        assert_eq!(taught(&mut rows, &Taught { said: &[8.0, 4.0], share: 0.25 }), Ok(2));
        assert_eq!(rows.examples().numbers(), [5.0, 7.0]);
        assert!(rows.weights().is_none());
    }
}
