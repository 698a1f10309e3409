//! Two candidates of which only means and standard errors are known.

use serde::{Deserialize, Serialize};

use super::crossed::Estimate;

/// Degrees of freedom that give the normal quantile to nine places.
const AS_NORMAL: f64 = 1e9;

/// What a result file says of one candidate, in the unit of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The mean over examples.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The number of examples, where it is known.
    pub examples: Option<u64>,
}

/// The difference of two means, `a` minus `b`, as of two independent samples: its squared standard error
/// is the sum of both (Welch 1947), whose degrees of freedom need the numbers of examples (without them
/// the normal quantile is taken).
///
/// This is weaker than a paired comparison: it can't know on which examples both candidates agree. Where
/// both were scored on the same examples with correlation ρ and equal spread, the interval is
/// 1 / √(1 − ρ) times as wide as the paired one (Miller 2024, section 4.2), so it errs on the safe side
/// for ρ ≥ 0. Whoever shows it has to say so. [`Estimate::examples`] is the smaller of both numbers, 0
/// where one is unknown.
pub fn unpaired(a: &Summary, b: &Summary) -> Estimate {
    let (first, second) = (a.standard_error.powi(2), b.standard_error.powi(2));
    let total = first + second;
    let part = |square: f64, examples: u64| square.powi(2) / (examples.max(2) - 1) as f64;
    let degrees = match (a.examples, b.examples) {
        (Some(m), Some(n)) => total.powi(2) / (part(first, m) + part(second, n)),
        _ => AS_NORMAL,
    };
    Estimate {
        point: a.mean - b.mean,
        standard_error: total.sqrt(),
        degrees_of_freedom: if degrees.is_nan() { AS_NORMAL } else { degrees },
        repeats: 1,
        examples: a.examples.zip(b.examples).map_or(0, |(m, n)| m.min(n)),
        variance_repeats: 0.0,
        variance_examples: total,
        gap: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // √(0.03² + 0.04²) = 0.05; Welch: 0.0025² / (0.0009² / 99 + 0.0016² / 49)
        // = 6.25e-6 / (8.1818e-9 + 5.22449e-8) = 103.431
        let a = Summary { mean: 0.7, standard_error: 0.03, examples: Some(100) };
        let b = Summary { mean: 0.6, standard_error: 0.04, examples: Some(50) };
        let got = unpaired(&a, &b);
        assert!((got.point - 0.1).abs() < 1e-15 && (got.standard_error - 0.05).abs() < 1e-15);
        assert!((got.degrees_of_freedom - 103.431).abs() < 1e-2, "{got:?}");
        assert_eq!((got.examples, got.repeats), (50, 1));
        let (low, high) = unpaired(&Summary { examples: None, ..a }, &b).interval(0.95);
        assert!((low - (0.1 - 1.959_964 * 0.05)).abs() < 1e-7 && (high - (0.1 + 1.959_964 * 0.05)).abs() < 1e-7);
    }

    #[test]
    fn no_spread_has_no_width_and_no_fault() {
        let exact = Summary { mean: 0.5, standard_error: 0.0, examples: Some(10) };
        assert_eq!(unpaired(&exact, &exact).interval(0.95), (0.0, 0.0));
    }
}
