//! What to use while the tests decide nothing: the smallest candidate that can't be told from the best.
//!
//! The best of several that are about as good is named by luck: over the seeds of one study it wanders over the whole ladder.
//! The smallest within one standard error of it stays where it is (the rule of Breiman et al. 1984, *Classification and
//! Regression Trees*, section 3.4.3).

use super::terms::Terms;
use super::types::{Analysis, Row, Screening, TestKind};
use crate::study::{Family, Rule};

/// The smallest candidate that validation rows can't tell from the reference: cheaper, within the limits, shown to beat
/// guessing, and below the reference by at most one standard error of their difference, and no more than the margin. None where there is none,
/// or a bar says what is enough.
pub(super) fn stand_in(screening: &Screening, terms: &Terms) -> Option<String> {
    let Rule::Margin(margin) = terms.rule else { return None };
    let reference = screening.reference.as_deref()?;
    let cheaper = screening.rows.iter().take_while(|row| row.name != reference);
    let eligible = |row: &&Row| {
        let learner = row.family != Family::Baseline && row.excess.is_empty();
        learner && screening.learning.is_shown(&row.name)
    };
    let near =
        |row: &&Row| row.difference.as_ref().is_some_and(|found| found.point >= -found.standard_error.min(margin));
    cheaper.filter(eligible).find(near).map(|row| row.name.clone())
}

/// What is to be used while nothing is decided: the stand-in, unless its own test speaks against it, else the reference.
pub(super) fn meanwhile(analysis: &Analysis) -> Option<String> {
    let screening = &analysis.screening;
    let refuted = |name: &&String| {
        let own = |candidate: &str| candidate == name.as_str();
        analysis
            .tests
            .iter()
            .filter(|test| test.kind != TestKind::Learned && own(&test.candidate))
            .any(|test| test.difference.point < test.threshold || test.upper < 0.0)
    };
    screening.stand_in.as_ref().filter(|name| !refuted(name)).or(screening.reference.as_ref()).cloned()
}
