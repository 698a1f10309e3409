//! The probability from which on a row is to be called positive, where a metric of ranking names none.

use serde::{Deserialize, Serialize};

use super::outcomes::ClassOutcomes;

/// The threshold at which a model says "positive" as often as it is true: what it misses is then as much as what it finds
/// falsely, so that recall and precision are the same.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Rows of which the probability of class 1 is at least this are called positive.
    pub probability: f64,
    /// The share of rows that are positive in truth.
    pub share: f64,
    /// The share of the positive rows that is then found.
    pub found: f64,
    /// The share of the rows called positive that are positive.
    pub right: f64,
}

/// The threshold for several sets of outcomes of one candidate together, such as its repeats; none unless there are two classes, each with a
/// row, and probabilities that differ.
#[must_use]
pub fn threshold<'a>(outcomes: impl IntoIterator<Item = &'a ClassOutcomes>) -> Option<Threshold> {
    let mut rows: Vec<(f32, bool)> = Vec::new();
    for of in outcomes.into_iter().filter(|of| of.classes == 2 && of.positive.len() == of.truth.len()) {
        rows.extend(of.positive.iter().zip(&of.truth).map(|(&probability, &truth)| (probability, truth == 1)));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positive = rows.iter().filter(|(_, is)| *is).count();
    // Between the last row that is to be called positive and the next.
    let (last, next) = (rows.get(positive.checked_sub(1)?)?.0, rows.get(positive)?.0);
    let probability = if last > next { (f64::from(last) + f64::from(next)) / 2.0 } else { f64::from(last) };
    let called = || rows.iter().filter(|(found, _)| f64::from(*found) >= probability);
    let (all, hits) = (called().count(), called().filter(|(_, is)| *is).count());
    // Ties at the line may call nearly everything positive: such a threshold tells nothing.
    let tells = all > 0 && all <= 2 * positive;
    tells.then(|| Threshold {
        probability,
        share: positive as f64 / rows.len() as f64,
        found: hits as f64 / positive as f64,
        right: hits as f64 / all as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[(u32, f32)]) -> ClassOutcomes {
        let mut outcomes = ClassOutcomes::new(2);
        rows.iter().for_each(|&(truth, positive)| outcomes.push(truth, &[1.0 - positive, positive]).unwrap());
        outcomes
    }

    #[test]
    fn as_many_are_called_positive_as_are() {
        // Two of five are positive; the two likeliest are 0.4 (positive) and 0.3 (not): one of two found, one of two right.
        let outcomes = of(&[(1, 0.4), (0, 0.3), (1, 0.2), (0, 0.1), (0, 0.05)]);
        let found = threshold([&outcomes]).unwrap();
        assert!((found.probability - 0.25).abs() < 1e-6, "{found:?}");
        assert_eq!((found.share, found.found, found.right), (0.4, 0.5, 0.5));
    }

    #[test]
    fn repeats_are_taken_together() {
        let (a, b) = (of(&[(1, 0.9), (0, 0.1)]), of(&[(1, 0.6), (0, 0.2)]));
        let found = threshold([&a, &b]).unwrap();
        assert!((found.probability - 0.4).abs() < 1e-6 && found.found == 1.0, "{found:?}");
    }

    #[test]
    fn without_a_line_there_is_none() {
        assert_eq!(threshold([&of(&[(0, 0.4), (0, 0.3)])]), None, "nothing is positive");
        assert_eq!(threshold([&of(&[(1, 0.4), (1, 0.3)])]), None, "everything is");
        let constant: Vec<(u32, f32)> = (0..10).map(|row| (u32::from(row == 0), 0.1)).collect();
        assert_eq!(threshold([&of(&constant)]), None, "all alike");
        assert_eq!(threshold([&ClassOutcomes::new(3)]), None, "three classes");
    }
}
