//! What to use while the tests decide nothing: the smallest candidate that by the estimate is near enough to the best.
//!
//! The best of several that are about as good is named by luck: over the seeds of one study it wanders over the whole ladder, and
//! with it a choice that falls back on it. The smallest that by the estimate keeps within half the margin, or within one standard
//! error where rows are too few to tell so much (Breiman, Friedman, Olshen & Stone 1984, section 3.4.3), stays nearly where it
//! is (figures: log/2026-11-28-gate-and-choice.md).

use super::terms::Terms;
use super::types::{Analysis, Row, Screening, TestKind};
use crate::stats::Estimate;
use crate::study::{FamilyId, Rule};

/// A stand-in keeps within this share of the margin: the most likely side of the line, with room for the luck of the estimate.
const NEAR: f64 = 0.5;

/// The smallest candidate that on validation rows is near the reference: cheaper than it, within the
/// limits and shown to beat guessing. None where there is none, or a bar says what is enough.
pub(super) fn stand_in(screening: &Screening, terms: &Terms) -> Option<String> {
    let Rule::Margin(margin) = terms.rule else { return None };
    let near =
        |row: &&Row| row.difference.as_ref().is_some_and(|found| is_near(found.point, found.standard_error, margin));
    cheaper(screening).find(near).map(|row| row.name.clone())
}

/// The cheaper candidates that could stand in, from the cheapest on.
fn cheaper(screening: &Screening) -> impl Iterator<Item = &Row> {
    let reference = screening.reference.as_deref();
    let before = screening.rows.iter().take_while(move |row| reference.is_some_and(|reference| row.name != reference));
    // A cascade is claimed on sealed rows, or not at all.
    let learner = |row: &&Row| row.family != FamilyId::BASELINE && row.is_within() && row.cascade.is_none();
    before.filter(learner).filter(|row| screening.learning.is_shown(&row.name))
}

/// Whether a difference keeps within half the margin, or within one standard error.
fn is_near(point: f64, standard_error: f64, margin: f64) -> bool {
    point >= -(NEAR * margin).max(standard_error)
}

/// What is to be used while nothing is decided: the smallest that is near the reference by validation and sealed rows together, of
/// those that were looked at; the reference where there is none.
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
            Some(test) => {
                let (point, standard_error) = together(found, &test.difference);
                is_near(point, standard_error, margin) && test.upper >= test.threshold
            }
            None => screening.stand_in.as_ref() == Some(&row.name),
        }
    };
    cheaper(screening).find(near).map(|row| row.name.clone()).or_else(|| screening.reference.clone())
}

/// The mean of two estimates of one difference, each with the weight of what it knows, and its standard error, as if they were of
/// different rows.
fn together(a: &Estimate, b: &Estimate) -> (f64, f64) {
    let weight = |found: &Estimate| 1.0 / found.standard_error.powi(2).max(f64::MIN_POSITIVE);
    let (a_weight, b_weight) = (weight(a), weight(b));
    let both = a_weight + b_weight;
    ((a.point * a_weight + b.point * b_weight) / both, both.sqrt().recip())
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
        let (point, standard_error) = together(&of(-0.02, 0.01), &of(0.03, 0.02));
        assert!((point + 0.01).abs() < 1e-12 && (standard_error - 12_500_f64.sqrt().recip()).abs() < 1e-12);
    }

    #[test]
    fn near_is_half_the_margin_or_one_standard_error() {
        assert!(is_near(-0.014, 0.004, 0.03) && !is_near(-0.016, 0.004, 0.03), "many rows: half the margin");
        assert!(is_near(-0.019, 0.02, 0.03) && !is_near(-0.021, 0.02, 0.03), "few rows: as far as they can tell");
    }
}
