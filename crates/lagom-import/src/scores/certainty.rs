//! How certain a mean is of which only a number of examples, or a standard error, is known.

use std::path::Path;

use super::error::ScoresError;
use super::types::SummaryRow;

/// A standard error so many times the largest possible one is on another scale than its mean.
const TOO_LARGE: f64 = 3.0;
/// One so many times smaller than that of right and wrong answers is, too: shares beside percent are 100 times apart.
const TOO_SMALL: f64 = 30.0;
/// More examples than this no benchmark has, where nothing says how many there were.
const EXAMPLES: f64 = 1e6;

/// A standard error that is at least the true one: no scores within a range vary more than those at its ends with the
/// same mean do (Bhatia & Davis 2000); of shares that is the binomial one. Four examples more, half at each end, keep it
/// from being 0 where all are right (Agresti & Coull 1998).
pub(super) fn by_count(mean: f64, count: f64, (low, high): (f64, f64)) -> f64 {
    let mean = (count * mean + 2.0 * low + 2.0 * high) / (count + 4.0);
    ((mean - low) * (high - mean) / count).max(0.0).sqrt()
}

/// Refuses a standard error that cannot be of its mean, such as 1.3 points beside an accuracy of 0.78, or 0.013 beside one of 78.
///
/// # Errors
/// [`ScoresError::OddError`] with what is possible.
pub(super) fn check(path: &Path, metric: &str, range: Option<(f64, f64)>, row: &SummaryRow) -> Result<(), ScoresError> {
    let (Some(range), Some(found)) = (range, row.standard_error) else { return Ok(()) };
    let count = row.examples.filter(|count| *count > 0).map(|count| count as f64);
    let most = TOO_LARGE * by_count(row.mean, count.unwrap_or(1.0), range);
    let least =
        count.map_or_else(|| by_count(row.mean, EXAMPLES, range), |count| by_count(row.mean, count, range) / TOO_SMALL);
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(ScoresError::OddError {
        path: path.to_path_buf(),
        metric: metric.to_owned(),
        candidate: row.candidate.clone(),
        mean: row.mean,
        found,
        least: two_digits(least),
        most: two_digits(most),
    })
}

fn two_digits(number: f64) -> f64 {
    format!("{number:.1e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::types::CandidateFacts;

    fn told(mean: f64, standard_error: f64, examples: Option<u64>, range: (f64, f64)) -> bool {
        let facts = CandidateFacts::default();
        let row = SummaryRow { candidate: "a".to_owned(), mean, standard_error: Some(standard_error), examples, facts };
        check(Path::new("t.csv"), "accuracy", Some(range), &row).is_ok()
    }

    #[test]
    fn a_standard_error_on_another_scale_than_its_mean_is_refused() {
        // √(0.78 · 0.22 / 1000) = 0.0131 of shares, 1.31 in percent.
        assert!(told(0.78, 0.0131, Some(1_000), (0.0, 1.0)) && told(78.0, 1.31, Some(1_000), (0.0, 100.0)));
        assert!(!told(0.78, 1.31, Some(1_000), (0.0, 1.0)) && !told(78.0, 0.0131, Some(1_000), (0.0, 100.0)));
        // Without a count: one of 1.3 is beyond the whole range of shares, one of 0.0131 in percent needs ten million examples.
        assert!(told(0.78, 0.0131, None, (0.0, 1.0)) && told(78.0, 1.31, None, (0.0, 100.0)));
        assert!(!told(0.78, 1.6, None, (0.0, 1.0)) && !told(78.0, 0.0131, None, (0.0, 100.0)));
        // Graded scores vary less than right and wrong ones, and all may be right.
        assert!(told(0.78, 0.002, Some(1_000), (0.0, 1.0)) && told(1.0, 0.001, Some(1_000), (0.0, 1.0)));
    }
}
