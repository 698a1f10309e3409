//! Likelihood of whole texts: bits per byte and perplexity, in units counted on the text itself, so that models with
//! different tokenisers can be compared.

use super::space::is_space;
use crate::{Metric, MetricError, OutcomeKind};

/// The numbers of one example: nats, and units of the text. The unit is a byte of UTF-8 for bits per byte, and for
/// perplexity what stands between runs of white space, as lm-evaluation-harness counts words: white space at the
/// beginning or the end leaves an empty word there.
///
/// # Errors
/// A metric of other outcomes; a log-probability that is not a finite number of at most 0 (but for rounding).
pub fn likelihood_statistics(metric: Metric, log_probability: f64, text: &str) -> Result<Vec<f64>, MetricError> {
    if !metric.fits(OutcomeKind::Likelihoods) {
        return Err(MetricError::DoesNotFit { metric, outcomes: "likelihoods".to_owned() });
    }
    if !log_probability.is_finite() || log_probability > 1e-6 {
        return Err(MetricError::LogProbability { value: log_probability });
    }
    let units = if metric == Metric::BitsPerByte { text.len() } else { pieces(text) };
    Ok(vec![-log_probability, units as f64])
}

/// The numbers of one example of bits per byte, of whose text the bytes of UTF-8 are known.
///
/// # Errors
/// As [`likelihood_statistics`].
pub fn bits_per_byte_statistics(log_probability: f64, bytes: u64) -> Result<Vec<f64>, MetricError> {
    Ok(vec![likelihood_statistics(Metric::BitsPerByte, log_probability, "")?[0], bytes as f64])
}

/// How many pieces Python's `re.split(r"\s+", text)` gives.
fn pieces(text: &str) -> usize {
    let mut before = false;
    let mut starts = |letter: char| !std::mem::replace(&mut before, is_space(letter)) && is_space(letter);
    1 + text.chars().filter(|letter| starts(*letter)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_on_the_text() {
        let of = |metric, text| likelihood_statistics(metric, -3.0, text).unwrap();
        assert_eq!(of(Metric::BitsPerByte, "né e"), [3.0, 5.0]);
        // re.split(r"\s+", " a  b\n") is ["", "a", "b", ""]
        assert_eq!(
            (of(Metric::Perplexity, " a  b\n"), of(Metric::Perplexity, "a b")),
            (vec![3.0, 4.0], vec![3.0, 2.0])
        );
        assert_eq!(bits_per_byte_statistics(-3.0, 5).unwrap(), of(Metric::BitsPerByte, "né e"));
        assert!(bits_per_byte_statistics(f64::NEG_INFINITY, 5).is_err() && bits_per_byte_statistics(0.1, 5).is_err());
        assert!(likelihood_statistics(Metric::Perplexity, 0.5, "a").is_err());
        assert!(likelihood_statistics(Metric::Ter, -0.5, "a").is_err());
    }
}
