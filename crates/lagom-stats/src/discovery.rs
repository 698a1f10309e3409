//! How many of several findings may be false: the rate of false discoveries.

/// Which of several p-values are discoveries, such that of all that are called so the expected share of false ones is at most
/// `rate`; in the order of the p-values.
///
/// The step-up procedure of Benjamini & Hochberg (1995): with the p-values in order, all up to the largest k with `p_(k) ≤ k rate / m`.
/// It holds for independent tests and for those that err together (Benjamini & Yekutieli 2001), as tests against one shared control do.
/// What is not a number is no discovery, but counts among the m.
#[must_use]
pub fn discoveries(p_values: &[f64], rate: f64) -> Vec<bool> {
    let count = p_values.len() as f64;
    let mut order: Vec<f64> = p_values.iter().copied().filter(|p| p.is_finite()).collect();
    order.sort_by(f64::total_cmp);
    let holds = |(at, p): &(usize, &f64)| **p <= (at + 1) as f64 * rate / count;
    let largest = order.iter().enumerate().filter(holds).map(|(_, p)| *p).next_back();
    p_values.iter().map(|p| largest.is_some_and(|largest| *p <= largest)).collect()
}

#[cfg(test)]
mod tests {
    use super::discoveries;

    #[test]
    fn the_published_example() {
        // Benjamini & Hochberg (1995), section 4.1: 15 p-values, rate 0.05; Bonferroni rejects three, theirs the first four.
        let found = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0000,
        ];
        let rejected = discoveries(&found, 0.05);
        assert_eq!(rejected.iter().filter(|one| **one).count(), 4);
        assert!(rejected[..4].iter().all(|one| *one));
    }

    #[test]
    fn a_later_one_takes_the_earlier_with_it() {
        // 0.04 > 1/2 · 0.06 = 0.03 by itself, but 0.05 ≤ 2/2 · 0.06.
        assert_eq!(discoveries(&[0.05, 0.04], 0.06), [true, true]);
        assert_eq!(discoveries(&[0.04, f64::NAN], 0.06), [false, false], "what is no number counts among them");
        assert!(discoveries(&[], 0.1).is_empty());
    }
}
