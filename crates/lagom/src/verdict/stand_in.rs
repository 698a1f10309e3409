//! What to use while the tests decide nothing: the smallest candidate that by the estimate is near enough to the best.
//!
//! The best of several that are about as good is named by luck: over the seeds of one study it wanders over the whole ladder, and
//! with it a choice that falls back on it. The smallest that by the estimate keeps within half the margin stays nearly where it
//! is (figures: log/2026-11-28-gate-and-choice.md).

use super::terms::Terms;
use super::types::{Analysis, Row, Screening, TestKind};
use crate::stats::Estimate;
use crate::study::{Family, Rule};

/// A stand-in keeps within this share of the margin: the most likely side of the line, with room for the luck of the estimate.
const NEAR: f64 = 0.5;

/// The smallest candidate that on validation rows keeps within half the margin of the reference: cheaper than it, within the
/// limits and shown to beat guessing. None where there is none, or a bar says what is enough.
pub(super) fn stand_in(screening: &Screening, terms: &Terms) -> Option<String> {
    let Rule::Margin(margin) = terms.rule else { return None };
    let near = |row: &&Row| row.difference.as_ref().is_some_and(|found| found.point >= -NEAR * margin);
    cheaper(screening).find(near).map(|row| row.name.clone())
}

/// The cheaper candidates that could stand in, from the cheapest on.
fn cheaper(screening: &Screening) -> impl Iterator<Item = &Row> {
    let reference = screening.reference.as_deref();
    let before = screening.rows.iter().take_while(move |row| reference.is_some_and(|reference| row.name != reference));
    let learner = |row: &&Row| row.family != Family::Baseline && row.excess.is_empty();
    before.filter(learner).filter(|row| screening.learning.is_shown(&row.name))
}

/// What is to be used while nothing is decided: the smallest that keeps within half the margin of the reference by validation and
/// sealed rows together, of those that were looked at; the reference where there is none.
pub(super) fn meanwhile(analysis: &Analysis, terms: &Terms) -> Option<String> {
    let screening = &analysis.screening;
    let own = |row: &Row| {
        let tests = analysis.tests.iter().filter(|test| test.kind == TestKind::NonInferiority);
        let against = |name: &Option<String>| *name == screening.reference;
        tests.filter(|test| against(&test.against)).find(|test| test.candidate == row.name)
    };
    let near = |row: &&Row| {
        let Some((margin, found)) = terms.margin().zip(row.difference.as_ref()) else { return false };
        match own(row) {
            Some(test) => together(found, &test.difference) >= -NEAR * margin && test.upper >= test.threshold,
            None => screening.stand_in.as_ref() == Some(&row.name),
        }
    };
    cheaper(screening).find(near).map(|row| row.name.clone()).or_else(|| screening.reference.clone())
}

/// The mean of two estimates of one difference, each with the weight of what it knows.
fn together(a: &Estimate, b: &Estimate) -> f64 {
    let weight = |found: &Estimate| 1.0 / found.standard_error.powi(2).max(f64::MIN_POSITIVE);
    let (a_weight, b_weight) = (weight(a), weight(b));
    (a.point * a_weight + b.point * b_weight) / (a_weight + b_weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_better_weighs_more() {
        let of = |point, standard_error| Estimate {
            point,
            standard_error,
            degrees_of_freedom: 9.0,
            repeats: 5,
            examples: 100,
            variance_repeats: 0.0,
            variance_examples: 0.0,
            gap: 0.0,
        };
        // Weights 1 / 0.01² = 10,000 and 1 / 0.02² = 2,500: (−0.02 · 10,000 + 0.03 · 2,500) / 12,500 = −0.01
        assert!((together(&of(-0.02, 0.01), &of(0.03, 0.02)) + 0.01).abs() < 1e-12);
    }
}
