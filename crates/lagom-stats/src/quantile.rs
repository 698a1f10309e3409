//! Quantiles of the normal and of Student's t distribution.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal, StudentsT};

/// From here on t is taken from its expansion about the normal quantile, which then errs by less than
/// 1e-8 and is more exact than the library's iteration.
const EXPAND_FROM: f64 = 1e3;

/// The value below which a standard normal variable falls with probability `p`.
///
/// −∞ for `p <= 0`, +∞ for `p >= 1`, NaN for NaN.
pub fn normal_quantile(p: f64) -> f64 {
    outside(p).unwrap_or_else(|| Normal::standard().inverse_cdf(p))
}

/// The probability that a standard normal variable is below `z`; NaN for NaN.
pub fn normal_cdf(z: f64) -> f64 {
    if z.is_nan() { z } else { Normal::standard().cdf(z) }
}

/// The probability that chi-square with `df` degrees of freedom is below `x`.
///
/// `df` need not be whole. 0 for `x <= 0`; NaN for NaN or `df <= 0`.
pub fn chi_square_cdf(x: f64, df: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    ChiSquared::new(df).map_or(f64::NAN, |chi| chi.cdf(x.max(0.0)))
}

/// The value below which Student's t with `df` degrees of freedom falls with probability `p`.
///
/// `df` need not be whole. −∞ for `p <= 0`, +∞ for `p >= 1`, NaN for NaN or `df <= 0`.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if let Some(value) = outside(p) {
        return value;
    }
    if df >= EXPAND_FROM {
        // Abramowitz & Stegun 26.7.5, to the second order
        let z = normal_quantile(p);
        let first = (z.powi(3) + z) / 4.0;
        let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
        return z + (first + second / df) / df;
    }
    StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |t| t.inverse_cdf(p))
}

/// The probability that Student's t with `df` degrees of freedom is below `value`; NaN for NaN or `df <= 0`.
pub fn t_cdf(value: f64, df: f64) -> f64 {
    if value.is_nan() { value } else { StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |t| t.cdf(value)) }
}

/// The quantile where `p` lies outside the open unit interval, where the libraries would panic.
fn outside(p: f64) -> Option<f64> {
    if p.is_nan() {
        Some(f64::NAN)
    } else if p <= 0.0 {
        Some(f64::NEG_INFINITY)
    } else if p >= 1.0 {
        Some(f64::INFINITY)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // (p, df, t): scipy.stats.t.ppf
    const T_TABLE: [(f64, f64, f64); 12] = [
        (0.95, 1.0, 6.313751514675),
        (0.95, 2.5, 2.558218614136),
        (0.95, 4.0, 2.131846786327),
        (0.95, 4.37, 2.081027892843),
        (0.95, 29.0, 1.699127026533),
        (0.95, 15999.0, 1.644948874024),
        (0.95, 900000.0, 1.644855320030),
        (0.975, 4.37, 2.686148100041),
        (0.975, 299.5, 1.967916317823),
        (0.8, 4.0, 0.940964577235),
        (0.025, 7.0, -2.364624251593),
        (0.9995, 4.0, 8.610301581380),
    ];

    #[test]
    fn quantiles_agree_with_tables() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-9);
        assert!((normal_quantile(0.95) - 1.644_853_626_951_472).abs() < 1e-9);
        for (p, df, expected) in T_TABLE {
            let got = t_quantile(p, df);
            assert!((got - expected).abs() < 1e-6 * expected.abs().max(1.0), "t({p}, {df}) = {got}, not {expected}");
        }
    }

    #[test]
    fn chi_square_agrees_with_tables() {
        // scipy.stats.chi2.cdf(3.841458820694124, 1) = 0.95, (9.210340371976182, 2) = 0.99
        assert!((chi_square_cdf(3.841_458_820_694_124, 1.0) - 0.95).abs() < 1e-9);
        assert!((chi_square_cdf(9.210_340_371_976_182, 2.0) - 0.99).abs() < 1e-9);
        assert!(chi_square_cdf(-1.0, 1.0) == 0.0 && chi_square_cdf(f64::INFINITY, 2.0) == 1.0);
        assert!(chi_square_cdf(f64::NAN, 1.0).is_nan() && chi_square_cdf(1.0, 0.0).is_nan());
    }

    #[test]
    fn the_distribution_undoes_the_quantile() {
        for (p, df, value) in T_TABLE {
            let got = t_cdf(value, df);
            assert!((got - p).abs() < 1e-7, "P(t < {value}, {df}) = {got}, not {p}");
        }
    }

    #[test]
    fn impossible_arguments_do_not_panic() {
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(t_quantile(1.5, 3.0), f64::INFINITY);
        assert!(t_quantile(0.5, -1.0).is_nan() && t_quantile(f64::NAN, 3.0).is_nan());
        assert!(normal_quantile(f64::NAN).is_nan() && normal_cdf(f64::NAN).is_nan());
        assert!(t_quantile(0.9, f64::NAN).is_nan() && t_cdf(f64::NAN, 3.0).is_nan() && t_cdf(1.0, 0.0).is_nan());
    }
}
