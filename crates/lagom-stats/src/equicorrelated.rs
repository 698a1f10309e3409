//! How sure single bounds have to be, so that several hold at once, from the least correlation among them.

use super::quantile::{normal_cdf, normal_quantile};

/// Steps of Simpson's rule; even.
const STEPS: u32 = 400;
/// The integral runs this far to either side: the normal density beyond is below 1e-14.
const REACH: f64 = 8.0;
/// Halvings of the search: the bracket is below 1, so the quantile is found to 1e-12.
const HALVINGS: u32 = 40;

/// The one-sided confidence of each of `count` bounds on normal means, such that all of them hold at once
/// with `confidence`, if the errors of any two of them have a correlation of at least `correlation`.
///
/// It is that of Dunnett's (1955) one-sided critical value for equal correlations, c with
/// `∫ φ(z) Φ((c − √ρ z) / √(1 − ρ))^count dz = confidence`. Where correlations differ the least of them is safe
/// (Slepian 1962). A negative correlation is answered by Bonferroni's `1 − (1 − confidence) / count`, which is never
/// exceeded. For Student's t the result is a little on the safe side, since a common variance makes the errors agree more.
pub fn simultaneous_confidence(confidence: f64, count: usize, correlation: f64) -> f64 {
    let bonferroni = 1.0 - (1.0 - confidence) / count.max(1) as f64;
    if count < 2 || correlation.is_nan() || correlation < 0.0 {
        return bonferroni;
    }
    let shared = correlation.min(1.0 - 1e-9);
    let (mut low, mut high) = (normal_quantile(confidence), normal_quantile(bonferroni));
    if !(low.is_finite() && high.is_finite()) {
        return bonferroni;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if all_below(middle, count, shared) < confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    normal_cdf(high).clamp(confidence, bonferroni)
}

/// The probability that all of `count` standard normal errors with this correlation stay below `bound`.
fn all_below(bound: f64, count: usize, correlation: f64) -> f64 {
    let (common, own) = (correlation.sqrt(), (1.0 - correlation).sqrt());
    let step = 2.0 * REACH / f64::from(STEPS);
    let at = |index: u32| {
        let z = -REACH + f64::from(index) * step;
        let weight = match index {
            0 | STEPS => 1.0,
            index if index % 2 == 1 => 4.0,
            _ => 2.0,
        };
        weight * (-z * z / 2.0).exp() * normal_cdf((bound - common * z) / own).powf(count as f64)
    };
    (0..=STEPS).map(at).sum::<f64>() * step / 3.0 / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_critical_values() {
        // Dunnett (1955), table 1a: one-sided, 95 %, correlation 1/2, infinite degrees of freedom, p = 1 to 9
        let table = [1.64, 1.92, 2.06, 2.16, 2.23, 2.29, 2.34, 2.38, 2.42];
        for (at, value) in table.into_iter().enumerate() {
            let found = normal_quantile(simultaneous_confidence(0.95, at + 1, 0.5));
            assert!((found - value).abs() < 0.0055, "{}: {found}, table {value}", at + 1);
        }
    }

    #[test]
    fn between_one_bound_and_bonferroni() {
        // independent bounds: 0.95^(1/4) each (Šidák 1967)
        assert!((simultaneous_confidence(0.95, 4, 0.0) - 0.95_f64.powf(0.25)).abs() < 1e-9);
        assert!((simultaneous_confidence(0.95, 4, -0.1) - 0.9875).abs() < 1e-12);
        assert!((simultaneous_confidence(0.95, 4, f64::NAN) - 0.9875).abs() < 1e-12);
        let all: Vec<f64> = [0.0, 0.3, 0.6, 0.9, 0.999].map(|shared| simultaneous_confidence(0.95, 4, shared)).to_vec();
        assert!(all.windows(2).all(|pair| pair[1] < pair[0]) && all[4] > 0.95, "{all:?}");
        assert_eq!(simultaneous_confidence(0.95, 1, 0.5), 0.95);
        assert_eq!(simultaneous_confidence(0.95, 0, 0.5), 0.95);
    }
}
