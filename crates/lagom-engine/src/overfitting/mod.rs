//! Overfitting by size: what a larger model of a family learns that is of no use on other rows.
//!
//! ```text
//! sizes of one family, each plain, with some labels replaced (NOISE), and with all labels shuffled -> overfitting -> Overfitting
//! ```
//!
//! Four questions, each answered by a designed comparison on the same splits with the same seeds:
//! - How far apart are quality on training rows and on validation rows, by size?
//! - From which size on is a larger model surely worse on validation rows than a smaller one, while it is no worse on training rows?
//! - How much of labels drawn by lot does a size learn by heart (Zhang et al. 2017, "Understanding deep learning requires rethinking
//!   generalization")?
//! - How much quality does a size lose for wrong labels among its training rows, judged on clean validation rows, and does the largest
//!   lose more than the smallest?
//!
//! Pure: it knows no process, no store and no clock.

mod find;
#[cfg(test)]
mod tests;
mod types;

pub use find::overfitting;
pub use types::{Begins, NoiseLoss, Noisy, OverfitSize, Overfitting, Sensitivity, Spoilt, Subject};

/// Shares of the training labels that are replaced by others, from few to many.
pub const NOISE: [f64; 3] = [0.1, 0.2, 0.4];

/// Most sizes of the family that are looked at: both ends and, evenly between them, three more.
pub const SIZES: usize = 5;

/// Which of so many sizes are looked at, from the smallest to the largest: all of few; of many both ends, the one at `choice`, and
/// others evenly between.
#[must_use]
pub fn looked_at(sizes: usize, choice: Option<usize>) -> Vec<usize> {
    if sizes <= SIZES {
        return (0..sizes).collect();
    }
    let mut found: Vec<usize> = (0..SIZES).map(|at| at * (sizes - 1) / (SIZES - 1)).collect();
    if let Some(choice) = choice.filter(|choice| *choice < sizes && !found.contains(choice)) {
        // In the place of the nearest one that is not at an end.
        let nearest = found[1..SIZES - 1].iter_mut().min_by_key(|at| at.abs_diff(choice));
        nearest.into_iter().for_each(|at| *at = choice);
        found.sort_unstable();
    }
    found
}
