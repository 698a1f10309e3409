//! Trees whose answers go one way alone along some columns.
//!
//! `forust-ml` looks at a constraint where it splits by the column that has one, but lets later splits by other columns leave the bounds that
//! follow from it, so that a tree may fall where it must not. [`hold`] brings the leaves within these bounds: at a split by a constrained column all leaves on the lower side
//! are at most, and those on the upper side at least, halfway between the means of the two (as XGBoost has it).

use forust_ml::constraints::{Constraint, ConstraintMap};

use super::forest::{Split, Tree};

/// Columns along which the sums of trees go one way alone, as the learner has them.
pub(super) fn constraints(monotone: &[(usize, bool)]) -> ConstraintMap {
    let way = |up: bool| if up { Constraint::Positive } else { Constraint::Negative };
    monotone.iter().map(|(column, up)| (*column, way(*up))).collect()
}

/// Brings the leaves of a tree, on which rows of these sums of second derivatives fell, within what the constraints allow.
pub(super) fn hold(tree: &mut Tree, covers: &[f32], monotone: &[(usize, bool)]) {
    if monotone.is_empty() || tree.splits.is_empty() {
        return;
    }
    let sums = sums(tree, covers);
    let mut bounds = vec![(f64::NEG_INFINITY, f64::INFINITY); tree.splits.len()];
    for at in 0..tree.splits.len() {
        let (split, (low, high)) = (tree.splits[at], bounds[at]);
        let sides = match monotone.iter().find(|(column, _)| *column == split.feature as usize) {
            None => [(low, high), (low, high)],
            Some((_, up)) => {
                let [left, right] = [split.left, split.right].map(|child| mean(&sums, (tree, covers), child));
                let middle = f64::midpoint(left, right).max(low).min(high);
                if *up { [(low, middle), (middle, high)] } else { [(middle, high), (low, middle)] }
            }
        };
        for (child, (low, high)) in [split.left, split.right].into_iter().zip(sides) {
            match usize::try_from(child) {
                // Children stand after their parent.
                Ok(child) => bounds[child] = (low, high),
                Err(_) => {
                    if let Some(leaf) = tree.leaves.get_mut(!child as usize) {
                        *leaf = f64::from(*leaf).max(low).min(high) as f32;
                    }
                }
            }
        }
    }
}

/// For each split the sum of the leaves below it, each as often as it covers, and of what they cover.
fn sums(tree: &Tree, covers: &[f32]) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); tree.splits.len()];
    for at in (0..tree.splits.len()).rev() {
        let Split { left, right, .. } = tree.splits[at];
        let [(a, b), (c, d)] = [left, right].map(|child| below(&sums, (tree, covers), child));
        sums[at] = (a + c, b + d);
    }
    sums
}

fn below(sums: &[(f64, f64)], (tree, covers): (&Tree, &[f32]), child: i32) -> (f64, f64) {
    match usize::try_from(child) {
        Ok(child) => sums[child],
        Err(_) => {
            let at = !child as usize;
            let cover = covers.get(at).map_or(0.0, |cover| f64::from(*cover));
            (cover * tree.leaves.get(at).map_or(0.0, |leaf| f64::from(*leaf)), cover)
        }
    }
}

fn mean(sums: &[(f64, f64)], of: (&Tree, &[f32]), child: i32) -> f64 {
    let (sum, cover) = below(sums, of, child);
    if cover > 0.0 { sum / cover } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up along column 0: leaves 1 and 4 left of it (column 1 parts them), 2 and 6 right, all of one cover. Halfway between the means 2.5 and 4
    /// lies 3.25: 4 comes down to it and 2 goes up to it.
    #[test]
    fn leaves_keep_to_the_middle_of_a_constrained_split() {
        let split = |feature, left, right| Split { feature, threshold: 0.0, left, right, missing_left: false };
        let tree =
            Tree { splits: vec![split(0, 1, 2), split(1, !0, !1), split(1, !2, !3)], leaves: vec![1.0, 4.0, 2.0, 6.0] };
        let held = |monotone: &[(usize, bool)]| {
            let mut tree = tree.clone();
            hold(&mut tree, &[1.0; 4], monotone);
            tree.leaves
        };
        assert_eq!(held(&[(0, true)]), [1.0, 3.25, 3.25, 6.0]);
        // Down along it the lower side is at least 3.25, the upper one at most.
        assert_eq!(held(&[(0, false)]), [3.25, 4.0, 2.0, 3.25]);
        // Down along column 1 alone: halfway between 1 and 4 lies 2.5, between 2 and 6 lies 4.
        assert_eq!(held(&[(1, false)]), [2.5, 2.5, 4.0, 4.0]);
        assert_eq!(held(&[]), tree.leaves);
    }
}
