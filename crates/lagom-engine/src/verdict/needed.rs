//! What would decide a test that has not: labels, repeats, or neither.

use super::terms::POWER;
use super::terms::Terms;
use super::types::{Analysis, Test};
use crate::stats::{Estimate, Needed, needed};

/// Nobody labels more than so many times the rows there are: beyond that it is said that labels will not decide it.
const REACH: u64 = 20;

/// What would let a test pass. With cross-fitting more repeats test the same rows again, which the
/// spread between repeats says too little about: only labels are counted then.
///
/// No number of labels is named where the difference lies at the margin itself, or where it would take more than twenty times the
/// rows there are.
pub(super) fn missing(analysis: &Analysis, test: &Test, margin: f64, terms: &Terms) -> Needed {
    let found = needed(&test.difference, margin, test.confidence.unwrap_or(terms.confidence), POWER);
    let most = analysis.holdout_examples.saturating_mul(REACH);
    let at_margin = is_at_margin(&test.difference, margin);
    let reached = |examples: &u64| *examples <= most && !at_margin;
    Needed {
        examples: found.examples.filter(reached),
        repeats: found.repeats.filter(|_| !analysis.screening.cross_fitted && !at_margin),
        out_of_reach: found.examples.is_some_and(|examples| !reached(&examples)),
        at_margin,
        ..found
    }
}

/// Whether a difference is known well and lies at the margin itself: within one standard error of it, where the standard error is less
/// than half the margin, and nothing is missing. More labels would then tell on which side of the line it is, which nobody would notice.
fn is_at_margin(found: &Estimate, margin: f64) -> bool {
    let error = found.standard_error;
    margin > 0.0 && found.gap == 0.0 && error < margin / 2.0 && (found.point + margin).abs() <= error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(point: f64, standard_error: f64) -> Estimate {
        Estimate {
            point,
            standard_error,
            degrees_of_freedom: 20.0,
            repeats: 5,
            examples: 400,
            variance_repeats: 0.0,
            variance_examples: standard_error * standard_error,
            gap: 0.0,
        }
    }

    #[test]
    fn at_the_margin_is_near_it_by_a_small_error() {
        assert!(is_at_margin(&at(-0.019, 0.004), 0.02), "0.001 from the line, known within 0.004");
        assert!(is_at_margin(&at(-0.023, 0.004), 0.02), "beyond it by less than an error");
        assert!(!is_at_margin(&at(-0.010, 0.004), 0.02), "2.5 errors inside");
        assert!(!is_at_margin(&at(-0.019, 0.02), 0.02), "nothing is known of it yet: rows would tell");
        assert!(!is_at_margin(&at(0.0, 0.004), 0.0), "no margin, no line to be at");
        let missing = Estimate { gap: 0.01, ..at(-0.019, 0.004) };
        assert!(!is_at_margin(&missing, 0.02), "what is missing may be on either side");
    }
}
