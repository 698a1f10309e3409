//! Mixup (Zhang et al. 2018, "mixup: Beyond empirical risk minimization"): which rows of a step are mixed, and in which share.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::objective::Mixed;
use super::stack::normal;

/// Draws partners for the rows of a step, each of them once, and one share for all from Beta(α, α), as the authors' code does.
pub(super) fn mixed(batch: &[u32], alpha: f64, random: &mut ChaCha8Rng) -> Mixed {
    let mut partners = batch.to_vec();
    partners.shuffle(random);
    Mixed { partners, share: beta(alpha, random) as f32 }
}

/// A number from Beta(α, α): the share of one of two equal Gamma numbers in both.
fn beta(alpha: f64, random: &mut ChaCha8Rng) -> f64 {
    let (a, b) = (gamma(alpha, random), gamma(alpha, random));
    // Both are 0 only where α is tiny: then the share is 0 or 1, each as often.
    if a + b > 0.0 { a / (a + b) } else { f64::from(u8::from(random.random::<bool>())) }
}

/// A number from Gamma(α, 1) (Marsaglia & Tsang 2000; below 1 by their section 6).
fn gamma(alpha: f64, random: &mut ChaCha8Rng) -> f64 {
    if alpha < 1.0 {
        let uniform: f64 = 1.0 - random.random::<f64>();
        return gamma(alpha + 1.0, random) * uniform.powf(1.0 / alpha);
    }
    let d = alpha - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = f64::from(normal(random));
        let v = (1.0 + c * x).powi(3);
        let uniform = 1.0 - random.random::<f64>();
        if v > 0.0 && uniform.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn shares_have_the_mean_and_the_variance_of_their_distribution() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for alpha in [0.2, 1.0, 4.0] {
            let shares: Vec<f64> = (0..20_000).map(|_| beta(alpha, &mut random)).collect();
            let mean = shares.iter().sum::<f64>() / 2e4;
            let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / 2e4;
            // 1/2 and 1 / (4 (2 α + 1)); the standard error of 20,000 is below 0.004 and 0.002.
            assert!((mean - 0.5).abs() < 0.015, "{alpha} {mean}");
            assert!((variance - 1.0 / (4.0 * (2.0 * alpha + 1.0))).abs() < 0.008, "{alpha} {variance}");
        }
        assert!((0.0..=1.0).contains(&beta(1e-6, &mut random)));
    }

    #[test]
    fn partners_are_the_rows_of_the_step_in_another_order() {
        let batch: Vec<u32> = (5..69).collect();
        let Mixed { mut partners, .. } = mixed(&batch, 0.4, &mut ChaCha8Rng::seed_from_u64(2));
        assert_ne!(partners, batch);
        partners.sort_unstable();
        assert_eq!(partners, batch);
    }
}
