//! Mean, variance, median, percentile and the interval of a proportion.

use statrs::function::beta::beta_reg;

use super::quantile::normal_quantile;

/// The arithmetic mean; NaN for an empty slice.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample variance, with n − 1 in the denominator; NaN for fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    let sum: f64 = values.iter().map(|v| (v - centre).powi(2)).sum();
    sum / (values.len() - 1) as f64
}

/// The median of values in any order (the mean of the middle two for an even number); NaN for an
/// empty slice.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    percentile(&sorted, 0.5)
}

/// The quantile at the share `p` of values sorted in ascending order, by linear interpolation (type 7
/// of Hyndman & Fan 1996, the default of R and NumPy).
///
/// `p` is clamped to `[0, 1]`; NaN for an empty slice or a NaN `p`.
pub fn percentile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    if p.is_nan() {
        return f64::NAN;
    }
    let position = p.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let share = position - below as f64;
    if share == 0.0 { sorted[below] } else { sorted[below] + share * (sorted[above] - sorted[below]) }
}

/// The two-sided interval of the quantile at the share `p`, between two of the values that were seen: whatever the distribution, the
/// number of values below the quantile is binomial (David & Nagaraja 2003, *Order Statistics*, section 7.1), here by its normal
/// approximation with a correction of one half, rounded outwards.
///
/// `sorted` is in ascending order. None where there are too few values: the interval would reach beyond the smallest or the largest.
pub fn quantile_interval(sorted: &[f64], p: f64, confidence: f64) -> Option<(f64, f64)> {
    let count = sorted.len() as f64;
    let half = crate::normal_quantile(0.5 + confidence / 2.0) * (count * p * (1.0 - p)).sqrt() + 0.5;
    let (low, high) = ((count * p - half).floor(), (count * p + half).ceil());
    // The value of rank k, from 1, stands at k - 1.
    let inside = low >= 1.0 && high <= count;
    inside.then(|| (sorted[low as usize - 1], sorted[high as usize - 1]))
}

/// Wilson's two-sided score interval of a proportion (Wilson 1927; Brown, Cai & DasGupta 2001).
///
/// `successes` of `n` were right; `confidence` is two-sided, as 0.95. Returns (low, high) in `[0, 1]`;
/// (0, 1) where `n` is 0. More successes than `n` are taken as `n`.
pub fn wilson(successes: u64, n: u64, confidence: f64) -> (f64, f64) {
    let z = normal_quantile(0.5 + confidence / 2.0);
    if n == 0 || !z.is_finite() {
        return (0.0, 1.0);
    }
    let size = n as f64;
    let share = successes.min(n) as f64 / size;
    let square = z * z;
    let centre = (share + square / (2.0 * size)) / (1.0 + square / size);
    let spread = share * (1.0 - share) / size + square / (4.0 * size * size);
    let half = z.abs() * spread.sqrt() / (1.0 + square / size);
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// The probability of at least `successes` of `n` independent trials, each of which succeeds with probability `p`:
/// `P(X ≥ k) = I_p(k, n − k + 1)`, the regularised incomplete beta function (Abramowitz & Stegun 1964, 26.5.24). 1 where none is asked for, 0 where
/// more than `n` are.
#[must_use]
pub fn binomial_upper(successes: u64, n: u64, p: f64) -> f64 {
    if successes == 0 {
        return 1.0;
    }
    if successes > n {
        return 0.0;
    }
    beta_reg(successes as f64, (n - successes + 1) as f64, p.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(mean(&values), 2.5);
        // squares of the deviations: 2.25 + 2.25 + 0.25 + 0.25 = 5; 5 / 3
        assert!((variance(&values) - 5.0 / 3.0).abs() < 1e-15);
        assert_eq!(median(&values), 2.5);
        assert_eq!(median(&[5.0, 1.0, 9.0]), 5.0);
        let sorted = [1.0, 2.0, 3.0, 4.0];
        // position 0.9 · 3 = 2.7, so 3 + 0.7 · 1
        assert!((percentile(&sorted, 0.9) - 3.7).abs() < 1e-12);
        assert_eq!((percentile(&sorted, -1.0), percentile(&sorted, 2.0)), (1.0, 4.0));
    }

    #[test]
    fn wilson_is_the_published_interval() {
        // R: prop.test(8, 10, correct = FALSE) gives 0.4901625 to 0.9433178
        let (low, high) = wilson(8, 10, 0.95);
        assert!((low - 0.490_162_5).abs() < 1e-6 && (high - 0.943_317_8).abs() < 1e-6, "{low} {high}");
        // none of 20: high = z² / (n + z²) = 3.8415 / 23.8415
        let (low, high) = wilson(0, 20, 0.95);
        assert!(low < 1e-15 && (high - 3.841_458_8 / 23.841_458_8).abs() < 1e-7);
        assert_eq!(wilson(0, 0, 0.95), (0.0, 1.0));
    }

    #[test]
    fn the_upper_tail_of_a_binomial_distribution() {
        // Of three tosses two or three heads: (3 + 1) / 8. Of four with p = 1/4 at least one: 1 - (3/4)^4.
        assert!((binomial_upper(2, 3, 0.5) - 0.5).abs() < 1e-12);
        assert!((binomial_upper(1, 4, 0.25) - (1.0 - 0.316_406_25)).abs() < 1e-12);
        assert_eq!((binomial_upper(0, 5, 0.1), binomial_upper(6, 5, 0.9)), (1.0, 0.0));
        assert_eq!((binomial_upper(1, 5, 0.0), binomial_upper(5, 5, 1.0)), (0.0, 1.0));
    }

    #[test]
    fn nothing_gives_not_a_number() {
        assert!(mean(&[]).is_nan() && median(&[]).is_nan() && percentile(&[], 0.5).is_nan());
        assert!(variance(&[1.0]).is_nan() && percentile(&[1.0], f64::NAN).is_nan());
    }

    #[test]
    fn a_quantile_lies_between_two_order_statistics() {
        let values: Vec<f64> = (1..=1_000).map(f64::from).collect();
        // 500 ± 1.96 √(1000 · 0.25) + 0.5 = 500 ± 31.49: ranks 468 and 532. 990 ± 1.96 √9.9 + 0.5 = 990 ± 6.67: 983 and 997.
        assert_eq!(quantile_interval(&values, 0.5, 0.95), Some((468.0, 532.0)));
        assert_eq!(quantile_interval(&values, 0.99, 0.95), Some((983.0, 997.0)));
        assert_eq!(quantile_interval(&values[..100], 0.99, 0.95), None, "99 ± 2.45 is beyond the 100th");
        assert_eq!(quantile_interval(&[], 0.5, 0.95), None);
    }

    #[test]
    fn intervals_of_quantiles_hold_the_truth() {
        use rand::{Rng, SeedableRng};
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        let mut held = 0;
        for _ in 0..1_000 {
            let mut values: Vec<f64> = (0..400).map(|_| random.random::<f64>()).collect();
            values.sort_by(f64::total_cmp);
            let (low, high) = quantile_interval(&values, 0.95, 0.95).expect("400 values");
            held += usize::from((low..=high).contains(&0.95));
        }
        // 95 % less three standard errors (2 %); rounding outwards makes it a little more.
        assert!((930..=990).contains(&held), "{held} of 1,000");
    }
}
