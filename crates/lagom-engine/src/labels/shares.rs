//! On which parts of the rows adaptations are trained.

use crate::trial::Labels;

/// Most repeats of a training on a part of the rows, as many as a study with a holdout has: of two or three, an interval with so few degrees of
/// freedom parts next to nothing (log/2026-11-30-adaptations-over-labels.md).
pub const REPEATS: u32 = 5;

/// The shares where the study says nothing: those of the learning curve of the choice, so that nothing is trained twice, and one more, since
/// adaptations cross where labels are few.
const SHARES: [f64; 4] = [1.0 / 32.0, 0.125, 0.25, 0.5];

/// Fewest labels of such a share, of rows and for each class: on fewer the curves show nothing but chance.
const FEWEST: (f64, f64) = (32.0, 2.0);

/// The parts of `rows` training rows that adaptations are trained on, from the smallest: as the study says, else the shares that hold
/// labels enough. `classes` is 0 where the target is a number.
#[must_use]
pub fn shares(counts: Option<&[u32]>, rows: f64, classes: u32) -> Vec<Labels> {
    if let Some(counts) = counts {
        return counts.iter().copied().map(Labels::Count).collect();
    }
    let fewest = FEWEST.0.max(FEWEST.1 * f64::from(classes));
    SHARES.into_iter().filter(|share| share * rows >= fewest).map(Labels::Share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_labels_enough() {
        let share = |of: &[f64]| of.iter().copied().map(Labels::Share).collect::<Vec<Labels>>();
        // 4,900 / 32 = 153 labels of 6 classes.
        assert_eq!(shares(None, 4_900.0, 6), share(&[0.031_25, 0.125, 0.25, 0.5]));
        // 77 classes take 154: a thirty-second of 4,900 is 153.1.
        assert_eq!(shares(None, 4_900.0, 77), share(&[0.125, 0.25, 0.5]));
        // 32 at least: an eighth of 256.
        assert_eq!(shares(None, 256.0, 2), share(&[0.125, 0.25, 0.5]));
        assert_eq!(shares(None, 40.0, 0), share(&[]));
        assert_eq!(shares(Some(&[100, 300]), 40.0, 2), [Labels::Count(100), Labels::Count(300)]);
        assert_eq!(shares(Some(&[]), 4_900.0, 6), []);
    }
}
