//! The compact forest: what is saved, and what predicts.

use serde::{Deserialize, Serialize};

/// One inner node. A child at or above 0 is a split, below 0 the leaf `!child`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// The column looked at.
    pub feature: u32,
    /// Values below it go left, the others right.
    pub threshold: f32,
    /// Where values below the threshold go.
    pub left: i32,
    /// Where the others go.
    pub right: i32,
    /// Whether missing values go left.
    pub missing_left: bool,
}

impl Split {
    /// Whether this row goes left.
    #[inline]
    pub fn goes_left(&self, row: &[f32]) -> bool {
        match row.get(self.feature as usize).copied() {
            Some(v) if !v.is_nan() => v.max(f32::MIN) < self.threshold,
            _ => self.missing_left,
        }
    }
}

/// One regression tree; without a split it is the constant of its only leaf.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The inner nodes, the root first; children stand after their parent.
    pub splits: Vec<Split>,
    /// The leaf values, the learning rate multiplied in.
    pub leaves: Vec<f32>,
}

impl Tree {
    /// The value of the leaf this row falls in. Never panics: in a damaged tree a
    /// child that does not exist counts 0.
    #[inline]
    pub fn value(&self, row: &[f32]) -> f32 {
        let Some(mut split) = self.splits.first() else {
            return self.leaves.first().copied().unwrap_or(0.0);
        };
        for _ in 0..self.splits.len() {
            let child = if split.goes_left(row) { split.left } else { split.right };
            if child < 0 {
                return self.leaves.get(!child as usize).copied().unwrap_or(0.0);
            }
            match self.splits.get(child as usize) {
                Some(next) => split = next,
                None => return 0.0,
            }
        }
        0.0
    }

    /// Tells of each split on the way of this row where it stands, and whether the row goes left.
    pub fn walk(&self, row: &[f32], mut at_split: impl FnMut(usize, bool)) {
        let (mut at, mut steps) = (0_usize, 0);
        while let Some(split) = self.splits.get(at) {
            let left = split.goes_left(row);
            at_split(at, left);
            steps += 1;
            // Children stand after their parent, so that the way ends; a damaged tree may not.
            match usize::try_from(if left { split.left } else { split.right }) {
                Ok(child) if steps <= self.splits.len() => at = child,
                _ => return,
            }
        }
    }

    /// How many splits are on the way of this row.
    pub(super) fn depth(&self, row: &[f32]) -> u64 {
        let mut depth = 0;
        self.walk(row, |_, _| depth += 1);
        depth
    }

    /// Whether every child and column exists and children stand after their parent.
    fn is_sound(&self, columns: u32) -> bool {
        let child_is_sound = |parent: usize, child: i32| match child < 0 {
            true => (!child as usize) < self.leaves.len(),
            false => (child as usize) > parent && (child as usize) < self.splits.len(),
        };
        self.leaves.len() == self.splits.len() + 1
            && self.leaves.iter().all(|v| v.is_finite())
            && self.splits.iter().enumerate().all(|(i, s)| {
                s.feature < columns && !s.threshold.is_nan() && child_is_sound(i, s.left) && child_is_sound(i, s.right)
            })
    }
}

/// How sums of leaf values become predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// One value: start + scale × sum.
    Identity,
    /// Two probabilities from one sum, the log-odds of class 1.
    Logistic,
    /// One probability per class, from one sum each.
    Softmax,
}

/// The trees of all rounds, ready to predict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    /// How sums become predictions.
    pub link: Link,
    /// How many columns a row has.
    pub columns: u32,
    /// What the sums start from, one per tree of a round.
    pub start: Vec<f32>,
    /// What the sums of leaf values are multiplied by (the target's spread; 1 for classes).
    pub scale: f32,
    /// The trees: round after round, within a round one per start.
    pub trees: Vec<Tree>,
}

impl Forest {
    /// How many numbers [`Forest::predict`] writes: the classes, or 1 for a value.
    pub fn outputs(&self) -> usize {
        match self.link {
            Link::Identity => 1,
            Link::Logistic => 2,
            Link::Softmax => self.start.len(),
        }
    }

    /// How many rounds the forest holds.
    pub fn rounds(&self) -> usize {
        self.trees.len() / self.start.len().max(1)
    }

    /// The numbers that were learned: split thresholds, leaf values and starts.
    pub fn parameters(&self) -> u64 {
        let trees = self.trees.iter();
        let learned: usize = trees.map(|t| t.splits.len() + t.leaves.len()).sum();
        (learned + self.start.len()) as u64
    }

    /// Whether the forest is whole: to be asked once of a forest read from a file.
    pub fn is_sound(&self) -> bool {
        let per_round = match self.link {
            Link::Identity | Link::Logistic => self.start.len() == 1,
            Link::Softmax => self.start.len() >= 3,
        };
        per_round
            && self.scale.is_finite()
            && self.start.iter().all(|v| v.is_finite())
            && self.trees.len().is_multiple_of(self.start.len())
            && self.trees.iter().all(|t| t.is_sound(self.columns))
    }

    /// Operations of one prediction: the comparisons on the way of this row, and an addition for each tree.
    pub fn operations(&self, row: &[f32]) -> u64 {
        self.trees.iter().map(|tree| tree.depth(row) + 1).sum()
    }

    /// Writes the class probabilities of one row, or its one value, into `out`,
    /// which should have [`Forest::outputs`] places; further places are left alone.
    pub fn predict(&self, row: &[f32], out: &mut [f32]) {
        let sums = self.start.len().max(1);
        let sum = |k: usize| -> f64 {
            let trees = self.trees.iter().skip(k).step_by(sums);
            trees.map(|t| f64::from(t.value(row))).sum()
        };
        let start = |k: usize| f64::from(self.start.get(k).copied().unwrap_or(0.0));
        match self.link {
            Link::Identity => {
                if let Some(place) = out.first_mut() {
                    *place = (start(0) + f64::from(self.scale) * sum(0)) as f32;
                }
            }
            Link::Logistic => {
                let p = 1.0 / (1.0 + (-(start(0) + sum(0))).exp());
                for (place, p) in out.iter_mut().zip([1.0 - p, p]) {
                    *place = p as f32;
                }
            }
            Link::Softmax => {
                let places = out.len().min(sums);
                for (k, place) in out.iter_mut().take(places).enumerate() {
                    *place = (start(k) + sum(k)) as f32;
                }
                softmax(&mut out[..places]);
            }
        }
    }
}

/// Turns sums into probabilities, in place.
fn softmax(sums: &mut [f32]) {
    let most = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0f64;
    for s in sums.iter_mut() {
        *s = (*s - most).exp();
        total += f64::from(*s);
    }
    for s in sums.iter_mut() {
        *s = (f64::from(*s) / total) as f32;
    }
}
