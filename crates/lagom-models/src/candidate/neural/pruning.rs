//! Magnitude pruning (Han et al. 2015): the smallest weights become 0.

/// Sets that share of the weights of each layer, the smallest, to 0 (PyTorch's `l1_unstructured`); of equal ones the first. Returns, weight by
/// weight, which are left. A share of all layers' weights together would cut through the layer of the smallest ones: of a network on California
/// housing nothing was left but the mean (log/2026-11-29-network-levers.md).
pub(super) fn prune<'a>(layers: impl Iterator<Item = &'a mut Vec<f32>>, share: f64) -> Vec<Vec<bool>> {
    let one = |weights: &mut Vec<f32>| {
        let count = (share * weights.len() as f64).round() as usize;
        cut(weights, count);
        weights.iter().map(|w| *w != 0.0).collect()
    };
    layers.map(one).collect()
}

/// Sets so many weights, the smallest, to 0.
fn cut(weights: &mut [f32], count: usize) {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).collect();
    if count == 0 || count > sizes.len() {
        return;
    }
    let (smaller, limit, _) = sizes.select_nth_unstable_by(count - 1, f32::total_cmp);
    let limit = *limit;
    let mut equals = count - smaller.iter().filter(|size| **size < limit).count();
    for value in weights {
        let equal = value.abs() == limit && equals > 0;
        equals -= usize::from(equal);
        if equal || value.abs() < limit {
            *value = 0.0;
        }
    }
}

/// Sets to 0 again what is not left.
pub(super) fn hold(values: &mut [f32], left: &[bool]) {
    values.iter_mut().zip(left).filter(|(_, left)| !**left).for_each(|(value, _)| *value = 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_of_each_layer_go_and_of_equal_ones_the_first() {
        let (mut a, mut b) = (vec![0.5, -0.1, 0.3], vec![-5.0, 5.0, 20.0]);
        let left = prune([&mut a, &mut b].into_iter(), 1.0 / 3.0);
        assert_eq!((a.as_slice(), b.as_slice()), ([0.5, 0.0, 0.3].as_slice(), [0.0, 5.0, 20.0].as_slice()));
        assert_eq!(left, [[true, false, true], [false, true, true]]);
        let mut moved = vec![1.0; 3];
        hold(&mut moved, &left[0]);
        assert_eq!(moved, [1.0, 0.0, 1.0]);
        assert_eq!(prune([&mut vec![0.2]].into_iter(), 0.0), [[true]]);
    }
}
