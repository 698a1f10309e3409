//! Exact Shapley values of trees.
//!
//! Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees", the path-dependent variant of
//! TreeSHAP (`tree_path_dependent` in the Python package `shap`): what a tree answers where only the columns in a set `S` are known is the mean
//! over its leaves, a split by a column outside of `S` taking both ways, each by the share of training rows that went it.
//!
//! A leaf of value `v` is reached under `S` with weight `∏_{j∈S} o_j ∏_{j∉S} z_j` over the columns `j` of its path, where `o_j` is 1 if the
//! row takes the path at every split by `j` (else 0), and `z_j` the product of the shares of rows there. Of `d` columns on the path the Shapley value of
//! `i` is `v (o_i − z_i) Σ_k k! (d−1−k)! / d! · c_k`, where `c_k` is the coefficient of `x^k` in `∏_{j≠i} (z_j + o_j x)`. That is a few
//! multiplications a leaf for trees of these depths, divides by nothing, and so is exact to the rounding of an `f64` where a share is 0, too.
//!
//! `forust-ml` has such values, but of its own trees alone, which a bundle does not hold; it works in `f32`, and panics where a share is 0.

use crate::candidate::trees::{Forest, Tree};

/// What a forest's sum of a class is made of.
pub(super) struct TreeEffects {
    /// Its mean over the training rows, start and scale included.
    pub(super) base: f64,
    /// The sum for this row.
    pub(super) score: f64,
    /// One a column of the matrix.
    pub(super) columns: Vec<f64>,
}

/// The Shapley values of sum `k` of a forest for one row; none where `went_left` is not of its trees.
pub(super) fn forest_effects(
    forest: &Forest,
    ((rows, went_left), k): ((u64, &[Vec<u64>]), usize),
    row: &[f32],
) -> Option<TreeEffects> {
    if !forest.is_sound() || went_left.len() != forest.trees.len() || row.len() != forest.columns as usize {
        return None;
    }
    let start = f64::from(*forest.start.get(k)?);
    let mut columns = vec![0.0; row.len()];
    let (mut base, mut score) = (0.0, 0.0);
    for (tree, left) in forest.trees.iter().zip(went_left).skip(k).step_by(forest.start.len()) {
        if left.len() != tree.splits.len() {
            return None;
        }
        base += of_tree(tree, (rows, left), row, &mut columns);
        score += f64::from(tree.value(row));
    }
    let scale = f64::from(forest.scale);
    columns.iter_mut().for_each(|effect| *effect *= scale);
    Some(TreeEffects { base: start + scale * base, score: start + scale * score, columns })
}

/// A column on the way to a leaf.
#[derive(Clone, Copy)]
struct Step {
    column: usize,
    /// The share of rows that go this way at the splits by it.
    share: f64,
    /// 1 where this row goes this way at all of them, else 0.
    own: f64,
}

/// Adds the Shapley values of one tree to those of the columns; its mean over the training rows, of which so many go left at each split.
pub(super) fn of_tree(tree: &Tree, (rows, went_left): (u64, &[u64]), row: &[f32], columns: &mut [f64]) -> f64 {
    let mut mean = 0.0;
    let mut open: Vec<(i32, u64, Vec<Step>)> = vec![(if tree.splits.is_empty() { !0 } else { 0 }, rows, Vec::new())];
    while let Some((at, rows, path)) = open.pop() {
        if at < 0 {
            let value = f64::from(tree.leaves.get(!at as usize).copied().unwrap_or(0.0));
            mean += value * path.iter().map(|step| step.share).product::<f64>();
            of_leaf(value, &path, columns);
            continue;
        }
        let place = at as usize;
        let (Some(split), Some(&left)) = (tree.splits.get(place), went_left.get(place)) else { continue };
        let left = left.min(rows);
        let goes_left = split.goes_left(row);
        // Where no training row came, nothing speaks for either way.
        let to_left = if rows > 0 { left as f64 / rows as f64 } else { 0.5 };
        let ways = [(split.left, left, to_left, goes_left), (split.right, rows - left, 1.0 - to_left, !goes_left)];
        for (child, rows, share, own) in ways {
            let own = f64::from(u8::from(own));
            let mut path = path.clone();
            match path.iter_mut().find(|step| step.column == split.feature as usize) {
                Some(step) => (step.share, step.own) = (step.share * share, step.own * own),
                None => path.push(Step { column: split.feature as usize, share, own }),
            }
            open.push((child, rows, path));
        }
    }
    mean
}

/// Adds what one leaf gives to each column on its path.
fn of_leaf(value: f64, path: &[Step], columns: &mut [f64]) {
    let count = path.len();
    let mut known = Vec::with_capacity(count);
    for (at, step) in path.iter().enumerate() {
        // Coefficients of ∏ (share + own x) over the others.
        known.clear();
        known.push(1.0);
        for other in path.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, other)| other) {
            known.push(0.0);
            for power in (0..known.len()).rev() {
                let below = if power > 0 { known[power - 1] } else { 0.0 };
                known[power] = known[power] * other.share + below * other.own;
            }
        }
        // k! (d − 1 − k)! / d!: 1 / d for k = 0, and (k + 1) / (d − 1 − k) times that for the next.
        let (mut weight, mut sum) = (1.0 / count as f64, 0.0);
        for (k, coefficient) in known.iter().enumerate() {
            sum += weight * coefficient;
            if k + 1 < count {
                weight *= (k + 1) as f64 / (count - 1 - k) as f64;
            }
        }
        columns[step.column] += value * (step.own - step.share) * sum;
    }
}
