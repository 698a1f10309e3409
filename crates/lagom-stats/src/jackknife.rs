//! The jackknife: a standard error from what a figure comes to without each block of rows.

/// The standard error of a figure by what it comes to without each of `G` blocks of about equally many rows: `√((G − 1)/G · Σ (θ₋g − mean)²)` (Shao & Tu 1995,
/// chapter 2.3: delete-d with disjoint blocks). It has `G − 1` degrees of freedom. NaN for fewer than two blocks.
#[must_use]
pub fn jackknife_error(without: &[f64]) -> f64 {
    let blocks = without.len() as f64;
    if without.len() < 2 {
        return f64::NAN;
    }
    let mean = without.iter().sum::<f64>() / blocks;
    ((blocks - 1.0) / blocks * without.iter().map(|value| (value - mean).powi(2)).sum::<f64>()).sqrt()
}

/// Spearman's rank correlation of two lists of the same length, −1 to 1; equal values share their mean rank. None for fewer than two values or where one list is constant.
#[must_use]
pub fn rank_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.len() < 2 {
        return None;
    }
    let (a, b) = (ranks(a), ranks(b));
    let middle = (a.len() as f64 + 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - middle) * (y - middle)).sum::<f64>();
    let spread = (product(&a, &a) * product(&b, &b)).sqrt();
    (spread > 0.0).then(|| product(&a, &b) / spread)
}

/// Ranks from 1; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|x, y| values[*x].total_cmp(&values[*y]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let same = order[from..].iter().take_while(|at| values[**at] == values[order[from]]).count().max(1);
        for &at in &order[from..from + same] {
            ranks[at] = from as f64 + (same as f64 + 1.0) / 2.0;
        }
        from += same;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_of_a_mean_is_its_standard_error() {
        // The mean of 1, 2, 3, 6 is 3, its error √(14/3/4) = 1.080; without each: 11/3, 10/3, 3, 2.
        let without = [11.0 / 3.0, 10.0 / 3.0, 3.0, 2.0];
        assert!((jackknife_error(&without) - (14.0_f64 / 12.0).sqrt()).abs() < 1e-12);
        assert!(jackknife_error(&[1.0]).is_nan());
    }

    #[test]
    fn ranks_by_hand() {
        assert_eq!(rank_correlation(&[1.0, 2.0, 3.0], &[10.0, 20.0, 15.0]), Some(0.5));
        // Ranks 1.5, 1.5, 3 against 1, 2, 3: 1.5 / √(1.5 · 2) = 0.866.
        let found = rank_correlation(&[0.0, 0.0, 5.0], &[1.0, 2.0, 3.0]).unwrap();
        assert!((found - 0.75_f64.sqrt()).abs() < 1e-12, "{found}");
        assert_eq!(rank_correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(rank_correlation(&[1.0], &[1.0]), None);
    }
}
