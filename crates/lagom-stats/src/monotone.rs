//! The nearest curve that never rises: what noisy points of a curve come to that is known to fall.

/// The values of the non-increasing curve with the least squared distance to `values`, weighted by `weights`; in the same order.
///
/// Neighbours that rise are pooled to their weighted mean until none does (pool adjacent violators: Ayer et al. 1955; Barlow et al. 1972). Unlike
/// the highest value so far it is not drawn upwards by noise. Weights that are not above 0 count as the smallest that is.
#[must_use]
pub fn non_increasing(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let usable = |weight: f64| weight.is_finite() && weight > 0.0;
    let least = weights.iter().copied().filter(|weight| usable(*weight)).fold(f64::INFINITY, f64::min);
    let least = if usable(least) { least } else { 1.0 };
    // A pool: its mean, its weight and how many values it holds.
    let mut pools: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (at, &value) in values.iter().enumerate() {
        let weight = weights.get(at).copied().filter(|weight| usable(*weight)).unwrap_or(least);
        let mut pool = (value, weight, 1);
        while let Some(before) = pools.pop_if(|before| before.0 < pool.0) {
            let whole = before.1 + pool.1;
            pool = ((before.0 * before.1 + pool.0 * pool.1) / whole, whole, before.2 + pool.2);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(mean, _, count)| std::iter::repeat_n(mean, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::non_increasing;

    #[test]
    fn neighbours_that_rise_are_pooled() {
        assert_eq!(non_increasing(&[3.0, 2.0, 1.0], &[1.0; 3]), [3.0, 2.0, 1.0]);
        // 1 and 2 rise: (1 + 2) / 2; with weights 3 and 1: (3 + 2) / 4.
        assert_eq!(non_increasing(&[4.0, 1.0, 2.0, 0.0], &[1.0; 4]), [4.0, 1.5, 1.5, 0.0]);
        assert_eq!(non_increasing(&[4.0, 1.0, 2.0, 0.0], &[1.0, 3.0, 1.0, 1.0]), [4.0, 1.25, 1.25, 0.0]);
        // All rise: one mean.
        assert_eq!(non_increasing(&[1.0, 2.0, 6.0], &[1.0; 3]), [3.0; 3]);
        assert_eq!(non_increasing(&[1.0, 2.0], &[f64::NAN, 0.0]), [1.5; 2]);
        assert!(non_increasing(&[], &[]).is_empty());
    }
}
