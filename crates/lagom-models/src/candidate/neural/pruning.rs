//! Magnitude pruning (Han et al. 2015): the smallest weights become 0.

/// Sets that share of all these weights together, the smallest, to 0 (PyTorch's `global_unstructured` with `L1Unstructured`); of equal ones
/// the first. Returns, weight by weight, which are left.
pub(super) fn prune(mut weights: Vec<&mut Vec<f32>>, share: f64) -> Vec<Vec<bool>> {
    let mut sizes: Vec<f32> = weights.iter().flat_map(|values| values.iter().map(|w| w.abs())).collect();
    let count = (share * sizes.len() as f64).round() as usize;
    if count > 0 && count <= sizes.len() {
        let (smaller, limit, _) = sizes.select_nth_unstable_by(count - 1, f32::total_cmp);
        let limit = *limit;
        let mut equals = count - smaller.iter().filter(|size| **size < limit).count();
        for value in weights.iter_mut().flat_map(|values| values.iter_mut()) {
            let equal = value.abs() == limit && equals > 0;
            equals -= usize::from(equal);
            if equal || value.abs() < limit {
                *value = 0.0;
            }
        }
    }
    weights.iter().map(|values| values.iter().map(|w| *w != 0.0).collect()).collect()
}

/// Sets to 0 again what is not left.
pub(super) fn hold(values: &mut [f32], left: &[bool]) {
    values.iter_mut().zip(left).filter(|(_, left)| !**left).for_each(|(value, _)| *value = 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_of_all_parts_together_go_and_of_equal_ones_the_first() {
        let (mut a, mut b) = (vec![0.5, -0.1, 0.3], vec![-0.1, 0.1, 2.0]);
        let left = prune(vec![&mut a, &mut b], 1.0 / 3.0);
        assert_eq!((a.as_slice(), b.as_slice()), ([0.5, 0.0, 0.3].as_slice(), [0.0, 0.1, 2.0].as_slice()));
        assert_eq!(left, [[true, false, true], [false, true, true]]);
        let mut moved = vec![1.0; 3];
        hold(&mut moved, &left[0]);
        assert_eq!(moved, [1.0, 0.0, 1.0]);
        assert_eq!(prune(vec![&mut vec![0.2]], 0.0), [[true]]);
    }
}
